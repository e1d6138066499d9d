import type { OutgoingHttpHeaders } from 'node:http';
import type { NodeResponse } from '@pipit/runtime/node';
import { breakOff, isOnceOnly, type HttpRequest } from '@pipit/runtime/door';
import { callerProtocols } from '../server/requests/caller-protocols.ts';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { RequestFailure } from '../server/requests/sink.ts';
import { errorParts } from './service-trailers.ts';

/**
 * Tells an HTTP caller what went wrong, in the shape of the protocol it speaks (wire.md, Errors).
 * @param asked the request
 * @param headers that the service set on its error
 */
export function writeFailure(
  response: NodeResponse,
  failure: RequestFailure,
  traceId: string,
  asked: Pick<HttpRequest, 'headers' | 'verb' | 'target'> & Partial<Pick<IncomingRequest, 'service'>>,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.headersSent) {
    breakOff(response);
    return;
  }
  const { retryAfter } = failure;
  const protocol = callerProtocols.of(asked);
  const carriesTrailers = 'stream' in response;
  if (carriesTrailers && response.stream.destroyed) return;
  const { error, trailers } = errorParts(failure, asked.service ?? '');
  const encoded = protocol.encodeError(error, { headers: asked.headers, carriesTrailers }, trailers);
  const status = protocol.name === 'twirp' ? (failure.status ?? encoded.status) : encoded.status;
  const { body } = encoded;
  for (const [name, value] of encoded.headers) addTo(headers, name.toLowerCase(), value);
  if (encoded.trailers === undefined) headers['content-length'] = body.length;
  else response.addTrailers({ ...encoded.trailers(), ...pushback(retryAfter) });
  if (retryAfter !== undefined) headers['retry-after'] = String(retryAfter);
  if (error.code === 'unauthenticated') headers['www-authenticate'] ??= 'Bearer';
  response.writeHead(status, { ...headers, 'content-type': encoded.contentType, 'x-trace-id': traceId });
  response.end(body);
}

function addTo(headers: OutgoingHttpHeaders, name: string, value: string): void {
  const already = headers[name];
  headers[name] =
    already === undefined || isOnceOnly(name) ? value : [...[already].flat().map(String), value];
}

/** When to try again, as clients of gRPC are told. */
function pushback(retryAfter: number | undefined): OutgoingHttpHeaders {
  return retryAfter === undefined ? {} : { 'grpc-retry-pushback-ms': String(retryAfter * 1_000) };
}
