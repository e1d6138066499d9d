/**
 * Time, in milliseconds, for which a second signal counts as the first: one Ctrl-C can be two, because npm passes on what the
 * terminal has sent already.
 */
const sameSignal = 500;

/** Calls `first` at a SIGTERM or SIGINT, and `second` at every later one. */
export function onStopSignal(first: () => void, second: () => void): void {
  let since: number | undefined;
  const onSignal = (): void => {
    if (since === undefined) {
      since = performance.now();
      first();
    } else if (performance.now() - since >= sameSignal) {
      second();
    }
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
