import type { Socket } from 'node:net';
import { BodyTooLargeError } from '../../rpc/body-too-large.ts';
import type { HttpRequest } from '../../rpc/http-request.ts';
import type { Logger } from '../../rpc/logger.ts';
import type { TwirpError } from '../../rpc/twirp-error.ts';
import { BodyCollector } from '../body-collector.ts';
import { callerGone } from '../body-errors.ts';
import type { Door } from '../door.ts';
import { nodeSocket } from '../node-socket.ts';
import type { PlainHead } from './read-head.ts';

/** The most bytes of a body that are kept before somebody wants it, until no more are read. */
const mostUnread = 16 * 1024;

/** A request that was read on the socket, as `invoke` sees it. */
export class LaneRequest implements HttpRequest {
  readonly verb = 'POST';
  readonly headers: Record<string, string>;
  readonly target: string;
  readonly peer: string;
  /** No other comes on the connection. */
  readonly isLast: boolean;
  readonly socket: Socket;
  readonly #door: Door;
  readonly #contentLength: number;
  /** As much of the body as came with the head. */
  readonly #first: Buffer;
  /** Pieces of the body that came later, before it was wanted. */
  #unread: Buffer[] | undefined = undefined;
  /** In bytes. */
  #unreadLength = 0;
  #isWhole: boolean;
  #isLost = false;
  #collector: BodyCollector | undefined = undefined;
  #onLost: Set<() => void> | undefined = undefined;

  constructor(head: PlainHead, first: Buffer, socket: Socket, peer: string, door: Door) {
    this.headers = head.headers;
    this.target = head.target;
    this.isLast = head.isLast;
    this.socket = socket;
    this.peer = peer;
    this.#door = door;
    this.#contentLength = head.contentLength;
    this.#first = first;
    this.#isWhole = first.length === head.contentLength;
  }

  get bodyLimit(): number {
    return this.#door.bodyLimit;
  }

  get log(): Logger {
    return this.#door.log;
  }

  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void, largest?: number): void {
    const limit = largest ?? this.#door.bodyLimit;
    if (this.#contentLength > limit) {
      fail(new BodyTooLargeError(limit));
    } else if (this.#isWhole && this.#unread === undefined) {
      done(this.#first);
    } else {
      const collector = new BodyCollector(limit, done, fail, this.#contentLength);
      if (this.#first.length > 0) collector.add(this.#first);
      for (const piece of this.#unread ?? []) collector.add(piece);
      if (this.#unread !== undefined) this.socket.resume();
      this.#unread = undefined;
      if (this.#isWhole) collector.end();
      else if (this.#isLost) collector.fail(callerGone());
      else this.#collector = collector;
    }
  }

  /** Takes the next piece of the body. @param isEnd whether it is the last */
  take(piece: Buffer, isEnd: boolean): void {
    this.#isWhole = isEnd;
    if (this.#collector === undefined) {
      (this.#unread ??= []).push(piece);
      this.#unreadLength += piece.length;
      if (this.#unreadLength > mostUnread) this.socket.pause();
      return;
    }
    this.#collector.add(piece);
    if (isEnd) this.#collector.end();
  }

  /** Tells the call that nobody waits for its answer any more. */
  lose(): void {
    this.#isLost = true;
    this.#collector?.fail(callerGone());
    for (const listener of this.#onLost ?? []) listener();
  }

  value(key: symbol): unknown {
    return key === nodeSocket.symbol ? this.socket : undefined;
  }

  onDisconnect(listener: () => void): () => void {
    if (this.#isLost) {
      listener();
      return () => undefined;
    }
    const listeners = (this.#onLost ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }
}
