import type { CallContext } from '../../rpc/call-context.ts';
import { putHeader } from '../../rpc/response-headers.ts';
import { gzipped, isWorthwhile } from '../compression.ts';
import { httpResponse, laterBody, type HttpResponse } from '../http-response.ts';
import { encodeMessage } from '../twirp/write-response.ts';
import { typeOfFormat } from './content-type.ts';
import type { ConnectInvocation } from './read-request.ts';

export function writeResponse(
  call: CallContext,
  invocation: ConnectInvocation,
  message: object,
): HttpResponse {
  const { route, format } = invocation;
  const body = encodeMessage(route.method, format, message, call.config);
  const type = typeOfFormat(format);
  for (const [name, value] of trailerHeaders(call)) putHeader(call.responseHeaders, name, value);
  // A cache must not give one caller what was compressed for another.
  if (call.verb !== 'POST') putHeader(call.responseHeaders, 'Vary', 'Accept-Encoding');
  if (!invocation.acceptsGzip || !isWorthwhile(body.length)) return httpResponse(call, 200, type, body);
  putHeader(call.responseHeaders, 'Content-Encoding', 'gzip');
  const compressed = gzipped(body);
  return httpResponse(
    call,
    200,
    type,
    compressed instanceof Uint8Array ? compressed : laterBody(call, compressed),
  );
}

/** The trailers of a handler, as headers: an answer of one message has no end to put them behind. */
export function trailerHeaders({
  trailersSet,
}: Pick<CallContext, 'trailersSet'>): [name: string, value: string][] {
  if (trailersSet === undefined) return [];
  return [...trailersSet].flatMap(({ name, values }) =>
    values.map((value): [string, string] => [`Trailer-${name}`, value]),
  );
}
