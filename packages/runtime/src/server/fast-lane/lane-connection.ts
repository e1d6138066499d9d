import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { longestString } from '../response-body.ts';
import type { LaneHandler, LaneReply } from './lane-handler.ts';
import { LaneRequest } from './lane-request.ts';
import { longestHead, readHead, type PlainHead } from './read-head.ts';
import { closeHeader, keepAliveHeader } from './response-head.ts';

/** The most bytes that are held behind a request under way, before no more are read. */
const mostHeld = 16 * 1024;

/** An event of the server, once for each connection on which a request came in the lane; its `request` is not told of them. */
export const laneEvent = 'laneConnection';

/** The lane, as its connections see it. */
export interface Lane {
  readonly server: Server;
  readonly handler: LaneHandler;
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
export class LaneConnection implements LaneReply {
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
  #hasCalled = false;
  /** The connection ends with the answer that has begun. */
  #endsWithAnswer = false;
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
    const { server, handler } = this.#lane;
    if (this.#isOver) {
      if (!this.#isFull) this.#endAfter(handler.stallTimeout, now);
    } else if (this.#bodyLeft > 0) {
      if (isPast(server.requestTimeout, now - this.#since))
        this.#refuse('408 Request Timeout', 'ERR_HTTP_REQUEST_TIMEOUT', 'Request timeout');
    } else if (this.isIdle) {
      if (this.isNew) this.#endAfter(server.headersTimeout, now);
      else if (this.#socket.writableLength > 0) this.#endAfter(handler.stallTimeout, now);
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
      this.#call(new LaneRequest(head, body, this.#socket, this.#peer, this.#lane.handler.door));
    }
    this.#isServing = false;
  }

  /** @param available bytes that have come, the head's among them */
  #takes(head: PlainHead, available: number): boolean {
    const { handler, mostHead } = this.#lane;
    const { contentLength, isLast, length } = head;
    return (
      contentLength <= handler.door.bodyLimit &&
      length <= mostHead &&
      !(isLast && available > length + contentLength) &&
      handler.takes(head)
    );
  }

  #call(request: LaneRequest): void {
    this.#request = request;
    if (!this.#hasCalled) this.#lane.server.emit(laneEvent, this.#socket);
    this.#hasCalled = true;
    this.#lane.handler.call(request, this);
  }

  whole(
    request: LaneRequest,
    head: string,
    body: Uint8Array | string,
    after: ((delivered: boolean) => void) | undefined,
  ): void {
    if (!this.#settle(request)) {
      after?.(false);
      return;
    }
    this.#isOver = this.#endsWith(request);
    this.#write(`${head}${this.#connectionHeader(this.#isOver)}\r\n`, body, after && afterWrite(after));
    this.#answered();
  }

  begin(request: LaneRequest, head: string): boolean {
    if (!this.#isWaiting(request)) return false;
    this.#endsWithAnswer = this.#endsWith(request);
    this.#write(`${head}${this.#connectionHeader(this.#endsWithAnswer)}\r\n`, '', undefined);
    return true;
  }

  write(piece: Uint8Array | string, after: (() => void) | undefined): void {
    this.#write('', piece, after);
  }

  end(request: LaneRequest, last: string, after: (delivered: boolean) => void): void {
    if (!this.#settle(request)) {
      after(false);
      return;
    }
    this.#isOver = this.#endsWithAnswer;
    this.#write(last, '', afterWrite(after));
    if (!this.#isFull) this.#socket.setTimeout(0);
    this.#answered();
  }

  /** The request is answered with what is written next. @returns false where nobody waits for it any more */
  #settle(request: LaneRequest): boolean {
    const isWaiting = this.#isWaiting(request);
    this.#request = undefined;
    this.#since = performance.now();
    return isWaiting;
  }

  /** Its caller is there, and has no answer yet. */
  #isWaiting(request: LaneRequest): boolean {
    return this.#request === request && this.#socket.writable;
  }

  #endsWith(request: LaneRequest): boolean {
    this.isNew = false;
    return request.isLast || this.#lane.isClosing;
  }

  #connectionHeader(isLast: boolean): string {
    return isLast ? closeHeader : keepAliveHeader(this.#lane.server.keepAliveTimeout);
  }

  #answered(): void {
    if (this.#isOver) this.#socket.destroySoon();
    else if (!this.#isServing) this.#goOn();
  }

  /** @param text goes out in one piece with a short body */
  #write(text: string, body: Uint8Array | string, after: ((error?: Error | null) => void) | undefined): void {
    const socket = this.#socket;
    if (typeof body === 'string' || body.length <= longestString) {
      this.#isFull = !socket.write(text + latin1(body), 'latin1', after);
    } else {
      socket.cork();
      if (text !== '') socket.write(text, 'latin1');
      this.#isFull = !socket.write(body, after);
      socket.uncork();
    }
    if (this.#isFull) socket.setTimeout(this.#lane.handler.stallTimeout);
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

function afterWrite(after: (delivered: boolean) => void): (error?: Error | null) => void {
  return (error) => after(error == null);
}

function latin1(body: Uint8Array | string): string {
  if (typeof body === 'string') return body;
  return Buffer.from(body.buffer, body.byteOffset, body.length).toString('latin1');
}

/** @param limit in milliseconds, 0 for none */
function isPast(limit: number, waited: number): boolean {
  return limit > 0 && waited > limit;
}
