import { isOpenEnded } from '../../protocol/chunks.ts';
import type { Completion } from './completion.ts';
import type { Deadlines } from './deadlines.ts';
import type { Pending } from './pending.ts';
import { endedHead } from './ended-head.ts';
import type { AnswerEnd, AnswerRest, PeerAnswer, RequestFailure, RestReader, Sink } from './sink.ts';

/** The sink of a request that another gateway has, so that this one knows when it is over. */
export class PassedSink implements Sink {
  readonly #pending: Pending;
  readonly #completion: Completion;
  readonly #deadlines: Deadlines;
  readonly #back: () => void;

  /** @param back the request is this gateway's again */
  constructor(pending: Pending, completion: Completion, deadlines: Deadlines, back: () => void) {
    this.#pending = pending;
    this.#completion = completion;
    this.#deadlines = deadlines;
    this.#back = back;
  }

  answered({ head, rest }: PeerAnswer): void {
    const pending = this.#pending;
    if (pending.state !== 'passed') return;
    if (rest === undefined) {
      this.#completion.answered(pending, { head, rest });
      return;
    }
    const passed = new PassedRest(rest, head.payload.length, this);
    pending.head = head;
    pending.rest = passed;
    if (isOpenEnded(head)) this.#deadlines.lift(pending);
    this.#completion.answering(pending, { head, rest: passed });
  }

  failed(failure: RequestFailure): void {
    if (this.#pending.state === 'passed') this.#completion.failed(this.#pending, failure);
  }

  returned(): void {
    if (this.#pending.state === 'passed') this.#back();
  }

  /** A chunk came, so many bytes are here now; with the last one the request is over. */
  progressed(received: number, last: boolean, end: AnswerEnd | undefined): void {
    const pending = this.#pending;
    if (pending.state !== 'passed' || pending.head === undefined) return;
    if (last) this.#completion.ended(pending, endedHead(pending.head, end), received);
    else this.#deadlines.putOff(pending);
  }
}

/** The chunks of an answer that comes from another gateway. */
class PassedRest implements AnswerRest {
  readonly totalSize: number | undefined;
  readonly #rest: AnswerRest;
  readonly #sink: PassedSink;
  #received: number;
  #reader: RestReader | undefined;

  constructor(rest: AnswerRest, received: number, sink: PassedSink) {
    this.totalSize = rest.totalSize;
    this.#rest = rest;
    this.#received = received;
    this.#sink = sink;
  }

  read(reader: RestReader): void {
    this.#reader = reader;
    this.#rest.read({
      chunk: (bytes, last, end) => {
        this.#received += bytes.length;
        this.#sink.progressed(this.#received, last, end);
        this.#reader?.chunk(bytes, last, end);
      },
      broken: (failure) => this.#sink.failed(failure),
    });
  }

  consumed(bytes: number): void {
    this.#rest.consumed(bytes);
  }

  break(failure: RequestFailure): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.broken(failure);
  }

  close(): void {
    this.#reader?.closed?.();
    this.#reader = undefined;
  }
}
