import type { Pending } from './pending.ts';

/** The requests at one connection. A list and not a Set, for the reason that RequestTable is no Map. */
export class PendingList implements Iterable<Pending> {
  readonly #items: Pending[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(pending: Pending): void {
    pending.listIndex = this.#items.length;
    this.#items.push(pending);
  }

  delete(pending: Pending): void {
    const { listIndex } = pending;
    const last = this.#items.at(-1);
    if (last === undefined || this.#items[listIndex] !== pending) return;
    this.#items[listIndex] = last;
    last.listIndex = listIndex;
    this.#items.pop();
    pending.listIndex = -1;
  }

  /** Those that are there now; it may change meanwhile. */
  [Symbol.iterator](): IterableIterator<Pending> {
    return [...this.#items][Symbol.iterator]();
  }
}
