import type { Clock } from '../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that only tests move. Timers run in the order in which they are due, then in that of their making. */
export class VirtualClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now: number;

  constructor(start = 1_000_000) {
    this.#now = start;
  }

  /** Timers that have neither run nor been taken back. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + Math.max(0, ms), callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Lets time pass; timers run at the moment they are due, those they start meanwhile too. */
  advance(ms: number): void {
    const until = this.#now + ms;
    for (let timer = this.#next(until); timer; timer = this.#next(until)) {
      this.#now = timer.at;
      this.#run(timer);
    }
    this.#now = until;
  }

  /** The same, in steps, with a turn of the event loop after each: streams deliver, promises settle. */
  async pass(ms: number, step = 1_000): Promise<void> {
    for (let left = ms; left > 0; left -= step) {
      this.advance(Math.min(step, left));
      await turn();
    }
  }

  /** The process stands still for so long, as under SIGSTOP: what was due runs afterwards, late. */
  stall(ms: number): void {
    this.#now += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.#now).toSorted(byTime);
    for (const timer of due) if (this.#timers.has(timer)) this.#run(timer);
  }

  #run(timer: Timer): void {
    this.#timers.delete(timer);
    timer.callback();
  }

  #next(until: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (timer.at <= until && (!next || timer.at < next.at)) next = timer;
    }
    return next;
  }
}

/** One turn of the real event loop: all that waits for promises and memory streams is done then. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function byTime(a: Timer, b: Timer): number {
  return a.at - b.at;
}
