import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';

/** The flags of what asks a running gateway. */
export interface AdminFlags {
  /** The gateway's admin listener. */
  readonly admin: string;
  /** A file with its `adminToken`; else it is in GATEWAY_ADMIN_TOKEN. */
  readonly tokenFile?: string;
}

/** Milliseconds that a gateway has for its answer. */
const patience = 10_000;

/**
 * Asks the admin listener of a gateway.
 * @returns the answer's body
 * @throws {CliError} for a gateway that is not there, or does not take the token
 */
export async function askGateway(
  flags: AdminFlags,
  path: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<string> {
  const url = urlOf(flags.admin, path);
  const headers = { authorization: `Bearer ${tokenOf(flags)}`, 'x-pipit-admin': '1' };
  let response: Response;
  try {
    response = await fetch(url, { method, headers, signal: AbortSignal.timeout(patience) });
  } catch (error) {
    const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
    const why = cause?.code ?? (error as Error).message;
    throw new CliError(
      `no gateway answers at ${flags.admin} (${why}): start it with adminPort, and give that address with --admin`,
      { cause: error },
    );
  }
  const body = await response.text();
  if (response.ok) return body;
  if (response.status === 401) {
    throw new CliError(
      `the gateway at ${flags.admin} does not take the token: give its adminToken with --token-file`,
    );
  }
  // Without a token of its own a gateway has no page, and nothing beside it.
  if (response.status === 404 && body.startsWith('there are /metrics')) {
    throw new CliError(
      `the gateway at ${flags.admin} has no adminToken: set GATEWAY_ADMIN_TOKEN where it runs`,
    );
  }
  throw new CliError(`the gateway at ${flags.admin} answers ${response.status}: ${body.trim()}`);
}

function urlOf(admin: string, path: string): URL {
  try {
    const url = new URL(path, admin);
    if (/^https?:$/.test(url.protocol)) return url;
  } catch {
    // Said below.
  }
  throw new CliError(`--admin ${admin} is not a URL: write it like http://127.0.0.1:9090`, { status: 2 });
}

function tokenOf({ tokenFile }: AdminFlags): string {
  if (tokenFile === undefined) {
    const { GATEWAY_ADMIN_TOKEN: token = '' } = process.env;
    if (token !== '') return token;
    throw new CliError(
      "there is no token: set GATEWAY_ADMIN_TOKEN to the gateway's adminToken, or give --token-file",
      {
        status: 2,
      },
    );
  }
  try {
    return readFileSync(tokenFile, 'utf8').trim();
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new CliError(`--token-file ${tokenFile} cannot be read (${why})`, { cause: error });
  }
}
