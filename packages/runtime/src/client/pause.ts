import { untilAborted } from './until-aborted.ts';

/** Waits for half to all of `ms`, so that clients that failed together do not come back together. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  try {
    await untilAborted(
      signal,
      () => new Promise<void>((resolve) => (timer = setTimeout(resolve, ms * (0.5 + Math.random() / 2)))),
    );
  } finally {
    clearTimeout(timer);
  }
}
