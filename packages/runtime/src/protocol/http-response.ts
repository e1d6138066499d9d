import { concat } from '../codec/bytes.ts';
import type { CallContext } from '../rpc/call-context.ts';
import { afterWriteOf } from '../rpc/invoke.ts';
import type { ResponseHeaders } from '../rpc/response-headers.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';

/** A body: whole, or in chunks, of which the next is asked for when the one before is on its way. */
export type HttpBody = Uint8Array | AsyncIterable<Uint8Array>;

/** A response, for a door to send. */
export interface HttpResponse<Body extends HttpBody = HttpBody> {
  readonly status: number;
  readonly contentType: string;
  /** The value of `X-Trace-Id`. */
  readonly traceId: string;
  /** Headers of handlers and hooks; undefined where there are none. */
  readonly headers: ResponseHeaders | undefined;
  /** May share its buffer with other bytes. */
  readonly body: Body;
  /** Headers that come behind the body, to be asked for when it has ended; undefined for none. */
  readonly trailers: (() => Readonly<Record<string, string | string[]>>) | undefined;
  /** The error the call failed with, for hosts that tell others; undefined where it did not. */
  readonly error: TwirpError | undefined;
  /**
   * To be called once when the response is written or the connection lost, with true where all of it is on its way;
   * `why` it is not, where that is not the caller's doing. undefined where nobody listens.
   */
  readonly afterWrite: ((delivered: boolean, why?: TwirpError) => void) | undefined;
}

/** The response to a call whose outcome is known. */
export function httpResponse<Body extends HttpBody>(
  call: CallContext,
  status: number,
  contentType: string,
  body: Body,
  trailers?: HttpResponse['trailers'],
): HttpResponse<Body> {
  call.status = status;
  // That of chunks is counted as they go.
  if (body instanceof Uint8Array) call.responseBytes = body.length;
  const { traceId, error, headersSet: headers } = call;
  const afterWrite = afterWriteOf(call);
  return { status, contentType, traceId, headers, body, trailers, error, afterWrite };
}

/** A body that is not there yet. */
export async function* laterBody(call: CallContext, body: Promise<Uint8Array>): AsyncGenerator<Uint8Array> {
  const bytes = await body;
  call.responseBytes = bytes.length;
  yield bytes;
}

/** A body with all of its chunks. */
export async function wholeBody(body: HttpBody): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return concat(chunks);
}
