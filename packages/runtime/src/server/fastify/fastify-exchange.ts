import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHeaders } from '../../rpc/context.ts';
import type { Exchange } from '../../rpc/exchange.ts';
import type { Logger } from '../../rpc/logger.ts';
import { readBody } from '../read-body.ts';

const noBody = new Uint8Array();

/** A Fastify request and reply as dispatch sees them. */
export class FastifyExchange implements Exchange {
  readonly headers: IncomingHeaders;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #bodyLimit: number;

  /**
   * @param bodyLimit in bytes
   * @param headers in place of the request's own
   */
  constructor(request: FastifyRequest, reply: FastifyReply, bodyLimit: number, headers?: IncomingHeaders) {
    this.#request = request;
    this.#reply = reply;
    this.#bodyLimit = bodyLimit;
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
    return readBody(stream, this.#request.headers['content-length'], this.#bodyLimit);
  }

  onDisconnect(listener: () => void): () => void {
    const { raw } = this.#reply;
    if (raw.destroyed) {
      listener();
      return () => undefined;
    }
    raw.once('close', listener);
    return () => raw.off('close', listener);
  }
}
