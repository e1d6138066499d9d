import { TwirpError } from '../rpc/twirp-error.ts';

/** The header that tells the server how long the caller will wait (wire.md, Deadline and cancellation). */
const timeoutHeader = 'x-request-timeout-ms';
/** What a longer one does is fire at once. */
const longestTimer = 0x7fffffff;

/** The time a call may take, and the caller's signal with it. */
export interface TimeLimit {
  /** Fires with the caller's signal, or when the time is up; undefined where there is neither. */
  readonly signal: AbortSignal | undefined;
  /** Tells the server how many milliseconds are left. */
  tell(headers: Headers): void;
  /** Lets go of timer and signal. */
  release(): void;
}

/** Not `AbortSignal.any`: browsers have it since 2023 only, and a long-lived signal would gather listeners in some Nodes. */
export function timeLimit(signal: AbortSignal | undefined, timeoutMs: number = Infinity): TimeLimit {
  if (timeoutMs > longestTimer) return { signal, tell() {}, release() {} };
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new TwirpError('deadline_exceeded', `no answer within ${timeoutMs} ms`));
  }, timeoutMs);
  const end = performance.now() + timeoutMs;
  const follow = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) follow();
  signal?.addEventListener('abort', follow);
  return {
    signal: controller.signal,
    tell: (headers) => headers.set(timeoutHeader, `${Math.max(1, Math.ceil(end - performance.now()))}`),
    release() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', follow);
    },
  };
}
