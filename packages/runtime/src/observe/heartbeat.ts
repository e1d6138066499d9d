/** Time between two beats, in milliseconds. */
const interval = 10;
/** Beats without a question after which there are no more. */
const idleBeats = 100;

/** Knows how late the event loop is now, and not only once it has caught up. Beats only while somebody asks. */
export class Heartbeat {
  #last = 0;
  #idle = 0;
  #timer: NodeJS.Timeout | undefined;

  /** Milliseconds by which the loop is late, at least: the first question has no answer yet. */
  late(): number {
    this.#idle = 0;
    if (this.#timer === undefined) {
      this.#last = performance.now();
      this.#timer = setInterval(() => this.#beat(), interval).unref();
      return 0;
    }
    return Math.max(0, performance.now() - this.#last - interval);
  }

  #beat(): void {
    this.#last = performance.now();
    this.#idle += 1;
    if (this.#idle < idleBeats) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
