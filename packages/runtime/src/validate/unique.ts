/** Longer lists of numbers are sorted. */
const longestHashed = 100;

/**
 * Reports whether all values of a list, which are of one type, differ. NaN differs from itself.
 *
 * The time grows with the length alone, whatever is in the list. A Set hashes texts with a secret, but numbers without
 * one, so that many can be found with one hash, among which a Set looks for each in turn: those are sorted instead.
 */
export function areUnique(list: readonly (string | number | bigint | boolean | Uint8Array)[]): boolean {
  const [first] = list;
  if (list.length > longestHashed) {
    if (typeof first === 'number') return differ(Float64Array.from(list as readonly number[]).sort());
    // 64 bits: no two of them become one.
    if (typeof first === 'bigint') return differ(BigInt64Array.from(list as readonly bigint[]).sort());
  }
  const seen = new Set<unknown>();
  for (const item of list) {
    if (item !== item) continue;
    const key = item instanceof Uint8Array ? item.join() : item;
    if (seen.has(key)) return false;
    seen.add(key);
  }
  return true;
}

function differ(sorted: Float64Array | BigInt64Array): boolean {
  for (let i = 1; i < sorted.length; i++) if (sorted[i] === sorted[i - 1]) return false;
  return true;
}
