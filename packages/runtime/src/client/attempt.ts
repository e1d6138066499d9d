import { TwirpError } from '../rpc/twirp-error.ts';
import { downloadFields, isDownload } from './download-fields.ts';
import type { MessageFormat } from './message-format.ts';
import { isRedirect, responseError } from './response-error.ts';
import { abortError, textOf, untilAborted } from './until-aborted.ts';

/** The server was not reached, or not to the end: worth another try where that does no harm. */
export class TransportError extends TwirpError {}

/**
 * Sends one request and reads its answer into the method's output. `onResponse` sees the answer first.
 * @throws {TwirpError}
 */
export async function attempt(
  send: () => Promise<Response>,
  signal: AbortSignal | undefined,
  format: MessageFormat,
  expectsDownload: boolean,
  onResponse: (response: Response) => Promise<void>,
): Promise<unknown> {
  const io = async <T>(what: string, start: () => Promise<T>): Promise<T> => {
    try {
      return await untilAborted(signal, start);
    } catch (cause) {
      // `fetch` may have been the first to tell.
      if (signal?.aborted === true) throw abortError(signal);
      throw new TransportError('internal', `${what}: ${textOf(cause)}`, { cause });
    }
  };
  const response = await io('failed to do request', send);
  try {
    await onResponse(response);
    const { status } = response;
    const download = expectsDownload && isDownload(response);
    if (status !== 200 && !download) {
      const text = isRedirect(status)
        ? ''
        : await io('failed to read server error response body', () => response.text());
      throw responseError(response, text);
    }
    const body = new Uint8Array(await io('failed to read response body', () => response.arrayBuffer()));
    if (download) return format.download(downloadFields(response, body));
    try {
      return format.decode(body);
    } catch (cause) {
      throw new TwirpError('internal', `failed to unmarshal response: ${textOf(cause)}`, { cause });
    }
  } finally {
    // What nobody reads would keep the connection: a redirect's body, or any after a hook that threw.
    if (!response.bodyUsed) response.body?.cancel().catch(() => undefined);
  }
}
