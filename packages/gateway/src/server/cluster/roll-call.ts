import type { RollCall_Entry, RollCall_EntryInit } from '../../protocol/cluster.pb.ts';
import type { BusLink, BusSide } from './bus-link.ts';
import { timing } from './timing.ts';

/** Requests in one message: some thirty bytes each. */
const mostEntries = 1_000;

export interface RollCallDeps {
  readonly link: BusLink;
  /** Every request over the bus that is under way. */
  readonly sides: () => Iterable<BusSide>;
  /** The one that another gateway means. */
  readonly sideOf: (id: Uint8Array, attempt: number) => BusSide | undefined;
}

/**
 * Gateways tell each other which requests they take for under way between them. So both come to know of an answer, a
 * cancel or a chunk that was lost while one of them, or two NATS servers, were cut off from each other for less time
 * than it takes to count as gone. A request that takes less than a second is never named.
 */
export class RollCall {
  readonly #deps: RollCallDeps;
  #earlier: ReadonlySet<BusSide> = new Set();
  #stopTimer: () => void = () => undefined;

  constructor(deps: RollCallDeps) {
    this.#deps = deps;
    this.#wait();
  }

  heard(from: string, entries: readonly RollCall_Entry[]): void {
    for (const entry of entries) {
      const { id, attempt } = entry;
      const side = this.#deps.sideOf(id, attempt);
      if (side?.other === from) side.compare(entry);
      else this.#deps.link.say(from, { id, attempt, what: { case: 'lost', value: {} } });
    }
  }

  close(): void {
    this.#stopTimer();
  }

  #wait(): void {
    this.#stopTimer = this.#deps.link.clock.after(timing.rollCall, () => {
      this.#call();
      this.#wait();
    });
  }

  #call(): void {
    const now = new Set(this.#deps.sides());
    const entries = new Map<string, RollCall_EntryInit[]>();
    for (const side of now) {
      const { other } = side;
      if (other === undefined || !this.#earlier.has(side)) continue;
      const list = entries.get(other);
      if (list === undefined) entries.set(other, [side.progress()]);
      else list.push(side.progress());
    }
    this.#earlier = now;
    for (const [to, all] of entries) {
      for (let at = 0; at < all.length; at += mostEntries) {
        const value = { entries: all.slice(at, at + mostEntries) };
        this.#deps.link.say(to, { what: { case: 'rollCall', value } });
      }
    }
  }
}
