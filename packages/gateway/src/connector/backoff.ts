const longest = 30_000;
const first = 1_000;

/** After it has lasted so long, a connection counts as good: the next failure is a first one. */
export const stableAfter = 60_000;

/** Between attempts that fail for a reason only people can mend: a wrong key, a missing right. */
export const refusedDelay = 60_000;

/**
 * Milliseconds until the next attempt, after `failures` before this one: full jitter, so that the services of a
 * gateway that restarts do not come all at once.
 */
export function backoff(failures: number, random: () => number = Math.random): number {
  return random() * Math.min(longest, first * 2 ** failures);
}
