import { Readable } from 'node:stream';
import type { IncomingHeaders } from '../rpc/context.ts';
import type { HttpRequest } from '../rpc/http-request.ts';
import type { Logger } from '../rpc/logger.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';
import type { Door } from '../server/door.ts';
import { readBody } from '../server/read-body.ts';

const noBody = new Uint8Array();

/** A `Request` as `invoke` sees it. */
export class LocalHttpRequest implements HttpRequest {
  readonly verb: string;
  readonly target: string;
  readonly headers: IncomingHeaders;
  readonly peer: string = '127.0.0.1';
  readonly log: Logger;
  readonly #request: Request;
  readonly #door: Door;

  /** @param target as the caller wrote it: a Request would have cleaned its path */
  constructor(request: Request, target: string, door: Door) {
    this.verb = request.method;
    this.target = target;
    this.headers = Object.fromEntries(request.headers);
    this.log = door.log;
    this.#request = request;
    this.#door = door;
  }

  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void): void {
    const { body } = this.#request;
    if (body === null) {
      done(noBody);
      return;
    }
    const stream = Readable.fromWeb(body);
    readBody(stream, stream, this.headers, this.#door, done, fail);
  }

  onDisconnect(listener: () => void): () => void {
    const { signal } = this.#request;
    if (signal.aborted) listener();
    else signal.addEventListener('abort', listener, { once: true });
    return () => signal.removeEventListener('abort', listener);
  }
}
