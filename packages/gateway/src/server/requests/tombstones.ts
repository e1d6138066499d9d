import type { Tombstone } from './upstream.ts';

/** Requests that are over, for as long as somebody may still answer them. Two generations: forgetting costs nothing. */
export class Tombstones {
  readonly #perGeneration: number;
  readonly #generationTime: number;
  #young = new Map<string, Tombstone>();
  #old = new Map<string, Tombstone>();
  #since = -Infinity;

  /** @param count of requests that are remembered, @param time for which they are, in milliseconds: at least half of both */
  constructor(count: number, time: number) {
    this.#perGeneration = count / 2;
    this.#generationTime = time / 2;
  }

  set(requestId: string, tombstone: Tombstone): void {
    this.#young.set(requestId, tombstone);
    if (this.#young.size >= this.#perGeneration) this.#turn();
  }

  find(requestId: string): Tombstone | undefined {
    return this.#young.get(requestId) ?? this.#old.get(requestId);
  }

  sweep(now: number): void {
    if (now - this.#since < this.#generationTime) return;
    this.#since = now;
    this.#turn();
  }

  #turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }
}
