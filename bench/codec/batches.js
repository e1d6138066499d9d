/** A batch takes about this long: short enough that of many some are disturbed by nothing. */
const batchNs = 4e6;
const warmBatches = 40;

/**
 * Warms an operation and says how many of it a batch has. A cold one is slower by far than a warm one, so that number is
 * found twice.
 * @param measure `measure(count)` runs so many and returns, or promises, nanoseconds
 */
export async function warmBatch(measure) {
  let count = 1;
  while ((await measure(count)) < batchNs) count *= 2;
  let least = Infinity;
  for (let batch = 0; batch < warmBatches; batch++) least = Math.min(least, await measure(count));
  return Math.max(1, Math.round((count * batchNs) / least));
}
