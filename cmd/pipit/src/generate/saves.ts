import { setTimeout as delay } from 'node:timers/promises';

/**
 * The files that were saved and not answered yet. A save is kept until it is taken, whatever is at work when it comes,
 * so that none can fall between two rounds.
 */
export class Saves {
  readonly #paths = new Set<string>();
  #touched = false;
  #last = 0;
  #wake: (() => void) | undefined;
  readonly #ended: AbortSignal;

  /** @param ended ends every wait, which then throws */
  constructor(ended: AbortSignal) {
    this.#ended = ended;
    ended.addEventListener('abort', () => this.#wake?.());
  }

  add(path: string): void {
    this.#paths.add(path);
    this.touch();
  }

  /** For a change of which it is not known what it is. */
  touch(): void {
    this.#touched = true;
    this.#last = performance.now();
    this.#wake?.();
  }

  /** Waits for a save. */
  async some(): Promise<void> {
    this.#ended.throwIfAborted();
    if (this.#touched) return;
    await new Promise<void>((wake) => (this.#wake = wake));
    this.#ended.throwIfAborted();
  }

  /** Waits until nothing has been saved for so many milliseconds. */
  async quiet(ms: number): Promise<void> {
    for (;;) {
      const left = this.#last + ms - performance.now();
      if (left <= 0) return;
      // oxlint-disable-next-line no-await-in-loop -- each save begins it anew
      await delay(left, undefined, { signal: this.#ended });
    }
  }

  /** The paths that were saved since the last time this was asked. */
  take(): string[] {
    const paths = [...this.#paths];
    this.#touched = false;
    this.#paths.clear();
    return paths;
  }
}
