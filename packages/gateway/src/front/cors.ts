import type { OutgoingHttpHeaders } from 'node:http';
import { exposedHeaders } from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';

export interface CorsOptions {
  /** Origins whose pages may call, compared exactly. */
  readonly origins: readonly string[];
  /** They may send cookies and authorization. Default false. */
  readonly credentials?: boolean;
  /** The time a browser may remember a preflight, in seconds. Default 600. */
  readonly maxAge?: number;
}

const methods = 'GET, HEAD, POST';
/** Headers that pages may read beside those that every page may. */
const exposed = exposedHeaders.join(', ');

/** Lets pages of other origins call (https://fetch.spec.whatwg.org/#http-cors-protocol). */
export class Cors {
  readonly #origins: ReadonlySet<string>;
  readonly #credentials: boolean;
  readonly #maxAge: number;

  constructor({ origins, credentials = false, maxAge = 600 }: CorsOptions) {
    this.#origins = new Set(origins);
    this.#credentials = credentials;
    this.#maxAge = maxAge;
  }

  /** Answers have headers for pages. */
  get isOn(): boolean {
    return this.#origins.size > 0;
  }

  /**
   * Says in the answer's head what the page may do. Who forwards the request does not know of it.
   * @returns true where that is all of the answer, because the request is a preflight
   */
  answer({ method, headers }: NodeRequest, response: NodeResponse): boolean {
    if (!this.isOn) return false;
    // Caches must not give one origin what was said to another, or to none.
    response.setHeader('vary', 'Origin');
    const { origin } = headers;
    if (origin === undefined || !this.#origins.has(origin)) return false;
    response.setHeader('access-control-allow-origin', origin);
    if (this.#credentials) response.setHeader('access-control-allow-credentials', 'true');
    if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined) {
      response.setHeader('access-control-expose-headers', exposed);
      return false;
    }
    response.setHeader('vary', 'Origin, Access-Control-Request-Headers');
    response.setHeader('access-control-allow-methods', methods);
    response.setHeader('access-control-max-age', String(this.#maxAge));
    const asked = headers['access-control-request-headers'];
    if (asked !== undefined) response.setHeader('access-control-allow-headers', asked);
    response.writeHead(204).end();
    return true;
  }
}

/** A service's own headers beside what was said here: its `vary` comes on top, in all else it has the last word. */
export function keepVary(response: NodeResponse, headers: OutgoingHttpHeaders): void {
  const said = headers['vary'];
  if (said !== undefined && response.hasHeader('vary')) {
    headers['vary'] = [response.getHeader('vary'), said].flat().join(', ');
  }
}
