/** Share of the latest call in a method's average. */
const weight = 0.2;

/** How long each method holds the event loop up, on average of late. */
export class MethodCosts {
  readonly #costs = new Map<string, number>();

  /** @param ms of one call */
  add(method: string, ms: number): void {
    const before = this.#costs.get(method) ?? ms;
    this.#costs.set(method, before + (ms - before) * weight);
  }

  /** In milliseconds; 0 for a method that has not been called. */
  of(method: string): number {
    return this.#costs.get(method) ?? 0;
  }
}
