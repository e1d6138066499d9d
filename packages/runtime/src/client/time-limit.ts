import { TwirpError } from '../rpc/twirp-error.ts';

/** A signal that fires with the caller's or after a time, and how to let go of both. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  release(): void;
}

/** Not `AbortSignal.any`: browsers have it since 2023 only, and a long-lived signal would gather listeners in some Nodes. */
export function timeLimit(signal: AbortSignal | undefined, timeoutMs: number): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(new TwirpError('deadline_exceeded', `no answer within ${timeoutMs} ms`));
  }, timeoutMs);
  const follow = (): void => controller.abort(signal?.reason);
  if (signal?.aborted === true) follow();
  signal?.addEventListener('abort', follow);
  return {
    signal: controller.signal,
    release() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', follow);
    },
  };
}
