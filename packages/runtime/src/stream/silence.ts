/** Calls somebody whenever nothing has been heard for so long. */
export class Silence {
  readonly #ms: number;
  readonly #onSilence: () => void;
  #heardAt = performance.now();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param ms in milliseconds */
  constructor(ms: number, onSilence: () => void) {
    this.#ms = ms;
    this.#onSilence = onSilence;
    this.#wait(ms);
  }

  /** To be called where there was something to hear; that costs no timer. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(ms: number): void {
    this.#timer = setTimeout(() => {
      const left = this.#heardAt + this.#ms - performance.now();
      // A timer may be a millisecond ahead of the clock.
      if (left < 1) this.#onSilence();
      this.#wait(left < 1 ? this.#ms : left);
    }, ms);
  }
}
