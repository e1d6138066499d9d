import type { BusChunkInit } from '../../protocol/cluster.pb.ts';
import type { AnswerEnd } from '../requests/sink.ts';

/** Bytes that may be on their way, of one body or answer: a bus drops what a slow reader does not take. */
const windowBytes = 512 * 1024;

/** Bytes of one chunk: small messages of others come between two of them. */
const chunkBytes = 64 * 1024;

/** Sends bytes in numbered chunks, no more of them at a time than the other side has taken. */
export class PacedChunks {
  readonly #send: (chunk: BusChunkInit) => void;
  readonly #sent: (bytes: number) => void;
  readonly #waiting: Uint8Array[] = [];
  /** Bytes that were sent, and those that the other side has taken. */
  #sentBytes: number;
  #takenBytes = 0;
  #number = 0;
  #isEnded = false;
  #isLastSent = false;
  #end: AnswerEnd | undefined;

  /**
   * @param sent is told of bytes that are on their way
   * @param unacknowledged bytes that are on their way already
   */
  constructor(
    send: (chunk: BusChunkInit) => void,
    sent: (bytes: number) => void = () => undefined,
    unacknowledged = 0,
  ) {
    this.#send = send;
    this.#sent = sent;
    this.#sentBytes = unacknowledged;
  }

  /** @param end leaves with the last chunk */
  add(bytes: Uint8Array, last: boolean, end?: AnswerEnd): void {
    for (let at = 0; at < bytes.length; at += chunkBytes)
      this.#waiting.push(bytes.subarray(at, at + chunkBytes));
    this.#isEnded ||= last;
    this.#end = end;
    this.#pump();
  }

  /** Chunks that were sent. */
  get count(): number {
    return this.#number;
  }

  /** The other side has taken so many more. */
  credit(bytes: number): void {
    this.#takenBytes += bytes;
    this.#pump();
  }

  /** The other side has taken so many in all: word of some of them may have been lost. */
  creditInAll(bytes: number): void {
    if (bytes > this.#takenBytes) this.credit(bytes - this.#takenBytes);
  }

  #pump(): void {
    while (!this.#isLastSent && this.#sentBytes - this.#takenBytes < windowBytes) {
      const bytes = this.#waiting.shift();
      if (bytes === undefined && !this.#isEnded) return;
      const last = this.#isEnded && this.#waiting.length === 0;
      this.#sentBytes += bytes?.length ?? 0;
      this.#isLastSent = last;
      const { trailers, grpcStatus } = (last ? this.#end : undefined) ?? {};
      this.#send({
        number: (this.#number += 1),
        bytes: bytes ?? new Uint8Array(),
        last,
        trailers,
        grpcStatus,
      });
      if (bytes !== undefined) this.#sent(bytes.length);
    }
  }
}

/** Notices a chunk that is missing. */
export class ChunkCounter {
  #number = 0;

  /** Chunks that came. */
  get count(): number {
    return this.#number;
  }

  /** Reports whether this is the chunk that comes next. */
  isNext(number: number): boolean {
    return number === (this.#number += 1);
  }
}

/** Gives credit for bytes that were taken, and not in a message for each chunk. */
export class Credit {
  readonly #say: (bytes: number) => void;
  #pending = 0;
  #total = 0;

  constructor(say: (bytes: number) => void) {
    this.#say = say;
  }

  /** Bytes that credit was given for. */
  get total(): number {
    return this.#total;
  }

  taken(bytes: number): void {
    this.#pending += bytes;
    if (this.#pending < windowBytes / 4) return;
    this.#total += this.#pending;
    this.#say(this.#pending);
    this.#pending = 0;
  }
}
