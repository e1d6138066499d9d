/** Time as the gateway and the connector see it: monotonic, so that setting the wall clock changes nothing. */
export interface Clock {
  /** Milliseconds since a moment that does not change. */
  now(): number;
  /** Calls `callback` once, after `ms` milliseconds. Returns how to not. */
  after(ms: number, callback: () => void): () => void;
}

/** The process's own. Timers keep the process alive. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
