import type { CallContext } from '../../rpc/call-context.ts';
import { putHeader } from '../../rpc/response-headers.ts';
import { gzipped, isWorthwhile } from '../compression.ts';
import { compressedFlag, frameOf } from '../frame.ts';
import { httpResponse, laterBody, type HttpResponse } from '../http-response.ts';
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
  if (!acceptsGzip || !isWorthwhile(bytes.length)) return frameOf(0, bytes);
  putHeader(call.responseHeaders, 'grpc-encoding', 'gzip');
  const compressed = gzipped(bytes);
  return compressed instanceof Uint8Array
    ? frameOf(compressedFlag, compressed)
    : compressed.then((payload) => frameOf(compressedFlag, payload));
}
