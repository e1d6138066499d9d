import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sharedKey, type ContextKey } from '../../rpc/context-key.ts';
import type { IncomingHeaders } from '../../rpc/context.ts';
import type { HttpRequest } from '../../rpc/http-request.ts';
import type { Logger } from '../../rpc/logger.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { onLost } from '../once-written.ts';
import { bodyOptionsFor, type BodyOptions } from '../body-options.ts';
import { readBody } from '../read-body.ts';

const noBody = new Uint8Array();

/** Under this key a call's context holds Fastify's request: `context.get(fastifyRequest)?.user`. */
export const fastifyRequest: ContextKey<FastifyRequest> = sharedKey('fastifyRequest');

/** A Fastify request and reply as `invoke` sees them. */
export class FastifyHttpRequest implements HttpRequest {
  readonly headers: IncomingHeaders;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #bodies: Required<BodyOptions>;
  #peer: string | undefined = undefined;

  /** @param headers in place of the request's own */
  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    bodies: Required<BodyOptions>,
    headers?: IncomingHeaders,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#bodies = bodies;
    this.headers = headers ?? request.headers;
  }

  get verb(): string {
    return this.#request.method;
  }

  get target(): string {
    return this.#request.raw.url ?? '/';
  }

  get peer(): string {
    // Kept, because it cannot be had any more once the connection is lost.
    return (this.#peer ??= this.#request.ip);
  }

  get host(): string {
    // That of X-Forwarded-Host under trustProxy.
    return this.#request.host;
  }

  get bodyLimit(): number {
    return this.#bodies.bodyLimit;
  }

  get carriesTrailers(): boolean {
    return this.#request.raw.httpVersionMajor === 2;
  }

  get log(): Logger {
    return this.#request.log;
  }

  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void, largest?: number): void {
    // Our content-type parser has put the stream there, unread; the host's preParsing hooks may have wrapped it.
    const { body, raw, headers } = this.#request;
    // A hook of the host may have put something else there.
    const stream = body instanceof Readable ? body : body === undefined ? this.#unannounced() : raw;
    if (stream === undefined) done(noBody);
    else readBody(raw, stream, headers, bodyOptionsFor(this.#bodies, largest), done, fail, this.#request);
  }

  /** A body without Content-Type and Content-Length, as HTTP/2 can have it: Fastify takes it for none. */
  #unannounced(): Readable | undefined {
    const raw = this.#request.raw as IncomingMessage & { stream?: { endAfterHeaders: boolean } };
    return raw.stream?.endAfterHeaders === false ? raw : undefined;
  }

  value(key: symbol): unknown {
    return key === fastifyRequest.symbol ? this.#request : undefined;
  }

  onDisconnect(listener: () => void): () => void {
    return onLost(this.#reply.raw, listener);
  }
}
