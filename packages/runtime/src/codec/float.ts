/**
 * The double with the fewest digits that rounds to this float: 0.1, not 0.10000000149011612.
 * ProtoJSON asks for a number that reads back as the same float; Go and C++ write the shortest too.
 */
export function shortestFloat(value: number): number {
  const float = Math.fround(value);
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}
