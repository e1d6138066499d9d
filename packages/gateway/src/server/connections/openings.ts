import type { Limits } from '../limits.ts';

/** A stream that has not registered, as far as it is counted. */
interface Opening {
  readonly address: string;
}

/** All streams that have not registered yet: how many of an address, and how many bytes of all of them are kept. */
export class Openings<O extends Opening> implements Iterable<O> {
  readonly #limits: Pick<Limits, 'maxOpeningBytes'>;
  readonly #held = new Map<O, number>();
  readonly #perAddress = new Map<string, number>();
  #bytes = 0;

  constructor(limits: Pick<Limits, 'maxOpeningBytes'>) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#held.size;
  }

  countOf(address: string): number {
    return this.#perAddress.get(address) ?? 0;
  }

  add(opening: O): void {
    this.#held.set(opening, 0);
    this.#perAddress.set(opening.address, this.countOf(opening.address) + 1);
  }

  /** @returns whether there is room for so many bytes of it, in place of those of before */
  keep(opening: O, bytes: number): boolean {
    const before = this.#held.get(opening);
    // One that was refused as it came.
    if (before === undefined) return true;
    if (bytes > before && this.#bytes + bytes - before > this.#limits.maxOpeningBytes) return false;
    this.#held.set(opening, bytes);
    this.#bytes += bytes - before;
    return true;
  }

  remove(opening: O): void {
    const held = this.#held.get(opening);
    if (held === undefined) return;
    this.#held.delete(opening);
    this.#bytes -= held;
    const left = this.countOf(opening.address) - 1;
    if (left > 0) this.#perAddress.set(opening.address, left);
    else this.#perAddress.delete(opening.address);
  }

  /** Of those at this moment. */
  [Symbol.iterator](): IterableIterator<O> {
    return [...this.#held.keys()][Symbol.iterator]();
  }
}
