import type { Code, Logger } from '@pipit/runtime';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import { answerCodeOf } from '../../protocol/status.ts';
import type { Admission } from './admission.ts';
import type { CallFailure, PeerAnswer } from './call.ts';
import type { Observer } from '../observer.ts';
import type { Pending } from './pending.ts';

/** The one end of every request: its room is given back, then observers and its caller are told. */
export class Settlements {
  readonly #admission: Admission;
  readonly #observer: Observer;
  readonly #log: Logger;
  /** The clock's. */
  readonly #now: () => number;
  #idle: (() => void)[] = [];

  constructor(admission: Admission, observer: Observer, log: Logger, now: () => number) {
    this.#admission = admission;
    this.#observer = observer;
    this.#log = log;
    this.#now = now;
  }

  /** Once nothing is under way. */
  idle(): Promise<void> {
    if (this.#admission.count === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle.push(resolve);
    });
  }

  /** An answer in one piece. */
  answered(pending: Pending, answer: PeerAnswer): void {
    this.ended(pending, answer.head, answer.head.payload.length);
    try {
      pending.call.answered(answer);
    } catch (thrown) {
      this.#callerThrew(thrown);
    }
  }

  /** An answer has come; whoever reads it is told by another. */
  ended(pending: Pending, head: ForwardResponse, bytes: number): void {
    this.#settle(pending, answerCodeOf(head), head, bytes);
  }

  failed(pending: Pending, failure: CallFailure): void {
    const { rest, call } = pending;
    this.#settle(pending, failure.error.code, undefined, 0);
    this.tell(() => (rest ? rest.break(failure.error) : call.failed(failure)));
  }

  cancelled(pending: Pending): void {
    pending.rest?.close();
    this.#settle(pending, 'canceled', undefined, 0);
  }

  /** Refused before it was under way. */
  refused(pending: Pending, failure: CallFailure): void {
    pending.state = 'settled';
    this.#report(pending, failure.error.code, undefined, 0);
    this.tell(() => pending.call.failed(failure));
  }

  /** A caller that throws is not to take a connection with it. */
  tell(telling: () => void): void {
    try {
      telling();
    } catch (thrown) {
      this.#callerThrew(thrown);
    }
  }

  #callerThrew(thrown: unknown): void {
    this.#log.error({ err: thrown }, 'whoever brought a request in threw when it was told how it ended');
  }

  #settle(pending: Pending, code: Code | 'ok', head: ForwardResponse | undefined, bytes: number): void {
    pending.state = 'settled';
    pending.stopTimer();
    this.#admission.leave(pending.call);
    this.#report(pending, code, head, bytes);
    if (this.#admission.count > 0 || this.#idle.length === 0) return;
    const waiters = this.#idle;
    this.#idle = [];
    for (const resolve of waiters) resolve();
  }

  #report(
    pending: Pending,
    code: Code | 'ok',
    head: ForwardResponse | undefined,
    responseBytes: number,
  ): void {
    if (this.#observer.requestSettled === undefined) return;
    const { call, arrived, attempts, sentAt } = pending;
    const now = this.#now();
    this.#observer.requestSettled({
      service: call.service,
      method: call.method,
      code,
      traceId: call.traceId,
      caller: call.caller,
      keyId: call.key?.id,
      connectionId: pending.load?.peer.id,
      attempts,
      queueMs: (attempts === 0 ? now : sentAt) - arrived,
      totalMs: now - arrived,
      handlerMs: head === undefined || head.handlerUs === 0 ? undefined : head.handlerUs / 1000,
      requestBytes: call.size,
      responseBytes,
    });
  }
}
