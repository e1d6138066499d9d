import { median } from '../lib/stats.js';

const mebibyte = 2 ** 20;

/**
 * The growth allowed from the first to the last quarter of the samples after the warm-up, medians of each: a share
 * of the first, and something for noise.
 */
const limits = {
  rss: { share: 0.1, plus: 8 * mebibyte },
  heap: { share: 0.05, plus: 2 * mebibyte },
  // Most are timers of handlers that wait, and there are as many as callers happen to ask for.
  handles: { share: 0.25, plus: 64 },
};

export const criterion =
  'flat: the median of the last quarter of the samples after the warm-up is at most that of the first quarter ' +
  'plus 10 % and 8 MiB (RSS), plus 5 % and 2 MiB (heap after gc), plus 25 % and 64 (handles)';

/** A minute of samples; fewer say nothing. */
const fewest = 12;

/**
 * @param round samples of one round of what the load does in turn: less than that compares one kind of load with another
 * @returns `{ name: { first, last, limit, flat } }`; everything counts as flat where there are too few samples
 */
export function growth(samples, round = 1) {
  const quarter = Math.max(round, Math.floor(samples.length / 4));
  return Object.fromEntries(
    Object.entries(limits).map(([name, { share, plus }]) => {
      const first = median(samples.slice(0, quarter).map((sample) => sample[name]));
      const last = median(samples.slice(-quarter).map((sample) => sample[name]));
      const limit = first * (1 + share) + plus;
      return [
        name,
        {
          first,
          last,
          limit: Math.round(limit),
          flat: last <= limit || samples.length < Math.max(fewest, 2 * round),
        },
      ];
    }),
  );
}
