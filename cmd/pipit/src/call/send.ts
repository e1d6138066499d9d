import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli-error.ts';
import { sizeText } from '../ui/printable.ts';
import type { AnswerHead } from './answer.ts';
import type { CallRequest } from './request.ts';

/** An answer whose body is still to come. */
export interface Reply extends AnswerHead {
  /**
   * All of the body.
   * @param max how many bytes it may have
   * @throws {CliError} where it has more, or breaks off
   */
  readBody(max: number): Promise<Uint8Array>;
  /**
   * The lines of the body, as they come.
   * @throws {CliError} where it breaks off
   */
  lines(): AsyncIterable<string>;
  /**
   * Writes the body as it comes, however large it is; a file is closed at the end, stdout stays open.
   * @returns its size in bytes
   * @throws {CliError} where it breaks off, or cannot be written
   */
  writeTo(out: Writable): Promise<number>;
}

/** @throws {CliError} where there is no answer, with what to do */
export async function send(
  { url, verb, headers }: CallRequest,
  body: string | Uint8Array | undefined,
  timeout: number | undefined,
): Promise<Reply> {
  let begun = false;
  const failed = (cause: unknown): CliError =>
    cause instanceof CliError
      ? cause
      : new CliError(whatFailed(cause as Error, url, timeout, begun), { cause });
  try {
    const response = await fetch(url, {
      method: verb,
      headers,
      body: (body as RequestInit['body']) ?? null,
      redirect: 'manual',
      // A little later than the server's own deadline, whose answer says more.
      signal: timeout === undefined ? null : AbortSignal.timeout(timeout + 100),
    });
    begun = true;
    return {
      status: response.status,
      statusText: response.statusText,
      headers: response.headers,
      readBody: (max) => collect(response, max).catch((error: unknown) => Promise.reject(failed(error))),
      async *lines() {
        try {
          yield* linesOf(response);
        } catch (error) {
          throw failed(error);
        }
      },
      writeTo: (out) => write(response, out).catch((error: unknown) => Promise.reject(failed(error))),
    };
  } catch (cause) {
    throw failed(cause);
  }
}

async function collect({ body }: Response, max: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunksOf(body)) {
    size += chunk.length;
    if (size > max) {
      throw new CliError(
        `the answer is larger than ${sizeText(max)}: raise the limit with --max-bytes; a download has none with --output FILE`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function* linesOf({ body }: Response): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunksOf(body)) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

async function write({ body }: Response, out: Writable): Promise<number> {
  let size = 0;
  const counted = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunksOf(body)) {
      size += chunk.length;
      yield chunk;
    }
  };
  await pipeline(counted, out, { end: out !== process.stdout });
  return size;
}

function chunksOf(body: Response['body']): AsyncIterable<Uint8Array> {
  return body === null ? Readable.from([]) : body;
}

function whatFailed(error: Error, { origin }: URL, timeout: number | undefined, begun: boolean): string {
  if (error.name === 'TimeoutError')
    return `${origin} has not answered within ${timeout} ms: is --timeout long enough?`;
  if ('syscall' in error) return `the answer cannot be written: ${error.message}`;
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
      return begun
        ? `${origin} closed the connection before the answer was complete`
        : `${origin} closed the connection before it answered: is it an HTTP server?`;
    default:
      return `${origin} cannot be called: ${message || error.message}`;
  }
}
