import { ChunkOrder, type ChunkPlace } from '../../protocol/chunks.ts';
import type { AnswerEnd, AnswerRest, RequestFailure, RestReader } from './sink.ts';
import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';

/** The chunks of one answer on their way from the peer to whoever reads them. */
export class AnswerStream implements AnswerRest {
  /** Bytes that came and are not yet where they should go. */
  unconsumed: number = 0;
  readonly #peer: Peer;
  readonly #requestId: string;
  readonly #order: ChunkOrder;
  /** Acknowledged together: a message for each small write of a socket would cost more than it carries. */
  readonly #batch: number;
  #unacknowledged = 0;
  #over = false;
  #reader: RestReader | undefined;
  /** Chunks that came before there was a reader. */
  #early: ((reader: RestReader) => void)[] = [];

  /** Each chunk is a message of the method, and the last one is empty. */
  readonly isOfMessages: boolean;

  /** @param kind of `open` ones and `messages` there may be as many bytes as their service likes */
  constructor(peer: Peer, requestId: string, limits: Limits, kind: 'bounded' | 'open' | 'messages') {
    this.isOfMessages = kind === 'messages';
    this.#peer = peer;
    this.#requestId = requestId;
    this.#order = new ChunkOrder(kind === 'bounded' ? limits.maxBodyBytes : Infinity);
    this.#batch = limits.chunkBytes / 2;
  }

  get totalSize(): number | undefined {
    return this.#order.totalSize;
  }

  /** Bytes so far. */
  get received(): number {
    return this.#order.received;
  }

  /** Takes note of a chunk. @throws {ChunkError} */
  take(place: ChunkPlace, size: number): void {
    this.#order.take(place, size);
    this.unconsumed += size;
  }

  /** Takes note of a message. */
  count(size: number): void {
    this.#order.received += size;
    this.unconsumed += size;
  }

  deliver(bytes: Uint8Array, last: boolean, end?: AnswerEnd): void {
    // The pieces of one chunk come one by one, and whoever reads the first may be gone.
    if (this.#over) return;
    if (last) this.#over = true;
    this.#tell((reader) => reader.chunk(bytes, last, end));
  }

  break(failure: RequestFailure): void {
    this.#over = true;
    this.#tell((reader) => reader.broken(failure));
  }

  /** Nobody reads any more. */
  close(): void {
    this.#over = true;
    this.#early = [];
    this.#reader?.closed?.();
  }

  read(reader: RestReader): void {
    this.#reader = reader;
    const early = this.#early;
    this.#early = [];
    for (const tell of early) tell(reader);
  }

  consumed(bytes: number): void {
    this.unconsumed -= bytes;
    const { revision, can, outbox } = this.#peer;
    if (this.#over || revision < 1 || !can.window) return;
    this.#unacknowledged += bytes;
    if (this.#unacknowledged < this.#batch && this.unconsumed > 0) return;
    const value = { requestId: this.#requestId, bytes: this.#unacknowledged };
    this.#unacknowledged = 0;
    outbox.control({ messageType: { case: 'window', value } });
  }

  #tell(tell: (reader: RestReader) => void): void {
    if (this.#reader) tell(this.#reader);
    else this.#early.push(tell);
  }
}
