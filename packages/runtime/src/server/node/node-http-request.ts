import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { sharedKey, type ContextKey } from '../../rpc/context-key.ts';
import type { IncomingHeaders } from '../../rpc/context.ts';
import type { HttpRequest } from '../../rpc/http-request.ts';
import type { Logger } from '../../rpc/logger.ts';
import { onLost } from '../once-written.ts';
import type { Door } from '../door.ts';
import { bodyOptionsFor } from '../body-options.ts';
import { nodeSocket } from '../node-socket.ts';
import { readBody } from '../read-body.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';

export type NodeRequest = IncomingMessage | Http2ServerRequest;
export type NodeResponse = ServerResponse | Http2ServerResponse;

/** Under this key a call's context holds node's request: `context.get(nodeRequest)?.socket`. */
export const nodeRequest: ContextKey<NodeRequest> = sharedKey('nodeRequest');

/** A request and response of node:http or node:http2 as `invoke` sees them. */
export class NodeHttpRequest implements HttpRequest {
  readonly headers: IncomingHeaders;
  readonly #request: NodeRequest;
  readonly #response: NodeResponse;
  readonly #door: Door;
  readonly #target: string | undefined;
  #peer: string | undefined = undefined;

  /** @param target in place of the request's own */
  constructor(request: NodeRequest, response: NodeResponse, door: Door, target: string | undefined) {
    this.headers = request.headers;
    this.#request = request;
    this.#response = response;
    this.#door = door;
    this.#target = target;
  }

  get verb(): string {
    return this.#request.method ?? '';
  }

  get target(): string {
    return this.#target ?? this.#request.url ?? '/';
  }

  get peer(): string {
    // Kept, because it cannot be had any more once the connection is lost.
    return (this.#peer ??= this.#request.socket.remoteAddress ?? '');
  }

  get bodyLimit(): number {
    return this.#door.bodyLimit;
  }

  get carriesTrailers(): boolean {
    return this.#request.httpVersionMajor === 2;
  }

  get log(): Logger {
    return this.#door.log;
  }

  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void, largest?: number): void {
    readBody(this.#request, this.#request, this.headers, bodyOptionsFor(this.#door, largest), done, fail);
  }

  value(key: symbol): unknown {
    if (key === nodeRequest.symbol) return this.#request;
    return key === nodeSocket.symbol ? this.#request.socket : undefined;
  }

  onDisconnect(listener: () => void): () => void {
    return onLost(this.#response, listener);
  }
}
