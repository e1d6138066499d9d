import { CliError } from '../cli-error.ts';
import type { Answer } from './answer.ts';
import type { CallRequest } from './request.ts';

/** @throws {CliError} where there is no answer, with what to do */
export async function send(
  { url, verb, headers }: CallRequest,
  body: string | Uint8Array | undefined,
  timeout: number | undefined,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: verb,
      headers,
      body: (body as RequestInit['body']) ?? null,
      redirect: 'manual',
      // A little later than the server's own deadline, whose answer says more.
      signal: timeout === undefined ? null : AbortSignal.timeout(timeout + 100),
    });
    return {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
      body: new Uint8Array(await response.arrayBuffer()),
    };
  } catch (cause) {
    throw new CliError(whatFailed(cause as Error, url, timeout), { cause });
  }
}

function whatFailed(error: Error, { origin }: URL, timeout: number | undefined): string {
  if (error.name === 'TimeoutError')
    return `${origin} has not answered within ${timeout} ms: is --timeout long enough?`;
  const { code, message, errors } = Object(error.cause) as {
    code?: string;
    message?: string;
    errors?: { code?: string }[];
  };
  switch (code ?? errors?.[0]?.code) {
    case 'ECONNREFUSED':
      return `nothing listens on ${origin}: start the server (\`npm start\`), or set --url`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `${origin}: no such host. Is --url right?`;
    case 'UND_ERR_SOCKET':
    case 'ECONNRESET':
      return `${origin} closed the connection before it answered: is it an HTTP server?`;
    default:
      return `${origin} cannot be called: ${message || error.message}`;
  }
}
