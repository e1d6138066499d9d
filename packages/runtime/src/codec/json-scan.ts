/**
 * Looks through the bytes of a JSON string four at a time, the way C libraries do: the tests below set the high
 * bit of each byte of a 32-bit word that a string cannot hold as it is. (Bytes above such a one may be set too,
 * never below: good enough to know that there is one.)
 */
const SPACES = 0x20202020;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
const ONES = 0x01010101;
const HIGH_BITS = 0x80808080 | 0;

function special(word: number): number {
  const quotes = word ^ QUOTES;
  const backslashes = word ^ BACKSLASHES;
  return ((word - SPACES) & ~word) | ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes);
}

/** Reports whether there is a quote, a backslash or a control character. */
export function needsEscape(view: DataView, start: number, end: number): boolean {
  let found = 0;
  let i = start;
  for (; i + 4 <= end; i += 4) found |= special(view.getInt32(i, true));
  // Three letters stand in for the bytes that are not there.
  for (; i < end; i++) found |= special(view.getUint8(i) | 0x40404000);
  return (found & HIGH_BITS) !== 0;
}

/**
 * How far a JSON string may be skipped without a look at each byte.
 * @returns a position at or before its first quote, backslash or control character
 */
export function plainUntil(view: DataView, start: number, end: number): number {
  let i = start;
  while (i + 4 <= end && (special(view.getInt32(i, true)) & HIGH_BITS) === 0) i += 4;
  return i;
}
