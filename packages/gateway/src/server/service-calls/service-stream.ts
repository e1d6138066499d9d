import { grpcCodeOf } from '@pipit/runtime/door';
import { openResponse } from '../../protocol/chunks.ts';
import type { Feeder, Outbox } from '../../protocol/outbox.ts';
import type { ForwardResponseInit } from '../../protocol/registry.pb.ts';
import type { AnswerRest, RequestFailure, RestReader } from '../requests/sink.ts';

/** An answer with an open end on its way to the service that called, as fast as that one takes it. */
export class ServiceStream implements RestReader {
  readonly #requestId: string;
  readonly #rest: AnswerRest;
  readonly #outbox: Outbox;
  readonly #over: () => void;
  readonly #feeder: Feeder;
  readonly #waiting: Uint8Array[] = [];
  /** Bytes that were given to the feeder last; undefined where it has taken them. */
  #leaving: number | undefined;
  #hasEnded = false;
  #isOver = false;

  /** @param over called once the last chunk has left */
  constructor(
    outbox: Outbox,
    head: ForwardResponseInit,
    first: Uint8Array,
    rest: AnswerRest,
    over: () => void,
  ) {
    this.#requestId = head.requestId ?? '';
    this.#outbox = outbox;
    this.#rest = rest;
    this.#over = over;
    this.#feeder = outbox.open({
      id: this.#requestId,
      message: openResponse(head, () => ({})),
      taken: () => this.#taken(),
    });
    rest.read(this);
    this.#send(first);
  }

  chunk(bytes: Uint8Array, last: boolean): void {
    if (bytes.length > 0) this.#waiting.push(bytes);
    this.#hasEnded = last;
    this.#pump();
  }

  broken({ error }: RequestFailure): void {
    if (this.#isOver) return;
    this.stop();
    const value = {
      requestId: this.#requestId,
      statusCode: grpcCodeOf(error.code),
      errorMessage: error.message,
    };
    this.#outbox.send({ messageType: { case: 'response', value } });
    this.#over();
  }

  /** Nobody reads any more. */
  stop(): void {
    this.#isOver = true;
    this.#feeder.stop();
  }

  #pump(): void {
    if (this.#isOver || this.#leaving !== undefined) return;
    const bytes = this.#waiting.shift();
    if (bytes !== undefined) this.#send(bytes);
    else if (this.#hasEnded) {
      this.#isOver = true;
      this.#feeder.end();
    }
  }

  #send(bytes: Uint8Array): void {
    this.#leaving = bytes.length;
    this.#feeder.add(bytes);
  }

  #taken(): void {
    if (this.#isOver) {
      this.#over();
      return;
    }
    this.#rest.consumed(this.#leaving ?? 0);
    this.#leaving = undefined;
    this.#pump();
  }
}
