import type { CalledMethod } from '../rpc/called-method.ts';

/** Share of the latest call in a method's average. */
const weight = 0.2;

/** How long each method holds the event loop up, on average of late. By the method itself: its name would be put together for every call. */
export class MethodCosts {
  readonly #costs = new Map<CalledMethod | undefined, number>();

  /** @param ms of one call */
  add(method: CalledMethod | undefined, ms: number): void {
    const before = this.#costs.get(method) ?? ms;
    this.#costs.set(method, before + (ms - before) * weight);
  }

  /** In milliseconds; 0 for a method that has not been called. */
  of(method: CalledMethod | undefined): number {
    return this.#costs.get(method) ?? 0;
  }
}
