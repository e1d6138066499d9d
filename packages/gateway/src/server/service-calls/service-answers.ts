import { responseTransfer } from '../../protocol/chunks.ts';
import {
  ConnectionMessage,
  type ConnectionMessageInit,
  type ForwardResponseInit,
} from '../../protocol/registry.pb.ts';
import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';
import { overheadOf } from '../requests/request-for.ts';
import { tooLargeAnswer } from './service-dialect.ts';

/** The answers to a service's own calls, on their way to it: whole where they are small, else in chunks. */
export class ServiceAnswers {
  readonly #peer: Peer;
  readonly #limits: Limits;
  readonly #left: () => void;
  /** The functions that stop those that leave in chunks, by request id. */
  readonly #leaving = new Map<string, () => void>();
  /** Whole ones, several together: taken once the outbox has been drained up to there. */
  readonly #sent: { upTo: number; bytes: number }[] = [];
  #unread = 0;

  /** @param left called after the last chunk of an answer */
  constructor(peer: Peer, limits: Limits, left: () => void) {
    this.#peer = peer;
    this.#limits = limits;
    this.#left = left;
  }

  /** Answers of which chunks are still to leave. */
  get leaving(): number {
    return this.#leaving.size;
  }

  /** Bytes of whole answers that the peer has yet to take. */
  get unread(): number {
    const { drained } = this.#peer.outbox;
    for (let [first] = this.#sent; first !== undefined && first.upTo <= drained; [first] = this.#sent) {
      this.#unread -= first.bytes;
      this.#sent.shift();
    }
    return this.#unread;
  }

  has(requestId: string): boolean {
    return this.#leaving.has(requestId);
  }

  send(answer: ForwardResponseInit): void {
    const { can, maxMessageBytes } = this.#peer;
    const { chunkBytes } = this.#limits;
    const size = answer.payload?.length ?? 0;
    const inChunks = can.chunks && size > chunkBytes;
    const { headers, metadata, trailers, errorMessage } = answer;
    // Counted first without encoding: only what may be too large is measured.
    const most =
      overheadOf({ headers, metadata, target: errorMessage }) +
      overheadOf({ metadata: trailers }) +
      (inChunks ? chunkBytes : size);
    const message = { messageType: { case: 'response', value: answer } } as const;
    if (most > maxMessageBytes && (inChunks || ConnectionMessage.encode(message).length > maxMessageBytes)) {
      const value = tooLargeAnswer(answer, this.#peer);
      this.#send({ messageType: { case: 'response', value } });
    } else if (inChunks) {
      this.#transfer(answer);
    } else {
      this.#send(message);
    }
  }

  /** Nobody waits for it any more. */
  stop(requestId: string): void {
    this.#leaving.get(requestId)?.();
    this.#leaving.delete(requestId);
  }

  close(): void {
    for (const stop of this.#leaving.values()) stop();
    this.#leaving.clear();
  }

  #send(message: ConnectionMessageInit): void {
    const { outbox } = this.#peer;
    const before = outbox.drained + outbox.backlog;
    outbox.send(message);
    const upTo = outbox.drained + outbox.backlog;
    const bytes = upTo - before;
    this.#unread += bytes;
    const last = this.#sent.at(-1);
    if (last === undefined || last.bytes >= this.#limits.chunkBytes) {
      this.#sent.push({ upTo, bytes });
    } else {
      last.upTo = upTo;
      last.bytes += bytes;
    }
  }

  #transfer(answer: ForwardResponseInit): void {
    const requestId = answer.requestId ?? '';
    let left = false;
    const stop = this.#peer.outbox.transfer(
      responseTransfer(answer, () => {
        left = true;
        if (this.#leaving.delete(requestId)) this.#left();
      }),
    );
    // All of it may have left already.
    if (!left) this.#leaving.set(requestId, stop);
  }
}
