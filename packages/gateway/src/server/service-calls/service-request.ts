import { traceIdOf } from '@pipit/runtime/door';
import type { ForwardRequest } from '../../protocol/registry.pb.ts';
import { timeoutOf } from '../../protocol/request-timeout.ts';
import { splitMethodPath } from '../../protocol/service-name.ts';
import type { Directory } from '../directory.ts';
import type { Peer } from '../peer.ts';
import type { IncomingRequest } from '../requests/incoming-request.ts';
import { forwardable, forwardableEntries, isHttp } from './service-dialect.ts';

/** A service's own call, as the gateway forwards it. */
export function serviceRequest(
  peer: Peer,
  request: ForwardRequest,
  directory: Pick<Directory, 'resolve'>,
): IncomingRequest {
  const path = splitMethodPath(request.methodPath);
  const { headers, verb, target, prefix } = request;
  const traceId = traceIdOf(headers);
  // Both sides' logs, and the answer where it is the gateway's own, hold the same id.
  headers['x-trace-id'] = traceId;
  const http = isHttp(request);
  return {
    service: directory.resolve(path?.service ?? '') ?? path?.service ?? '',
    method: path?.method ?? '',
    caller: peer.address,
    keyId: peer.key.id,
    keyLimit: peer.key.maxInFlight,
    traceId,
    timeout: timeoutOf(request),
    safe: http && (verb === 'GET' || verb === 'HEAD'),
    dialect: http ? 'http' : 'message',
    verb: http ? verb : '',
    target: http ? target : '',
    prefix: http ? prefix : '',
    headers: forwardable(headers),
    metadata: forwardableEntries(request.metadata),
    body: request.payload,
  };
}
