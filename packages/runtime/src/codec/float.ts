/** 10^k, exact up to 22. */
const POWERS: readonly number[] = Array.from({ length: 23 }, (_, k) => 10 ** k);
/** Integers up to here are exact in a double. */
const MAX_EXACT = 2 ** 53;

/**
 * The double with the fewest digits that rounds to this float: 0.1, not 0.10000000149011612.
 * ProtoJSON asks for a number that reads back as the same float; Go and C++ write the shortest too.
 */
export function shortestFloat(value: number): number {
  const float = Math.fround(value);
  const size = Math.abs(float);
  if (size >= 1e-4 && size < 1e7) {
    // Fewest decimals first; nine significant digits tell any two floats apart.
    for (let decimals = 0; decimals <= 12; decimals++) {
      const short = Math.round(float * POWERS[decimals]!) / POWERS[decimals]!;
      if (Math.fround(short) === float) return short;
    }
  }
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}

/**
 * A fraction of at most six decimals as an integer of millionths.
 * @returns -1 for one of more decimals, below 0, or too large
 */
export function millionths(value: number): number {
  const scaled = Math.round(value * 1e6);
  // The division is correctly rounded, so the decimal reads back as this very double.
  return scaled <= MAX_EXACT && scaled / 1e6 === value ? scaled : -1;
}

/** `digits` / 10^`decimals`, correctly rounded: both are exact (Clinger's fast path). */
export function fromDecimal(digits: number, decimals: number): number {
  return digits / POWERS[decimals]!;
}
