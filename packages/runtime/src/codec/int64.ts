import { DecodeError } from './errors.ts';
import { MAX_INT64, MAX_UINT64, MIN_INT64 } from './limits.ts';
import { wrongValue } from './wrong-value.ts';

/** The values a 64-bit field may be set to, whatever the generator's `int64` option chose for reading. */
export type Int64Like = bigint | string | number;

// Conversions go through memory that is seen as a bigint and as two words: faster than BigInt() and Number().
const words = new Uint32Array(2);
const highWord = new Int32Array(words.buffer, 4);
const signed = new BigInt64Array(words.buffer);

/** An integer of at most 2^53 as a bigint. */
export function fromInteger(value: number): bigint {
  words[0] = value;
  highWord[0] = Math.floor(value / 0x1_0000_0000);
  return signed[0]!;
}

/** `high` * 1e9 + `low`, both non-negative and `high` at most 9,000,000,000. */
export function fromBillions(high: number, low: number): bigint {
  // Doubles hold 53 bits, so `high` is multiplied in two parts.
  const upper = Math.floor(high / 0x8000) * 1e9;
  const lower = (high % 0x8000) * 1e9 + low + (upper % 0x2_0000) * 0x8000;
  words[0] = lower;
  highWord[0] = Math.floor(upper / 0x2_0000) + Math.floor(lower / 0x1_0000_0000);
  return signed[0]!;
}

/**
 * A non-negative integer below 2^64 in two parts of base 1e9: `[value / 1e9, value % 1e9]`.
 * Division in doubles, 16 bits at a time, so that nothing goes beyond 2^53.
 */
export function toBillions(value: bigint): readonly [high: number, low: number] {
  signed[0] = value;
  const high = words[1]!;
  const low = words[0]!;
  const upper = (high % 1e9) * 0x1_0000 + (low >>> 16);
  const lower = (upper % 1e9) * 0x1_0000 + (low & 0xffff);
  const billions =
    Math.floor(high / 1e9) * 0x1_0000_0000 + Math.floor(upper / 1e9) * 0x1_0000 + Math.floor(lower / 1e9);
  return [billions, lower % 1e9];
}

/** The number nearest to an int64, or thereabouts beyond 2^53. */
export function nearInt64(value: bigint): number {
  signed[0] = value;
  return highWord[0]! * 0x1_0000_0000 + words[0]!;
}

/** The number nearest to a uint64, or thereabouts beyond 2^53. */
export function nearUint64(value: bigint): number {
  signed[0] = value;
  return words[1]! * 0x1_0000_0000 + words[0]!;
}

/** @throws {WrongValueError} for what is not an int64 */
export function toInt64(value: Int64Like): bigint {
  const integer = typeof value === 'bigint' ? value : parse(value, 'int64');
  if (integer < MIN_INT64 || integer > MAX_INT64) throw wrongValue('int64', value);
  return integer;
}

/** @throws {WrongValueError} for what is not a uint64 */
export function toUint64(value: Int64Like): bigint {
  const integer = typeof value === 'bigint' ? value : parse(value, 'uint64');
  if (integer < 0n || integer > MAX_UINT64) throw wrongValue('uint64', value);
  return integer;
}

/** @throws {DecodeError} where the integer has no exact JavaScript number (the generator's `int64=number`) */
export function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new DecodeError(`${value} is beyond 2^53: generate with int64=bigint or int64=string`);
  }
  return number;
}

/** Decimal digits: 64 bits have 20 of them at most, and BigInt takes time by the square of how many there are. */
const DIGITS = /^-?0*\d{1,20}$/;

function parse(value: string | number, kind: string): bigint {
  const isInteger =
    typeof value === 'number' ? Number.isSafeInteger(value) : typeof value === 'string' && DIGITS.test(value);
  if (!isInteger) throw wrongValue(kind, value);
  return BigInt(value);
}
