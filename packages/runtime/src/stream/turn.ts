/** Runs `callback` in this turn of the event loop, when nothing else of it is left to do. */
export const atEndOfTurn: (callback: () => void) => void =
  typeof process === 'undefined' ? queueMicrotask : (callback) => process.nextTick(callback);

/** Runs `callback` in the next turn, when others have had theirs. */
export const inNextTurn: (callback: () => void) => void =
  typeof setImmediate === 'undefined' ? (callback) => setTimeout(callback, 0) : setImmediate;
