import type { Limits } from '../limits.ts';

/** Whether a heartbeat with another id than the connection's counts for its own stream. */
export type HeartbeatMode = 'strict' | 'lenient';

/** What a heartbeat was. */
export type Beat = 'alive' | 'mismatch' | 'dropped' | 'flood';

/** How often a connection's mismatches are reported, in milliseconds. */
const reportEvery = 60_000;

/** The heartbeats of one connection. They never say anything about another one, whatever id they name. */
export class Heartbeats {
  readonly #limits: Pick<Limits, 'heartbeatsDroppedAbove' | 'heartbeatsClosedAbove'>;
  readonly #mode: HeartbeatMode;
  #second = 0;
  #inSecond = 0;
  #reportedAt: number | undefined;

  constructor(limits: Pick<Limits, 'heartbeatsDroppedAbove' | 'heartbeatsClosedAbove'>, mode: HeartbeatMode) {
    this.#limits = limits;
    this.#mode = mode;
  }

  /** @param now of the clock @param own the connection's id */
  beat(now: number, claimed: string, own: string): Beat {
    const second = Math.floor(now / 1_000);
    if (second !== this.#second) {
      this.#second = second;
      this.#inSecond = 0;
    }
    this.#inSecond += 1;
    if (this.#inSecond > this.#limits.heartbeatsClosedAbove) return 'flood';
    if (this.#inSecond > this.#limits.heartbeatsDroppedAbove) return 'dropped';
    return claimed === own || this.#mode === 'lenient' ? 'alive' : 'mismatch';
  }

  /** Whether a mismatch at `now` is to be reported; then none is for a minute. */
  reports(now: number): boolean {
    if (this.#reportedAt !== undefined && now - this.#reportedAt < reportEvery) return false;
    this.#reportedAt = now;
    return true;
  }
}
