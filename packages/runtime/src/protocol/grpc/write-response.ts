import type { CallContext } from '../../rpc/call-context.ts';
import { putHeader } from '../../rpc/response-headers.ts';
import { isWorthwhile } from '../compression.ts';
import { httpResponse, laterBody, type HttpResponse } from '../http-response.ts';
import { messageFrame } from '../message-frame.ts';
import { encodeMessage } from '../twirp/write-response.ts';
import type { GrpcInvocation } from './read-request.ts';
import { okTrailers } from './status.ts';

export function writeResponse(call: CallContext, invocation: GrpcInvocation, message: object): HttpResponse {
  const frame = writeFrame(call, invocation, message);
  const { trailersSet } = call;
  const body = frame instanceof Uint8Array ? frame : laterBody(call, frame);
  return httpResponse(call, 200, invocation.type, body, () => okTrailers(trailersSet));
}

/** The message in its frame: at once, or where it has to be compressed first, as something to wait for. */
export function writeFrame(
  call: CallContext,
  { route, format, acceptsGzip }: GrpcInvocation,
  message: object,
): Uint8Array | Promise<Uint8Array> {
  const bytes = encodeMessage(route.method, format, message, call.config);
  const gzip = acceptsGzip && isWorthwhile(bytes.length);
  if (gzip) putHeader(call.responseHeaders, 'grpc-encoding', 'gzip');
  return messageFrame(bytes, gzip);
}
