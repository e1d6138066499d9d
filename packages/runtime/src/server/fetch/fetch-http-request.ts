import { sharedKey, type ContextKey } from '../../rpc/context-key.ts';
import type { IncomingHeaders } from '../../rpc/context.ts';
import type { HttpRequest } from '../../rpc/http-request.ts';
import type { Logger } from '../../rpc/logger.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { bodyOptionsFor } from '../body-options.ts';
import type { Door } from '../door.ts';
import { readWebBody } from './read-web-body.ts';

/** Under this key a call's context holds the `Request` it came as: `context.get(fetchRequest)?.url`. */
export const fetchRequest: ContextKey<Request> = sharedKey('fetchRequest');

/**
 * Under this key a call's context holds what the platform gave the handler beside the request: bindings and
 * `waitUntil` of a Worker, the server of Bun, the connection of Deno.
 * @example const [env] = (context.get(fetchPlatform) ?? []) as [Env];
 */
export const fetchPlatform: ContextKey<readonly unknown[]> = sharedKey('fetchPlatform');

/** A call's origin as far as a `Request` does not tell it. */
export interface FetchCaller {
  /** The request target as the caller wrote it: a Request has cleaned its path. */
  readonly target: string;
  /** The caller's IP address; empty where nobody knows it. */
  readonly peer: string;
  readonly platform: readonly unknown[];
}

/** A `Request` as `invoke` sees it. */
export class FetchHttpRequest implements HttpRequest {
  readonly verb: string;
  readonly target: string;
  readonly headers: IncomingHeaders;
  readonly peer: string;
  readonly log: Logger;
  readonly #request: Request;
  readonly #platform: readonly unknown[];
  readonly #door: Door;
  readonly #listeners: Set<() => void> = new Set();
  #isLost = false;

  constructor(request: Request, { target, peer, platform }: FetchCaller, door: Door) {
    this.verb = request.method;
    this.target = target;
    this.headers = Object.fromEntries(request.headers);
    this.peer = peer;
    this.log = door.log;
    this.#request = request;
    this.#platform = platform;
    this.#door = door;
  }

  /** That of the URL, for a Request without the header. */
  get host(): string | undefined {
    return this.headers['host'] === undefined ? new URL(this.#request.url).host : undefined;
  }

  get bodyLimit(): number {
    return this.#door.bodyLimit;
  }

  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void, largest?: number): void {
    readWebBody(this.#request, this.headers, bodyOptionsFor(this.#door, largest), done, fail);
  }

  value(key: symbol): unknown {
    if (key === fetchRequest.symbol) return this.#request;
    return key === fetchPlatform.symbol ? this.#platform : undefined;
  }

  onDisconnect(listener: () => void): () => void {
    const { signal } = this.#request;
    if (this.#isLost || signal.aborted) {
      listener();
      return () => undefined;
    }
    this.#listeners.add(listener);
    signal.addEventListener('abort', listener, { once: true });
    return () => {
      this.#listeners.delete(listener);
      signal.removeEventListener('abort', listener);
    };
  }

  /** To be called when the caller takes no more of the answer: not every platform fires the request's signal then. */
  lose(): void {
    this.#isLost = true;
    for (const listener of this.#listeners) listener();
  }
}
