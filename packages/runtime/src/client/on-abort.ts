const listenersOf = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Runs `listener` when the signal fires, at once where it has. However many calls a signal ends, one listener of ours
 * stands at it: Node warns of a leak at the eleventh.
 * @returns forgets the listener
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  let all = listenersOf.get(signal)!;
  if (!all) {
    listenersOf.set(signal, (all = new Set()));
    signal.addEventListener('abort', () => all.forEach((each) => each()));
  }
  all.add(listener);
  return () => all.delete(listener);
}
