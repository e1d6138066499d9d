import type { Call, CallFailure } from './call.ts';
import { crowdedGateway, crowdedKey } from './failures.ts';
import type { Limits } from '../limits.ts';

/** How much is under way, in all and for each key that has a limit of its own. */
export class Admission {
  /** Requests under way. */
  count: number = 0;
  /** Bytes of their bodies. */
  bytes: number = 0;
  readonly #limits: Limits;
  readonly #perKey = new Map<string, number>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Why `call` may not come in now; undefined if it may, and is counted. */
  enter(call: Call): CallFailure | undefined {
    const { maxInFlight, maxInFlightBytes } = this.#limits;
    if (this.count >= maxInFlight || this.bytes + call.size > maxInFlightBytes) return crowdedGateway();
    const { key } = call;
    if (key !== undefined) {
      const used = this.#perKey.get(key.id) ?? 0;
      if (used >= (key.maxInFlight ?? Infinity)) return crowdedKey(key.maxInFlight ?? 0);
      this.#perKey.set(key.id, used + 1);
    }
    this.count += 1;
    this.bytes += call.size;
    return undefined;
  }

  leave(call: Call): void {
    this.count -= 1;
    this.bytes -= call.size;
    if (call.key === undefined) return;
    const used = this.#perKey.get(call.key.id) ?? 0;
    if (used <= 1) this.#perKey.delete(call.key.id);
    else this.#perKey.set(call.key.id, used - 1);
  }
}
