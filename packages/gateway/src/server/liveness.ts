import type { Clock } from '../clock.ts';

/** The time between two looks at connections, in milliseconds. */
const sweepInterval = 1_000;

/** The most that passes, for peers, between two looks. */
const longestStep = 2 * sweepInterval;

/**
 * Time as peers are judged by it. It stands still while the process does (SIGSTOP, a stalled event loop), since what
 * peers have sent meanwhile is still in the sockets' buffers and must be read before anybody is called silent.
 */
export class Liveness {
  readonly #clock: Clock;
  readonly #look: () => void;
  #last: number;
  #time: number;
  #stop: (() => void) | undefined;

  /** @param look called once a second, after time has moved */
  constructor(clock: Clock, look: () => void) {
    this.#clock = clock;
    this.#look = look;
    this.#time = this.#last = clock.now();
    this.#schedule();
  }

  /** Milliseconds; only differences mean anything. */
  now(): number {
    return this.#time + Math.min(this.#clock.now() - this.#last, longestStep);
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #schedule(): void {
    this.#stop = this.#clock.after(sweepInterval, () => {
      this.#time = this.now();
      this.#last = this.#clock.now();
      this.#schedule();
      this.#look();
    });
  }
}
