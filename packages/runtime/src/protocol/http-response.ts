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
  /** Headers that come behind a body in chunks, to be asked for when it has ended; undefined for none. */
  readonly trailers: (() => Readonly<Record<string, string>>) | undefined;
  /** The error the call failed with, for hosts that tell others; undefined where it did not. */
  readonly error: TwirpError | undefined;
  /**
   * To be called once when the response is written or the connection lost, with true where all of it is on its way;
   * `why` it is not, where that is not the caller's doing. undefined where nobody listens.
   */
  readonly afterWrite: ((delivered: boolean, why?: TwirpError) => void) | undefined;
}

/** The response to a call whose outcome is known, with a whole body. */
export function httpResponse(
  call: CallContext,
  status: number,
  contentType: string,
  body: Uint8Array,
): HttpResponse<Uint8Array> {
  call.status = status;
  call.responseBytes = body.length;
  const { traceId, error, headersSet: headers } = call;
  const afterWrite = afterWriteOf(call);
  return { status, contentType, traceId, headers, body, trailers: undefined, error, afterWrite };
}
