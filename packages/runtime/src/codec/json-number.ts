const NUMBER = /^(-?)(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const ZERO = 0x30;

/** Reports whether the text is a JSON number (RFC 8259, section 6). */
export function isJsonNumber(text: string): boolean {
  return NUMBER.test(text);
}

/**
 * The integer a JSON number stands for, exactly: `1e3`, `12.0` and `120e-1` are integers.
 * @returns undefined for what is no number, no integer, or far beyond 64 bits
 */
export function parseInteger(text: string): bigint | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const digits = whole + fraction;
  // By hand: /0+$/ takes time by the square of how many zeros there are.
  let end = digits.length;
  while (end > 0 && digits.charCodeAt(end - 1) === ZERO) end--;
  let start = 0;
  while (start < end && digits.charCodeAt(start) === ZERO) start++;
  if (start === end) return 0n;
  const zeros = digits.length - end + Number(exponent) - fraction.length;
  // 64 bits are 20 digits; a larger power must not even be computed (1e1000000000).
  if (zeros < 0 || zeros + end - start > 20) return undefined;
  const integer = BigInt(digits.slice(start, end) + '0'.repeat(zeros));
  return sign === '-' ? -integer : integer;
}
