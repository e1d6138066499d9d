import type { Http2ServerRequest } from 'node:http2';
import { protobufType } from '@pipit/runtime/door';
import type { NodeRequest } from '@pipit/runtime/node';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { CallerInfo } from './caller.ts';
import type { Front } from './front-options.ts';
import { requestHeaders } from './request-headers.ts';
import { protocols } from './protocols.ts';
import type { ServicePath } from './service-path.ts';
import { grpcTimeout } from './grpc-timeout.ts';

/** An HTTP request, as the gateway forwards it. */
export function httpRequest(
  front: Front,
  request: NodeRequest,
  { service, method }: ServicePath,
  caller: CallerInfo,
  body: Uint8Array,
): IncomingRequest {
  const { method: verb = '', url: target = '' } = request;
  const { address, key, traceId } = caller;
  const { headers, metadata } = requestHeaders(request, address, traceId, front);
  const protocol = protocols.of({ headers: request.headers, verb, target });
  if (protocol.name === 'grpc-web') keepEncodings(headers, request.headers);
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
  };
}

/** gRPC-Web goes to the service in its frames, and so does what says how they are compressed. */
function keepEncodings(headers: Record<string, string>, given: NodeRequest['headers']): void {
  for (const name of ['grpc-encoding', 'grpc-accept-encoding']) {
    const value = given[name];
    if (value !== undefined) headers[name] = String(value);
  }
}

/** A unary call of gRPC, as the gateway forwards it. */
export function grpcRequest(
  front: Front,
  request: Http2ServerRequest,
  { service, method }: ServicePath,
  caller: CallerInfo,
  body: Uint8Array,
): IncomingRequest {
  const { address, key, traceId } = caller;
  const { headers, metadata } = requestHeaders(request, address, traceId, front);
  headers['content-type'] = protobufType;
  return {
    service,
    method,
    caller: address,
    keyId: key?.id,
    keyLimit: key?.maxInFlight,
    traceId,
    timeout: grpcTimeout(request.headers['grpc-timeout']?.toString()),
    safe: false,
    dialect: 'message',
    verb: '',
    target: '',
    prefix: '',
    headers,
    metadata,
    body,
  };
}
