import type { MethodType } from '../rpc/method-type.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { downloadFields } from './download-response.ts';
import { isRedirect, responseError } from './response-error.ts';

/** The server was not reached, or not to the end: worth another try where that does no harm. */
export class TransportError extends TwirpError {}

/** Sends one request and reads its answer: `decode` turns bytes into the method's output. `onResponse` sees the answer first. @throws {TwirpError} */
export async function attempt(
  send: typeof fetch,
  url: string,
  init: RequestInit,
  method: MethodType,
  decode: (bytes: Uint8Array) => unknown,
  onResponse: (response: Response) => void | Promise<void>,
): Promise<unknown> {
  const response = await transport('failed to do request', init.signal, () => send(url, init));
  await onResponse(response);
  const download = method.kind === 'download' && response.ok;
  if (response.status !== 200 && !download) {
    const body = isRedirect(response.status)
      ? ''
      : await transport('failed to read server error response body', init.signal, () => response.text());
    throw responseError(response, body);
  }
  const buffer = await transport('failed to read response body', init.signal, () => response.arrayBuffer());
  const bytes = new Uint8Array(buffer);
  if (download) return method.output.create(downloadFields(response, bytes));
  try {
    return decode(bytes);
  } catch (cause) {
    throw new TwirpError('internal', `failed to unmarshal response: ${textOf(cause)}`, { cause });
  }
}

/** Twirp's clients report whatever happens to the connection as `internal`; only our own deadline has a code of its own. */
async function transport<T>(what: string, signal: RequestInit['signal'], io: () => Promise<T>): Promise<T> {
  try {
    return await io();
  } catch (cause) {
    if (signal?.aborted !== true)
      throw new TransportError('internal', `${what}: ${textOf(cause)}`, { cause });
    throw abortError(signal);
  }
}

/** What a call fails with whose signal has fired. */
export function abortError({ reason }: { readonly reason: unknown }): TwirpError {
  // Our own deadline, or the signal of a call that is being served.
  if (reason instanceof TwirpError) return reason;
  return new TwirpError('internal', `aborted because context was done: ${textOf(reason)}`, { cause: reason });
}

function textOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
