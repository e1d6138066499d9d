import type { CallContext } from '../rpc/call-context.ts';
import { putHeader } from '../rpc/response-headers.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';
import type { HttpProtocol } from './http-protocol.ts';
import { httpResponse, type HttpResponse } from './http-response.ts';

/** The response to a call that failed, in its protocol's shape. */
export function writeErrorWith(
  encodeError: HttpProtocol['encodeError'],
  call: CallContext,
  error: TwirpError,
): HttpResponse<Uint8Array> {
  const { status, contentType, headers, body, trailers } = encodeError(error, call.http, call.trailersSet);
  for (const [name, value] of headers) putHeader(call.responseHeaders, name, value);
  return httpResponse(call, status, contentType, body, trailers);
}
