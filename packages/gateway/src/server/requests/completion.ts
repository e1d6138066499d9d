import type { Code, Logger } from '@pipit/runtime';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import { answerCodeOf } from '../../protocol/status.ts';
import type { Limits } from '../limits.ts';
import type { Observer } from '../observer.ts';
import { crowdedGateway, crowdedKey } from './failures.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { Pending } from './pending.ts';
import type { PeerAnswer, RequestFailure } from './sink.ts';
import { Unread } from './unread.ts';
import { answerTranslated } from './translated-answer.ts';

/**
 * The one beginning and the one end of every request: at the first it takes room, in all and under its key, at the
 * second the room is given back, then observers and its sink are told.
 */
export class Completion {
  /** Requests under way. */
  count: number = 0;
  /** Bytes of their bodies. */
  bytes: number = 0;
  /** Answers that callers have yet to take; they take room, too. */
  readonly unread: Unread = new Unread();
  readonly #limits: Limits;
  readonly #observer: Observer;
  readonly #log: Logger;
  /** The clock's. */
  readonly #now: () => number;
  readonly #perKey = new Map<string, number>();
  #idle: (() => void)[] = [];

  constructor(limits: Limits, observer: Observer, log: Logger, now: () => number) {
    this.#limits = limits;
    this.#observer = observer;
    this.#log = log;
    this.#now = now;
  }

  /** Resolves once nothing is under way. */
  idle(): Promise<void> {
    if (this.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** The reason for which a request may not come in now; undefined if it may, and is counted until it is settled. */
  enter({ keyId, keyLimit = Infinity, body }: IncomingRequest): RequestFailure | undefined {
    const { maxInFlight, maxInFlightBytes } = this.#limits;
    const { count, bytes } = this.unread;
    if (this.count + count >= maxInFlight) return crowdedGateway();
    if (this.bytes + bytes + body.length > maxInFlightBytes) return crowdedGateway();
    if (keyId !== undefined) {
      const used = this.#perKey.get(keyId) ?? 0;
      if (used >= keyLimit) return crowdedKey(keyLimit);
      this.#perKey.set(keyId, used + 1);
    }
    this.count += 1;
    this.bytes += body.length;
    return undefined;
  }

  /** Refused before it was under way. */
  refused(pending: Pending, failure: RequestFailure): void {
    pending.state = 'settled';
    this.#report(pending, failure.error.code, undefined, 0);
    this.#fail(pending, failure);
  }

  /** An answer in one piece. */
  answered(pending: Pending, answer: PeerAnswer): void {
    this.ended(pending, answer.head, answer.head.payload.length);
    this.answering(pending, answer);
  }

  /** The first of an answer's chunks: its sink is told, and the request goes on. */
  answering({ request, sink, translation }: Pending, answer: PeerAnswer): void {
    try {
      if (translation === undefined) sink.answered(answer);
      else answerTranslated(request, translation, answer, sink, this.unread, this.#log);
    } catch (thrown) {
      this.#sinkThrew(thrown);
    }
  }

  /** An answer has come; whoever reads it is told by another. */
  ended(pending: Pending, head: ForwardResponse, bytes: number): void {
    this.#settle(pending, answerCodeOf(head), head, bytes);
  }

  failed(pending: Pending, failure: RequestFailure): void {
    this.#settle(pending, failure.error.code, undefined, 0);
    this.#fail(pending, failure);
  }

  cancelled(pending: Pending): void {
    pending.rest?.close();
    this.#settle(pending, 'canceled', undefined, 0);
  }

  /** Tells a reader something; one that throws then is not to take a connection with it. */
  tell(telling: () => void): void {
    try {
      telling();
    } catch (thrown) {
      this.#sinkThrew(thrown);
    }
  }

  #fail({ rest, sink }: Pending, failure: RequestFailure): void {
    try {
      if (rest === undefined) sink.failed(failure);
      else rest.break(failure);
    } catch (thrown) {
      this.#sinkThrew(thrown);
    }
  }

  #sinkThrew(thrown: unknown): void {
    this.#log.error({ err: thrown }, 'whoever brought a request in threw when it was told how it ended');
  }

  #settle(pending: Pending, code: Code | 'ok', head: ForwardResponse | undefined, bytes: number): void {
    pending.state = 'settled';
    pending.stopTimer();
    this.#leave(pending.request);
    this.#report(pending, code, head, bytes);
    if (this.count > 0 || this.#idle.length === 0) return;
    const waiters = this.#idle;
    this.#idle = [];
    for (const resolve of waiters) resolve();
  }

  #leave({ keyId, body }: IncomingRequest): void {
    this.count -= 1;
    this.bytes -= body.length;
    if (keyId === undefined) return;
    const used = this.#perKey.get(keyId) ?? 0;
    if (used <= 1) this.#perKey.delete(keyId);
    else this.#perKey.set(keyId, used - 1);
  }

  #report(
    pending: Pending,
    code: Code | 'ok',
    head: ForwardResponse | undefined,
    responseBytes: number,
  ): void {
    if (this.#observer.requestSettled === undefined) return;
    const { request, arrived, attempts, sentAt } = pending;
    const now = this.#now();
    this.#observer.requestSettled({
      service: request.service,
      method: request.method,
      code,
      traceId: request.traceId,
      caller: request.caller,
      keyId: request.keyId,
      connectionId: pending.upstream?.peer.id,
      attempts,
      queueMs: (attempts === 0 ? now : sentAt) - arrived,
      totalMs: now - arrived,
      handlerMs: head === undefined || head.handlerUs === 0 ? undefined : head.handlerUs / 1000,
      requestBytes: request.body.length,
      responseBytes,
    });
  }
}
