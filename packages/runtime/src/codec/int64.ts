import { DecodeError, EncodeError } from './errors.ts';

/** What a 64-bit field may be set to, whatever the generator's `int64` option chose for reading. */
export type Int64Like = bigint | string | number;

const MIN_INT64 = -0x8000_0000_0000_0000n;
const MAX_INT64 = 0x7fff_ffff_ffff_ffffn;
const MAX_UINT64 = 0xffff_ffff_ffff_ffffn;

/** @throws {EncodeError} for what is no int64 */
export function toInt64(value: Int64Like): bigint {
  const integer = typeof value === 'bigint' ? value : parse(value, 'int64');
  if (integer < MIN_INT64 || integer > MAX_INT64) throw new EncodeError(`expected int64, got ${integer}`);
  return integer;
}

/** @throws {EncodeError} for what is no uint64 */
export function toUint64(value: Int64Like): bigint {
  const integer = typeof value === 'bigint' ? value : parse(value, 'uint64');
  if (integer < 0n || integer > MAX_UINT64) throw new EncodeError(`expected uint64, got ${integer}`);
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

function parse(value: string | number, kind: string): bigint {
  const isInteger = typeof value === 'number' ? Number.isSafeInteger(value) : /^-?\d+$/.test(value);
  if (!isInteger) throw new EncodeError(`expected ${kind}, got ${typeof value === 'string' ? `"${value}"` : String(value)}`);
  return BigInt(value);
}
