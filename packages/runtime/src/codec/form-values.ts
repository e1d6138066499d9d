import { FormError } from './errors.ts';
import { MAX_FLOAT, MAX_INT64, MAX_UINT64, MIN_INT64 } from './limits.ts';

/** 64 bits are 20 digits; making more of them a BigInt takes time by the square of how many there are. */
const INTEGER = /^[+-]?0*(\d{1,20})$/;
// The point is what lets a fraction follow: `\d+\.?\d*` would try every way to cut a long number in two.
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const TRUE = new Set(['1', 't', 'T', 'TRUE', 'true', 'True', 'on']);
const FALSE = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False', 'off']);

/** Makes a value of the text that was sent for the field of that name. @throws {FormError} for one the field cannot hold */
export type Convert<T> = (value: string, name: string) => T;

export function toBool(value: string, name: string): boolean {
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  throw wrong(name, 'a bool', value);
}

/** A number is exact far beyond 32 bits, so what it rounds is out of range either way. */
function toInteger32(value: string, name: string, kind: string, min: number, max: number): number {
  const integer = INTEGER.test(value) ? Number(value) : NaN;
  if (!(integer >= min && integer <= max)) throw wrong(name, kind, value);
  // Without the sign of a zero.
  return integer + 0;
}

function toInteger64(value: string, name: string, kind: string, min: bigint, max: bigint): bigint {
  if (!INTEGER.test(value)) throw wrong(name, kind, value);
  // BigInt takes no sign of plus.
  const integer = BigInt(value.startsWith('+') ? value.slice(1) : value);
  if (integer < min || integer > max) throw wrong(name, kind, value);
  return integer;
}

export function toInt32(value: string, name: string): number {
  return toInteger32(value, name, 'an int32', -0x80000000, 0x7fffffff);
}

export function toUint32(value: string, name: string): number {
  return toInteger32(value, name, 'a uint32', 0, 0xffffffff);
}

export function toInt64(value: string, name: string): bigint {
  return toInteger64(value, name, 'an int64', MIN_INT64, MAX_INT64);
}

export function toUint64(value: string, name: string): bigint {
  return toInteger64(value, name, 'a uint64', 0n, MAX_UINT64);
}

export function toSafeInt64(value: string, name: string): number {
  return toSafe(toInt64(value, name), name, value);
}

export function toSafeUint64(value: string, name: string): number {
  return toSafe(toUint64(value, name), name, value);
}

function toSafe(integer: bigint, name: string, value: string): number {
  const number = Number(integer);
  if (!Number.isSafeInteger(number)) throw wrong(name, 'an integer within 2^53', value);
  return number;
}

export function toDouble(value: string, name: string): number {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  const number = DECIMAL.test(value) ? Number(value) : Infinity;
  if (!Number.isFinite(number)) throw wrong(name, 'a double', value);
  return number;
}

export function toFloat(value: string, name: string): number {
  const number = toDouble(value, name);
  if (Number.isFinite(number) && Math.abs(number) > MAX_FLOAT) throw wrong(name, 'a float', value);
  return Math.fround(number);
}

function wrong(name: string, kind: string, value: string): FormError {
  const shown = value.length > 40 ? `${value.slice(0, 40)}…` : value;
  return new FormError(name, `must be ${kind}, got "${shown}"`);
}
