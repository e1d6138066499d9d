/** The time a registration may wait for its turn, in milliseconds. */
const longestWait = 5_000;

/** Registrations a second that may come at once, as milliseconds of them. */
const burst = 1_000;

/** Spreads registrations after a restart, when every service comes back at once. */
export class RegisterPace {
  readonly #interval: number;
  #next = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#interval = 1_000 / perSecond;
  }

  /** Milliseconds until the turn of a registration that comes now; undefined where too many wait. */
  turn(now: number): number | undefined {
    const wait = Math.max(0, this.#next - now);
    if (wait > longestWait) return undefined;
    this.#next = Math.max(this.#next, now - burst) + this.#interval;
    return wait;
  }
}
