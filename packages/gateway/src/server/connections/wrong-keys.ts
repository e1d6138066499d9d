/** Wrong keys in a row that are answered at once. */
const patience = 3;
const firstDelay = 250;
const longestDelay = 5_000;
/** After so long without a wrong key, in milliseconds, an address is as good as new. */
const memory = 60_000;
const remembered = 10_000;

interface Record {
  count: number;
  at: number;
}

/** Slows down who tries keys. Only refusals wait, so nobody is held up by a neighbour behind the same address. */
export class WrongKeys {
  readonly #records = new Map<string, Record>();

  /** Milliseconds to wait before a wrong key of `address` is refused. */
  delay(address: string, now: number): number {
    const record = this.#records.get(address) ?? { count: 0, at: now };
    if (now - record.at > memory) record.count = 0;
    record.count += 1;
    record.at = now;
    // Last in the map is who tried last.
    this.#records.delete(address);
    this.#records.set(address, record);
    const [oldest] = this.#records.keys();
    if (this.#records.size > remembered && oldest !== undefined) this.#records.delete(oldest);
    if (record.count <= patience) return 0;
    return Math.min(longestDelay, firstDelay * 2 ** (record.count - patience - 1));
  }
}
