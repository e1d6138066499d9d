import type { Clock } from '../../clock.ts';
import type { Limits } from '../limits.ts';
import type { Pending } from './pending.ts';

/** One timer for each request: for its deadline, or for the end of its wait in the queue. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #timeUp: (pending: Pending) => void;

  constructor(clock: Clock, limits: Limits, timeUp: (pending: Pending) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#timeUp = timeUp;
  }

  /** For a caller that waits so long, in milliseconds. */
  timeoutOf(asked: number | undefined): number {
    return Math.min(asked ?? this.#limits.defaultDeadline, this.#limits.longestDeadline);
  }

  /** Instead of the timer before. */
  arm(pending: Pending, ms: number): void {
    pending.stopTimer();
    pending.stopTimer = this.#clock.after(ms, () => this.#timeUp(pending));
  }

  /** For an answer with an open end: a silence or a length is not a fault, and its service holds what the caller has set. */
  lift(pending: Pending): void {
    pending.stopTimer();
    pending.deadline = Infinity;
  }

  /** Gives a caller that set no deadline as long for the next chunk as for the first, up to the longest deadline. */
  putOff(pending: Pending): void {
    if (pending.deadline === Infinity || pending.request.timeout !== undefined) return;
    const { defaultDeadline, longestDeadline } = this.#limits;
    // The timer stays: when it runs it finds out.
    pending.deadline = Math.min(this.#clock.now() + defaultDeadline, pending.arrived + longestDeadline);
  }
}
