import { budgets } from '../protocol/budgets.ts';

/** A name keeps its series for so long after its last connection, in milliseconds. */
const forgottenAfter = 600_000;

/** Of a service whose name is no label: one that never registered, or one more than are kept. */
const other = '_OTHER';

interface Label {
  /** With which it has been counted. */
  readonly codes: Set<string>;
  /** The last time a connection with the name was seen. */
  seen: number;
}

/** The services that are label values: those that have registered, at most so many, and none for ever. */
export class ServiceLabels {
  readonly #now: () => number;
  readonly #forget: (service: string, codes: Iterable<string>) => void;
  readonly #labels = new Map<string, Label>();

  /**
   * @param now of a clock, in milliseconds
   * @param forget removes the series of a service, which it has with these codes
   */
  constructor(now: () => number, forget: (service: string, codes: Iterable<string>) => void) {
    this.#now = now;
    this.#forget = forget;
  }

  registered(service: string): void {
    const label = this.#labels.get(service);
    if (label !== undefined) label.seen = this.#now();
    else if (this.#labels.size < budgets.labels.count) {
      this.#labels.set(service, { codes: new Set(), seen: this.#now() });
    }
  }

  /** The label of a service that is counted with a code. */
  of(service: string, code: string): string {
    const label = this.#labels.get(service);
    if (label === undefined) return other;
    label.codes.add(code);
    return service;
  }

  /** From time to time. @param connected the names that have a connection */
  sweep(connected: Iterable<string>): void {
    const now = this.#now();
    for (const service of connected) this.registered(service);
    for (const [service, { codes, seen }] of this.#labels) {
      if (now - seen < forgottenAfter) continue;
      this.#labels.delete(service);
      this.#forget(service, codes);
    }
  }
}
