/** Time that only the simulation moves: whatever is due runs in its order, at its moment. In milliseconds. */
export class World {
  now = 1_000_000;
  #heap = [];
  #made = 0;

  /** Calls once, after so many milliseconds. Returns how to not. */
  after(ms, callback) {
    const timer = { at: this.now + Math.max(0, ms), number: this.#made++, callback };
    this.#push(timer);
    return () => (timer.callback = undefined);
  }

  /** Lets time pass. */
  run(ms) {
    const until = this.now + ms;
    while (this.#heap.length > 0 && this.#heap[0].at <= until) {
      const timer = this.#pop();
      this.now = timer.at;
      timer.callback?.();
    }
    this.now = until;
  }

  /** Lets time pass until something is so, looked at every so often; returns how long that took, Infinity for too long. */
  runUntil(isSo, longest = 120_000, step = 50) {
    const from = this.now;
    while (!isSo()) {
      if (this.now - from >= longest) return Infinity;
      this.run(step);
    }
    return this.now - from;
  }

  #push(timer) {
    const heap = this.#heap;
    let at = heap.push(timer) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent], timer)) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = timer;
  }

  #pop() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child += 1;
      if (isBefore(last, heap[child])) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(one, other) {
  return one.at < other.at || (one.at === other.at && one.number < other.number);
}
