import { ClientError } from '../rpc/client-error.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { onAbort } from './on-abort.ts';
import { textOf } from './text-of.ts';

/** The header that tells the server how long the caller will wait (wire.md, Deadline and cancellation). */
const timeoutHeader = 'x-request-timeout-ms';
/** The longest delay of a timer in milliseconds: a longer one fires at once. */
const longestTimer = 0x7fffffff;

/** The time a call may take, and the caller's signal with it. */
export interface TimeLimit {
  /** Fires with the caller's signal, or when the time is up. */
  readonly signal: AbortSignal;
  /** The error the call fails with, once it is over. Not the signal's `reason`: React Native's signals have none. */
  failure(): TwirpError | undefined;
  /** Rejects a turn of the event loop after the call is over: the ends of its parts may still say how. */
  readonly late: Promise<never>;
  /**
   * The result of `start`, but no later than the call is over: nobody's `fetch` or token function has to watch the
   * signal. Where it is over already, nothing is started.
   * @throws {TwirpError} the failure
   */
  until<T>(start: () => T | Promise<T>, end?: Promise<never>): Promise<T>;
  /** Tells the server how many milliseconds are left. */
  tell(headers: Headers): void;
  /** Lets go of timer and signal. */
  release(): void;
}

/** Not `AbortSignal.any`: browsers have it since 2023 only. */
export function timeLimit(caller: AbortSignal | undefined, timeoutMs: number = Infinity): TimeLimit {
  const timed = timeoutMs <= longestTimer;
  const controller = new AbortController();
  let failure: TwirpError | undefined;
  let reject!: (failure: TwirpError) => void;
  const over = new Promise<never>((_, refuse) => (reject = refuse));
  const fail = (error: TwirpError): void => {
    reject((failure ??= error));
    controller.abort(failure);
  };
  const expire = (): void => fail(new ClientError('deadline_exceeded', `no answer within ${timeoutMs} ms`));
  const timer = timed ? setTimeout(expire, timeoutMs) : undefined;
  const end = performance.now() + timeoutMs;
  const forget = caller && onAbort(caller, () => fail(abortError(caller)));
  return {
    signal: controller.signal,
    failure: () => failure,
    late: over.catch((error) => new Promise((_, refuse) => setTimeout(refuse, 0, error))),
    until: async (start, end = over) => Promise.race([failure ? end : start(), end]),
    tell(headers) {
      if (timed) headers.set(timeoutHeader, `${(end - performance.now()) | 0 || 1}`);
    },
    release() {
      clearTimeout(timer);
      forget?.();
    },
  };
}

/** The error of a call whose caller left: `canceled`, but for the reason of a call that is being served. */
function abortError({ reason = 'canceled' }: AbortSignal): TwirpError {
  if (reason instanceof TwirpError) return reason;
  return new ClientError('canceled', `aborted because context was done: ${textOf(reason)}`, {
    cause: reason,
  });
}
