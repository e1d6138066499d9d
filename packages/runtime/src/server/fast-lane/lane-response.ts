import { EventEmitter } from 'node:events';
import { validateHeaderValue, type OutgoingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import { isBodiless } from '../../protocol/bodiless.ts';
import type { LaneReply } from './lane-handler.ts';
import type { LaneRequest } from './lane-request.ts';
import { dateHeader, statusLine } from './response-head.ts';

/**
 * The answer to a request of the lane, with as much of node's ServerResponse as those use who write answers piece by piece:
 * `close` is emitted once, when the answer is with the system or its caller is gone.
 */
export class LaneResponse extends EventEmitter {
  headersSent = false;
  writableEnded = false;
  destroyed = false;
  readonly #request: LaneRequest;
  readonly #reply: LaneReply;
  readonly #socket: Socket;
  #head = '';
  #isBodiless = false;
  #hasLength = false;
  #hasBegun = false;

  constructor(request: LaneRequest, reply: LaneReply) {
    super();
    this.#request = request;
    this.#reply = reply;
    this.#socket = request.socket;
    request.onDisconnect(() => this.#close());
  }

  /** In bytes, of the connection. */
  get writableLength(): number {
    return this.#socket.writableLength;
  }

  /** Headers come with `writeHead` only. */
  hasHeader(): boolean {
    return false;
  }

  getHeader(): undefined {
    return undefined;
  }

  /** @param headers under lower-case names. @throws {TypeError} for a value that a header cannot have */
  writeHead(status: number, headers: OutgoingHttpHeaders): this {
    let head = statusLine(status);
    for (const name in headers) {
      const given = headers[name];
      if (given === undefined) continue;
      for (const value of Array.isArray(given) ? given : [String(given)]) {
        validateHeaderValue(name, value);
        head += `${name}: ${value}\r\n`;
      }
    }
    this.#head = headers['date'] === undefined ? head + dateHeader() : head;
    this.#isBodiless = isBodiless(status);
    this.#hasLength = headers['content-length'] !== undefined;
    this.headersSent = true;
    return this;
  }

  /** @param after is called once the piece is with the system, or lost */
  write(piece: Uint8Array, after: () => void): boolean {
    const socket = this.#socket;
    socket.cork();
    if (!this.#begin()) {
      socket.uncork();
      after();
      return false;
    }
    // An empty chunk would be the end.
    if (this.#hasLength || piece.length === 0) this.#reply.write(piece, after);
    else {
      this.#reply.write(`${piece.length.toString(16)}\r\n`, undefined);
      this.#reply.write(piece, undefined);
      this.#reply.write('\r\n', after);
    }
    socket.uncork();
    return !socket.writableNeedDrain;
  }

  /** @param body a string has a character for each byte */
  end(body: Uint8Array | string = ''): this {
    this.writableEnded = true;
    const close = (): void => this.#close();
    if (this.#hasBegun) {
      this.#reply.end(this.#request, this.#hasLength ? '' : '0\r\n\r\n', close);
    } else {
      const length = this.#hasLength || this.#isBodiless ? '' : `content-length: ${body.length}\r\n`;
      this.#reply.whole(this.#request, this.#head + length, this.#isBodiless ? '' : body, close);
    }
    return this;
  }

  /** The caller that takes nothing for so long loses the connection. @param timeout in milliseconds, 0 for never */
  setTimeout(timeout: number): this {
    this.#socket.setTimeout(timeout);
    return this;
  }

  destroy(): this {
    this.#socket.destroy();
    return this;
  }

  /** @returns false where nobody waits for the answer any more */
  #begin(): boolean {
    if (this.#hasBegun) return this.#socket.writable;
    this.#hasBegun = true;
    const coding = this.#hasLength ? '' : 'transfer-encoding: chunked\r\n';
    return this.#reply.begin(this.#request, this.#head + coding);
  }

  #close(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.emit('close');
  }
}
