/**
 * A fraction of a second where there is one, of at most nine digits.
 * @returns nanoseconds (NaN for more digits or none), and where the text goes on
 */
export function readFraction(text: string, at: number): readonly [nanos: number, end: number] {
  if (text.charCodeAt(at) !== 0x2e) return [0, at];
  let nanos = 0;
  let end = at + 1;
  for (
    let digit = text.charCodeAt(end) - 0x30;
    digit >= 0 && digit <= 9;
    digit = text.charCodeAt(++end) - 0x30
  ) {
    nanos = nanos * 10 + digit;
  }
  const count = end - at - 1;
  return [count === 0 || count > 9 ? NaN : nanos * 10 ** (9 - count), end];
}
