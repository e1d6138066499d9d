import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHeaders } from '../../rpc/context.ts';
import type { Exchange } from '../../rpc/exchange.ts';
import type { Logger } from '../../rpc/logger.ts';
import { onLost } from '../once-written.ts';
import { readBody } from '../read-body.ts';

const noBody = new Uint8Array();

/** A Fastify request and reply as dispatch sees them. */
export class FastifyExchange implements Exchange {
  readonly headers: IncomingHeaders;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #bodyLimit: number;
  readonly #compressed: boolean;

  /**
   * @param bodyLimit in bytes
   * @param compressed whether bodies may be
   * @param headers in place of the request's own
   */
  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    bodyLimit: number,
    compressed: boolean,
    headers?: IncomingHeaders,
  ) {
    this.#request = request;
    this.#reply = reply;
    this.#bodyLimit = bodyLimit;
    this.#compressed = compressed;
    this.headers = headers ?? request.headers;
  }

  get verb(): string {
    return this.#request.method;
  }

  get target(): string {
    return this.#request.raw.url ?? '/';
  }

  get peer(): string {
    return this.#request.ip;
  }

  get log(): Logger {
    return this.#request.log;
  }

  readBody(): Uint8Array | Promise<Uint8Array> {
    // Our content-type parser has put the stream there, unread; the host's preParsing hooks may have wrapped it.
    const stream = this.#request.body as Readable | undefined;
    if (stream === undefined) return noBody;
    return readBody(stream, this.#request.headers, this.#bodyLimit, this.#compressed);
  }

  onDisconnect(listener: () => void): () => void {
    return onLost(this.#reply.raw, listener);
  }
}
