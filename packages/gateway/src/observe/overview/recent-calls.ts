import { Latencies } from './latencies.ts';

/** The time that is looked back on, in slices of so many milliseconds. */
const slice = 10_000;
const slices = 6;

interface Slice {
  /** Its number since the clock's beginning. */
  readonly index: number;
  count: number;
  readonly errors: Map<string, number>;
  readonly latencies: Latencies;
}

/** The outcomes of requests in the last minute. */
export interface CallSummary {
  /** A second. */
  readonly rate: number;
  /** By code, without those that went well. */
  readonly errors: Readonly<Record<string, number>>;
  /** In milliseconds; null where there were none. */
  readonly p50: number | null;
  readonly p99: number | null;
}

/** The requests of one service in the last minute. */
export class RecentCalls {
  readonly #since: number;
  #slices: Slice[] = [];

  /** @param now of a clock, in milliseconds */
  constructor(now: number) {
    this.#since = now;
  }

  add(now: number, code: string, ms: number): void {
    const index = Math.floor(now / slice);
    let last = this.#slices.at(-1);
    if (last === undefined || last.index !== index) {
      last = { index, count: 0, errors: new Map(), latencies: new Latencies() };
      this.#slices.push(last);
      if (this.#slices.length > slices) this.#slices.shift();
    }
    last.count += 1;
    last.latencies.add(ms);
    if (code !== 'ok') last.errors.set(code, (last.errors.get(code) ?? 0) + 1);
  }

  summary(now: number): CallSummary {
    const oldest = Math.floor(now / slice) - slices + 1;
    this.#slices = this.#slices.filter(({ index }) => index >= oldest);
    const latencies = new Latencies();
    const errors: Record<string, number> = {};
    let count = 0;
    for (const one of this.#slices) {
      count += one.count;
      latencies.merge(one.latencies);
      for (const [code, number] of one.errors) errors[code] = (errors[code] ?? 0) + number;
    }
    const seconds = Math.max(1, Math.min(now - this.#since, now - oldest * slice) / 1_000);
    return {
      rate: count / seconds,
      errors,
      p50: latencies.quantile(0.5) ?? null,
      p99: latencies.quantile(0.99) ?? null,
    };
  }
}
