/** Bounds grow by so much, from one to the next: a quantile is right within a tenth. */
const growth = 1.2;
const smallest = 0.1;
const buckets = 80;

/** How long requests took, in few numbers whatever their count. In milliseconds. */
export class Latencies {
  #counts = new Uint32Array(buckets);
  #count = 0;

  add(ms: number): void {
    this.#counts[bucketOf(ms)]! += 1;
    this.#count += 1;
  }

  /** All of `other` too. */
  merge(other: Latencies): void {
    for (let index = 0; index < buckets; index += 1) this.#counts[index]! += other.#counts[index]!;
    this.#count += other.#count;
  }

  /** The time within which that part of all was done; undefined where there was none. @param part 0.5 for the median */
  quantile(part: number): number | undefined {
    if (this.#count === 0) return undefined;
    let left = Math.ceil(this.#count * part);
    for (let index = 0; index < buckets; index += 1) {
      left -= this.#counts[index]!;
      if (left <= 0) return smallest * growth ** index;
    }
    return smallest * growth ** (buckets - 1);
  }
}

function bucketOf(ms: number): number {
  if (ms <= smallest) return 0;
  return Math.min(buckets - 1, Math.ceil(Math.log(ms / smallest) / Math.log(growth)));
}
