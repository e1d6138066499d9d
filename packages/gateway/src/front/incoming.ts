import type { Http2ServerRequest } from 'node:http2';
import { protobufType, twirpTimeoutOf } from '@pipit/runtime/door';
import type { NodeRequest } from '@pipit/runtime/node';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { CallerInfo } from './caller.ts';
import type { Front } from './front-options.ts';
import { requestHeaders } from './request-headers.ts';
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
  return {
    service,
    method,
    caller: address,
    keyId: key?.id,
    keyLimit: key?.maxInFlight,
    traceId,
    timeout: twirpTimeoutOf(request.headers),
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
