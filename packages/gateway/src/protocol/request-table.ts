/** An item of a RequestTable. The link is the table's own. */
export interface Tabled<T> {
  readonly requestId: string;
  tableNext: T | undefined;
}

/** Ids are random, so that their first two characters spread them well enough. */
const buckets = 4096;

/**
 * Requests by id. A Map in which every request is put and deleted leaves its old tables behind, and those hold what
 * was in them, and each other, until all old objects are collected: most of a small request's garbage is then
 * copied twice before it goes.
 */
export class RequestTable<T extends Tabled<T>> implements Iterable<T> {
  size: number = 0;
  readonly #buckets: (T | undefined)[] = Array.from({ length: buckets }, () => undefined);

  find(requestId: string): T | undefined {
    let item = this.#buckets[bucketOf(requestId)];
    while (item !== undefined && item.requestId !== requestId) item = item.tableNext;
    return item;
  }

  /** @param item whose id is not in the table, and does not change while it is */
  add(item: T): void {
    const bucket = bucketOf(item.requestId);
    item.tableNext = this.#buckets[bucket];
    this.#buckets[bucket] = item;
    this.size += 1;
  }

  /** Returns whether it was there. */
  delete(item: T): boolean {
    const bucket = bucketOf(item.requestId);
    let at = this.#buckets[bucket];
    if (at === item) {
      this.#buckets[bucket] = item.tableNext;
    } else {
      while (at !== undefined && at.tableNext !== item) at = at.tableNext;
      if (at === undefined) return false;
      at.tableNext = item.tableNext;
    }
    item.tableNext = undefined;
    this.size -= 1;
    return true;
  }

  /** Those that are there now; it may change meanwhile. */
  *[Symbol.iterator](): IterableIterator<T> {
    const all: T[] = [];
    for (let item of this.#buckets) for (; item !== undefined; item = item.tableNext) all.push(item);
    yield* all;
  }
}

function bucketOf(requestId: string): number {
  // Nothing comes of an id that is empty: `NaN & 63` is 0.
  return ((requestId.charCodeAt(0) & 63) << 6) | (requestId.charCodeAt(1) & 63);
}
