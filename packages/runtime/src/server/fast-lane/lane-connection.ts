import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { isBodiless } from '../../protocol/bodiless.ts';
import type { HttpResponse } from '../../protocol/http-response.ts';
import { requestCodecOf } from '../../protocol/twirp/content-type.ts';
import { unaryTwirp } from '../../protocol/twirp/index.ts';
import { invoke } from '../../rpc/invoke.ts';
import { longestString } from '../response-body.ts';
import { LaneRequest } from './lane-request.ts';
import { longestHead, readHead, type PlainHead } from './read-head.ts';
import type { Served } from './served.ts';
import { closeHeader, keepAliveHeader, responseHead } from './response-head.ts';

/** The most bytes that are held behind a request under way, before no more are read. */
const mostHeld = 16 * 1024;

/** The lane, as its connections see it. */
export interface Lane {
  readonly server: Server;
  readonly served: Served;
  /** The longest head that Node would take, in bytes. */
  readonly mostHead: number;
  /** Connections end with the answer under way. */
  readonly isClosing: boolean;
  /** Gives the connection to node:http. */
  handOver(connection: LaneConnection, socket: Socket): void;
  /** To be called when the connection has closed. */
  forget(connection: LaneConnection): void;
}

/**
 * A connection whose requests are read here, one after the other, until one comes that is not as plain as can be: then
 * node:http has the connection, with all bytes of that request.
 */
export class LaneConnection {
  /** Nothing of an answer was sent yet. */
  isNew = true;
  readonly #lane: Lane;
  readonly #socket: Socket;
  readonly #peer: string;
  /** The request that is not answered yet. */
  #request: LaneRequest | undefined = undefined;
  /** So much of a request's body is still to come, answered or not. */
  #bodyLeft = 0;
  /** The socket has more to send than it should. */
  #isFull = false;
  /** Ended by us: nothing more is read. */
  #isOver = false;
  #isServing = false;
  #held: Buffer | undefined = undefined;
  /** When the request began or the last one was answered. */
  #since: number = performance.now();

  constructor(lane: Lane, socket: Socket) {
    this.#lane = lane;
    this.#socket = socket;
    this.#peer = socket.remoteAddress ?? '';
    socket.on('data', this.#onData).on('end', this.#onEnd).on('drain', this.#onDrain);
    socket.on('close', this.#onClose).on('error', this.#onError).on('timeout', this.#onStall);
  }

  /** Holds the connection to the server's time limits. @param now by `performance.now()` */
  look(now: number): void {
    const { server, served } = this.#lane;
    if (this.#isOver) {
      if (!this.#isFull) this.#endAfter(served.stallTimeout, now);
    } else if (this.#bodyLeft > 0) {
      if (isPast(server.requestTimeout, now - this.#since))
        this.#refuse('408 Request Timeout', 'ERR_HTTP_REQUEST_TIMEOUT', 'Request timeout');
    } else if (this.isIdle) {
      if (this.isNew) this.#endAfter(server.headersTimeout, now);
      else if (this.#socket.writableLength > 0) this.#endAfter(served.stallTimeout, now);
      else this.#endAfter(server.keepAliveTimeout, now);
    }
  }

  #endAfter(limit: number, now: number): void {
    if (isPast(limit, now - this.#since)) this.#socket.destroy();
  }

  get isIdle(): boolean {
    return this.#request === undefined && this.#bodyLeft === 0 && !this.#isFull;
  }

  destroy(): void {
    this.#socket.destroy();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#isOver) return;
    let rest = chunk;
    if (this.#bodyLeft > 0) {
      const piece = chunk.subarray(0, this.#bodyLeft);
      rest = chunk.subarray(piece.length);
      this.#bodyLeft -= piece.length;
      // What is behind it waits until the piece is taken in, which may answer.
      this.#isServing = true;
      this.#request?.take(piece, this.#bodyLeft === 0);
      this.#isServing = false;
    }
    if (rest.length > 0) this.#serve(rest);
  };

  /** Answers requests until the bytes are used up, or held back. */
  #serve(bytes: Buffer): void {
    this.#isServing = true;
    let at = 0;
    while (at < bytes.length && !this.#isOver) {
      if (!this.isIdle) {
        this.#hold(bytes.subarray(at));
        break;
      }
      const head = readHead(bytes.toString('latin1', at, Math.min(bytes.length, at + longestHead)));
      if (head === undefined || !this.#takes(head, bytes.length - at)) {
        this.#handOver(bytes.subarray(at));
        break;
      }
      const start = at + head.length;
      const body = bytes.subarray(start, start + head.contentLength);
      at = start + body.length;
      this.#bodyLeft = head.contentLength - body.length;
      this.#since = performance.now();
      this.#call(new LaneRequest(head, body, this.#socket, this.#peer, this.#lane.served.door));
    }
    this.#isServing = false;
  }

  /** @param available bytes that have come, the head's among them */
  #takes({ target, headers, contentLength, isLast, length }: PlainHead, available: number): boolean {
    const { served, mostHead } = this.#lane;
    const type = headers['content-type'];
    return (
      type !== undefined &&
      requestCodecOf(type) !== undefined &&
      contentLength <= served.door.bodyLimit &&
      length <= mostHead &&
      !(isLast && available > length + contentLength) &&
      served.config.routes.byPath.get(target)?.isStream !== true
    );
  }

  #call(request: LaneRequest): void {
    this.#request = request;
    const { config } = this.#lane.served;
    invoke<HttpResponse<Uint8Array>>(config, request, unaryTwirp, (response) =>
      this.#answer(request, response),
    );
  }

  #answer(request: LaneRequest, response: HttpResponse<Uint8Array>): void {
    const { afterWrite } = response;
    const wasRefused = this.#request !== request;
    this.#request = undefined;
    this.#since = performance.now();
    if (wasRefused || !this.#socket.writable) {
      afterWrite?.(false);
      return;
    }
    this.isNew = false;
    this.#isOver = request.isLast || this.#lane.isClosing;
    const keepAlive = this.#isOver ? closeHeader : keepAliveHeader(this.#lane.server.keepAliveTimeout);
    this.#write(response, responseHead(response, keepAlive));
    if (this.#isOver) this.#socket.destroySoon();
    else if (!this.#isServing) this.#goOn();
  }

  #write({ status, body, afterWrite }: HttpResponse<Uint8Array>, head: string): void {
    const socket = this.#socket;
    const after = afterWrite === undefined ? undefined : (error?: Error | null) => afterWrite(error == null);
    if (isBodiless(status) || body.length === 0) {
      this.#isFull = !socket.write(head, 'latin1', after);
    } else if (body.length <= longestString) {
      const text = head + Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
      this.#isFull = !socket.write(text, 'latin1', after);
    } else {
      socket.cork();
      socket.write(head, 'latin1');
      this.#isFull = !socket.write(body, after);
      socket.uncork();
    }
    if (this.#isFull) socket.setTimeout(this.#lane.served.stallTimeout);
  }

  #hold(bytes: Buffer): void {
    this.#held = this.#held === undefined ? bytes : Buffer.concat([this.#held, bytes]);
    if (this.#held.length > mostHeld) this.#socket.pause();
  }

  /** Takes what was held back, once nothing is in its way, and what comes behind it. */
  #goOn(): void {
    const held = this.#held;
    if (held !== undefined && this.isIdle && this.#socket.writable) {
      this.#held = undefined;
      this.#serve(held);
    }
    // Also where a call was answered whose body nobody wanted.
    if (this.#held === undefined && this.#socket.isPaused()) this.#socket.resume();
  }

  #handOver(bytes: Buffer): void {
    const socket = this.#socket;
    this.#isOver = true;
    socket.off('data', this.#onData).off('end', this.#onEnd).off('drain', this.#onDrain);
    socket.off('close', this.#onClose).off('error', this.#onError).off('timeout', this.#onStall);
    socket.setTimeout(0).pause();
    socket.unshift(bytes);
    this.#lane.handOver(this, socket);
    socket.resume();
  }

  readonly #onDrain = (): void => {
    this.#isFull = false;
    this.#since = performance.now();
    this.#socket.setTimeout(0);
    if (!this.#isServing) this.#goOn();
  };

  readonly #onStall = (): void => {
    if (this.#socket.writableLength > 0) this.#socket.destroy();
  };

  readonly #onEnd = (): void => {
    // A call that is under way is lost when the socket has closed.
    if (this.#bodyLeft === 0) this.#socket.end();
    else this.#refuse('400 Bad Request', 'HPE_INVALID_EOF_STATE', 'Parse Error');
  };

  readonly #onClose = (): void => {
    this.#isOver = true;
    this.#lane.forget(this);
    this.#request?.lose();
  };

  readonly #onError = (error: Error): void => {
    if (!this.#lane.server.emit('clientError', error, this.#socket)) this.#socket.destroy();
  };

  /** Ends the connection as node:http does, which leaves it to `clientError` where somebody listens. */
  #refuse(status: string, code: string, message: string): void {
    const socket = this.#socket;
    this.#isOver = true;
    if (this.#lane.server.emit('clientError', Object.assign(new Error(message), { code }), socket)) return;
    const request = this.#request;
    this.#request = undefined;
    socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    socket.destroySoon();
    request?.lose();
  }
}

/** @param limit in milliseconds, 0 for none */
function isPast(limit: number, waited: number): boolean {
  return limit > 0 && waited > limit;
}
