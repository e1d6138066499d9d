/**
 * The ratios of several pairs of processes as one number with an interval: the median of the means of every two
 * (Hodges and Lehmann) and the interval of Wilcoxon's signed-rank test around it. It asks for no normal distribution, and
 * a pair that the machine disturbed moves it little.
 * @param ratios one a pair, old through new: under 1 where new is slower
 * @param confidence that the true ratio is inside, such as 0.99
 * @returns `{ ratio, low, high }`; `low` and `high` are undefined where there are too few pairs for that confidence
 */
export function intervalOf(ratios, confidence) {
  const logs = ratios.map(Math.log);
  const means = logs
    .flatMap((one, index) => logs.slice(index).map((other) => (one + other) / 2))
    .sort((a, b) => a - b);
  const left = leftOut(logs.length, (1 - confidence) / 2);
  const middle = (means[(means.length - 1) >> 1] + means[means.length >> 1]) / 2;
  return {
    ratio: Math.exp(middle),
    low: left === undefined ? undefined : Math.exp(means[left]),
    high: left === undefined ? undefined : Math.exp(means[means.length - 1 - left]),
  };
}

/** How many of the smallest means lie below the interval, by the exact distribution of the signed-rank sum. */
function leftOut(count, tail) {
  // ways[sum] is in how many of the 2^count ways of signing the ranks the positive ones add up to that sum.
  let ways = [1];
  for (let rank = 1; rank <= count; rank++) {
    const next = Array.from({ length: ways.length + rank }, () => 0);
    ways.forEach((number, sum) => {
      next[sum] += number;
      next[sum + rank] += number;
    });
    ways = next;
  }
  let share = 0;
  let sum = 0;
  while (sum < ways.length && share + ways[sum] / 2 ** count <= tail) {
    share += ways[sum] / 2 ** count;
    sum += 1;
  }
  return sum === 0 ? undefined : sum - 1;
}

/** The least that new may reach of old's speed. */
export const bar = 0.97;

/**
 * `slower` where the whole interval lies below the bar, `not slower` where it lies above, `undecided` where the bar is
 * inside it or there is none yet.
 */
export function verdictOf({ low, high }) {
  if (high !== undefined && high < bar) return 'slower';
  return low !== undefined && low >= bar ? 'not slower' : 'undecided';
}
