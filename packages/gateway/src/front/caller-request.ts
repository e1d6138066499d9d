import type { IncomingHttpHeaders } from 'node:http';
import type { TwirpError } from '@pipit/runtime';
import { readBody, type LaneRequest } from '@pipit/runtime/door';
import type { NodeRequest } from '@pipit/runtime/node';

/** A caller's request as the front reads it: node's, or one that came in the fast lane. */
export interface CallerRequest {
  readonly headers: IncomingHttpHeaders;
  readonly verb: string;
  readonly target: string;
  /** The caller's. */
  readonly address: string;
  readonly isEncrypted: boolean;
  readonly isHttp2: boolean;
  /** Other requests may come on it: the socket, or the session of HTTP/2. */
  readonly connection: object;
  /**
   * Gives `done` the whole body, or `fail` the reason why there is none. A compressed one is the service's to take or refuse.
   * @param limit in bytes
   */
  readBody(limit: number, done: (body: Uint8Array) => void, fail: (error: TwirpError) => void): void;
}

/** A request of node:http or node:http2. */
export function nodeCaller(request: NodeRequest): CallerRequest {
  const { headers, method: verb = '', url: target = '', socket } = request;
  return {
    headers,
    verb,
    target,
    address: socket.remoteAddress ?? '',
    isEncrypted: 'encrypted' in socket,
    isHttp2: request.httpVersionMajor === 2,
    connection: 'stream' in request ? (request.stream.session ?? request) : socket,
    readBody(bodyLimit, done, fail) {
      readBody(request, request, headers, { bodyLimit, compressedRequests: false }, done, fail);
    },
  };
}

/** A request of the fast lane, which has plaintext and HTTP/1.1 only. */
export function laneCaller(request: LaneRequest): CallerRequest {
  const { headers, verb, target, peer: address, socket: connection } = request;
  return {
    headers,
    verb,
    target,
    address,
    isEncrypted: false,
    isHttp2: false,
    connection,
    readBody(limit, done, fail) {
      request.readBody(done, fail, limit);
    },
  };
}
