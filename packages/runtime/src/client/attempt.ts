import { brand } from '../codec/brand.ts';
import { ClientError } from '../rpc/client-error.ts';
import type { CalledMethod } from './client-options.ts';
import type { MessageFormat } from './message-format.ts';
import { type Body, discard, responseBody } from './response-body.ts';
import { responseError } from './response-error.ts';
import { textOf } from './text-of.ts';
import type { TimeLimit } from './time-limit.ts';

/** The server was not reached, or not to the end: worth another try where that does no harm. */
export class TransportError extends ClientError {
  static {
    brand(this, 'TransportError');
  }
}

/**
 * Sends one request and reads its answer into the method's output. `onResponse` sees the answer first.
 * @throws {TwirpError}
 */
export async function attempt(
  send: () => Promise<Response>,
  limit: TimeLimit,
  format: MessageFormat,
  { kind, download }: CalledMethod,
  maxBytes: number | undefined,
  onResponse: (response: Response) => Promise<void>,
): Promise<unknown> {
  const step = async <T>(
    what: string,
    start: () => T | Promise<T>,
    Failure: typeof ClientError = TransportError,
  ): Promise<T> => {
    try {
      return await limit.until(start);
    } catch (cause) {
      if (cause instanceof ClientError) throw cause;
      // `fetch` may have been the first to tell.
      throw limit.failure() ?? new Failure('internal', `failed to ${what}: ${textOf(cause)}`, { cause });
    }
  };
  const read = (what: string, textWillDo: boolean): Promise<Body> =>
    step(`read ${what} body`, () => responseBody(response, textWillDo, maxBytes));
  const response = await step('do request', send);
  try {
    await limit.until(() => onResponse(response));
    const file = download?.(response, () => read('response', false) as Promise<Uint8Array<ArrayBuffer>>);
    if (file) return await file;
    if (response.status !== 200)
      throw await responseError(response, () => read('server error response', true));
    const body = await read('response', format.isText);
    return await step('unmarshal response', () => format.decode(body, kind), ClientError);
  } finally {
    // What nobody reads would keep the connection: a redirect's body, or any after a hook that threw.
    discard(response);
  }
}
