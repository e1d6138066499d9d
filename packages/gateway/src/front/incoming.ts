import type { HttpProtocol } from '@pipit/runtime/door';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { CallerInfo } from './caller.ts';
import type { CallerRequest } from './caller-request.ts';
import type { Front } from './front-options.ts';
import { requestHeaders } from './request-headers.ts';
import type { ServicePath } from './service-path.ts';

/** A request of a caller, as the gateway forwards it. */
export function incomingRequest(
  front: Front,
  request: CallerRequest,
  protocol: HttpProtocol,
  { service, method }: ServicePath,
  caller: CallerInfo,
  body: Uint8Array,
): IncomingRequest {
  const { verb, target } = request;
  const { address, key, traceId } = caller;
  const { headers, metadata } = requestHeaders(request, address, traceId, front);
  if (protocol.atRoot) keepFraming(headers, request.headers);
  return {
    service,
    method,
    caller: address,
    keyId: key?.id,
    keyLimit: key?.maxInFlight,
    traceId,
    timeout: protocol.timeoutOf(request.headers),
    safe: verb === 'GET' || verb === 'HEAD',
    dialect: 'http',
    verb,
    target,
    prefix: front.prefix,
    headers,
    metadata,
    body,
    bodyLimit: front.bodyLimit,
  };
}

/** gRPC and gRPC-Web go to the service in their frames, and so does what says how they are compressed, and how long a stream may take. */
function keepFraming(headers: Record<string, string>, given: CallerRequest['headers']): void {
  for (const name of ['grpc-encoding', 'grpc-accept-encoding', 'grpc-timeout']) {
    const value = given[name];
    if (value !== undefined) headers[name] = String(value);
  }
}
