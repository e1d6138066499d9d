import { TwirpError } from '../rpc/twirp-error.ts';

/**
 * What `start` gives, but no later than the signal fires: nobody's `fetch` or token function has to watch it. Where
 * it has fired, nothing is started.
 * @throws {TwirpError} what `abortError` says, once the signal has fired
 */
export async function untilAborted<T>(
  signal: AbortSignal | undefined,
  start: () => T | Promise<T>,
): Promise<T> {
  if (signal === undefined) return start();
  if (signal.aborted) throw abortError(signal);
  let onAbort!: () => void;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(abortError(signal));
    signal.addEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([start(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** What a call fails with whose signal has fired: `internal`, as Twirp's clients say; only our own deadline has a code of its own. */
export function abortError({ reason }: AbortSignal): TwirpError {
  // Our own deadline, or the signal of a call that is being served.
  if (reason instanceof TwirpError) return reason;
  return new TwirpError('internal', `aborted because context was done: ${textOf(reason)}`, { cause: reason });
}

/** Node's `fetch` says only in the cause what it was that failed. */
export function textOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const { message, cause } = thrown;
  return cause instanceof Error && cause.message !== '' ? `${message}: ${cause.message}` : message;
}
