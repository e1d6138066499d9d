import type { Logger } from '@pipit/runtime';
import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';
import { mostAttempts, type Attempts } from './attempts.ts';
import type { Balance } from './balance.ts';
import type { Completion } from './completion.ts';
import type { Deadlines } from './deadlines.ts';
import * as failures from './failures.ts';
import type { Pending } from './pending.ts';
import type { Router } from './router.ts';
import type { RequestFailure } from './sink.ts';

/** Timers may run a little early by the clock, in milliseconds. */
const timerSlack = 2;

export interface InterruptionsDeps {
  readonly limits: Limits;
  readonly log: Logger;
  readonly balance: Balance;
  readonly attempts: Attempts;
  readonly completion: Completion;
  readonly deadlines: Deadlines;
  readonly router: Router;
  /** The clock's. */
  readonly now: () => number;
}

/** The ends of requests before their answer is whole: the caller leaves, the connection is lost, time is up, chunks are wrong. */
export class Interruptions {
  readonly #limits: Limits;
  readonly #log: Logger;
  readonly #balance: Balance;
  readonly #attempts: Attempts;
  readonly #completion: Completion;
  readonly #deadlines: Deadlines;
  readonly #router: Router;
  readonly #now: () => number;

  constructor(deps: InterruptionsDeps) {
    this.#limits = deps.limits;
    this.#log = deps.log;
    this.#balance = deps.balance;
    this.#attempts = deps.attempts;
    this.#completion = deps.completion;
    this.#deadlines = deps.deadlines;
    this.#router = deps.router;
    this.#now = deps.now;
  }

  /** The caller is gone. */
  cancelled(pending: Pending): void {
    this.#stop(pending, 'the caller is gone');
    this.#completion.cancelled(pending);
    if (pending.upstream !== undefined) this.#router.serve(pending.upstream, this.#now());
  }

  /** The connection that has the request is closed: it goes elsewhere, or fails. */
  lost(pending: Pending, why: string, now: number): void {
    const { service } = pending.request;
    const answering = pending.state === 'answering';
    const unsent = this.#attempts.leave(pending, 'late');
    pending.stopTimer();
    pending.verdict = unsent ? failures.lostUnsent(service, why) : failures.lostSent(service, why);
    const again = !answering && pending.attempts < mostAttempts && (unsent || pending.repeatable);
    if (again) this.#router.route(pending, now);
    else this.#completion.failed(pending, pending.verdict);
  }

  /** The timer of a request has run: for its deadline, or for its wait in the queue. */
  timeUp(pending: Pending): void {
    const { state, upstream, request } = pending;
    const { service } = request;
    const now = this.#now();
    const left = pending.deadline - now;
    if (left <= timerSlack) {
      const unsent = this.#stop(pending, 'the deadline has passed');
      const silent = upstream !== undefined && state === 'sent' && !unsent;
      if (silent && upstream.blame(pending.sentAt, pending.deadline, now)) this.#ejected(upstream.peer);
      this.#completion.failed(pending, failures.deadlineExceeded(service, pending.timeout));
      if (upstream !== undefined) this.#router.serve(upstream, now);
    } else if (state === 'queued') {
      this.#router.waiting.remove(pending);
      const busy = this.#balance.shortage(service, upstream, now) === 'busy';
      this.#router.giveUp(pending, busy ? failures.crowdedService(service) : failures.absentService(service));
    } else {
      // Chunks have put the deadline off.
      this.#deadlines.arm(pending, left);
    }
  }

  /** Ends a request whose answer will not be whole. */
  breakOff(pending: Pending, failure: RequestFailure): void {
    this.#stop(pending, failure.error.msg);
    this.#completion.failed(pending, failure);
  }

  /** Nobody waits any more: whoever has the request is told. Returns true if nobody got it. */
  #stop(pending: Pending, reason: string): boolean {
    switch (pending.state) {
      case 'sent':
      case 'answering':
        return this.#attempts.stop(pending, reason);
      case 'passed':
        pending.passed?.cancel();
        return false;
      case 'queued':
        this.#router.waiting.remove(pending);
        return true;
      default:
        return true;
    }
  }

  #ejected(peer: Peer): void {
    const fields = { connection: peer.id, address: peer.address, forMs: this.#limits.ejectFor };
    this.#log.warn(fields, 'a connection does not answer and is passed over');
  }
}
