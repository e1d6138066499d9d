/** Time that costly calls may have of one slice, in milliseconds; the last of them may begin at its end. */
const sliceMs = 20;

/** Turns of the event loop between two slices. In each, node accepts one connection. */
const turnsBetween = 16;

/** The calls of one method that wait. */
interface Line {
  /** Time that they are expected to take together, in milliseconds. */
  ms: number;
  readonly calls: { readonly ms: number; readonly begin: () => void }[];
}

/**
 * Lets costly calls run one after the other, in slices between which the event loop is everybody else's: node reads
 * all sockets that have something in one turn, and where each of 60 calls computes for 50 ms, the next small call is
 * read after three seconds. A call runs at once where none ran just before. Methods have a line each and are asked in
 * turn, so that none waits for all the calls of another. `Method` is what tells them apart.
 */
export class TurnQueue<Method> {
  readonly #lines = new Map<Method, Line>();
  #spentMs = 0;
  #pauses = false;

  get isEmpty(): boolean {
    return this.#lines.size === 0;
  }

  /** How long a call of a method that waits now would wait, about, in milliseconds. */
  waitMs(method: Method): number {
    return (this.#lines.get(method)?.ms ?? 0) * this.#lines.size;
  }

  /**
   * Undefined where the call may run now; otherwise resolves when it may. `leave` must be called after either.
   * @param ms which it is expected to take
   */
  enter(method: Method, ms: number): Promise<void> | undefined {
    if (this.#spentMs < sliceMs && this.isEmpty) return undefined;
    const line = this.#lines.get(method) ?? { ms: 0, calls: [] };
    this.#lines.set(method, line);
    line.ms += ms;
    return new Promise((begin) => line.calls.push({ ms, begin }));
  }

  /** @param ms which the call took */
  leave(ms: number): void {
    this.#spentMs += ms;
    if (!this.#pauses) {
      this.#pauses = true;
      setImmediate(() => this.#pause(turnsBetween, performance.now()));
    }
    if (this.#spentMs < sliceMs) this.#next();
  }

  /** Others have the loop for so many turns, of which most are empty, but for no longer than the slice was. */
  #pause(turns: number, began: number): void {
    if (turns > 0 && performance.now() - began < this.#spentMs) {
      setImmediate(() => this.#pause(turns - 1, began));
    } else this.#slice();
  }

  #slice(): void {
    this.#pauses = false;
    this.#spentMs = 0;
    this.#next();
  }

  #next(): void {
    for (const [method, line] of this.#lines) {
      // To the end, behind the other methods.
      this.#lines.delete(method);
      const call = line.calls.shift();
      if (call === undefined) continue;
      line.ms -= call.ms;
      if (line.calls.length > 0) this.#lines.set(method, line);
      call.begin();
      return;
    }
  }
}
