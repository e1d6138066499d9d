import type { CalledMethod } from '../rpc/called-method.ts';

/** Share of the latest call in a method's average. */
const weight = 0.2;

/** How long one method holds the event loop up. */
export class MethodCost {
  #ms = 0;

  /** Milliseconds a call, on average of late; 0 before the first. */
  get ms(): number {
    return this.#ms;
  }

  /** A call that took far longer than those before counts for part of it: a pause of the machine makes no method costly. */
  add(ms: number): void {
    this.#ms += (Math.min(ms, 4 * this.#ms + 1) - this.#ms) * weight;
  }
}

/** How long each method holds the event loop up. By the method itself: its name would be put together for every call. */
export class MethodCosts {
  readonly #costs = new Map<CalledMethod | undefined, MethodCost>();

  of(method: CalledMethod | undefined): MethodCost {
    const known = this.#costs.get(method);
    if (known !== undefined) return known;
    const cost = new MethodCost();
    this.#costs.set(method, cost);
    return cost;
  }
}
