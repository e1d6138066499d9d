const minute = 60_000;
/** Subjects that are remembered; more are forgotten, the oldest first. */
const remembered = 10_000;

interface Said {
  readonly at: number;
  /** Not said since then. */
  unsaid: number;
}

/** Has a line a minute of each kind about each subject, so that nobody fills the log. */
export class LogPace {
  readonly #now: () => number;
  readonly #interval: number;
  readonly #said = new Map<string, Said>();

  /** @param now of a clock, in milliseconds @param lines a minute, of each */
  constructor(now: () => number = () => performance.now(), lines = 1) {
    this.#now = now;
    this.#interval = minute / lines;
  }

  /** Fields of the next line about `subject`: those that were left out are counted. Undefined where it is not time for it. */
  next(kind: string, subject: string): { readonly more?: number } | undefined {
    const key = `${kind} ${subject}`;
    const now = this.#now();
    const said = this.#said.get(key);
    if (said !== undefined && now - said.at < this.#interval) {
      said.unsaid += 1;
      return undefined;
    }
    this.#said.delete(key);
    this.#said.set(key, { at: now, unsaid: 0 });
    const [oldest] = this.#said.keys();
    if (this.#said.size > remembered && oldest !== undefined) this.#said.delete(oldest);
    return said === undefined || said.unsaid === 0 ? {} : { more: said.unsaid };
  }
}
