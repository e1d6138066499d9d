import type { Limits } from '../limits.ts';

/** The rule for a heartbeat with another id than the connection's: `lenient` counts it for its own stream. */
export type HeartbeatMode = 'strict' | 'lenient';

/** The judgement of a heartbeat. */
export type Beat = 'alive' | 'mismatch' | 'dropped' | 'flood';

/** The time between two reports of a connection's mismatches, in milliseconds. */
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

  /** True where a mismatch at `now` is to be reported; then none is for a minute. */
  reports(now: number): boolean {
    if (this.#reportedAt !== undefined && now - this.#reportedAt < reportEvery) return false;
    this.#reportedAt = now;
    return true;
  }
}
