import { type Int64Like, toInt64, toUint64 } from './int64.ts';
import { emptyMap, setEntry } from './map.ts';
import { plainObject } from './plain-object.ts';
import { kindOf, wrongKey, wrongValue } from './wrong-value.ts';

/**
 * The table of valid values: what each kind of field takes from handlers and callers (wire.md, Values). `create` and all
 * encoders go by it. Each function answers the value, or throws; `null` and `undefined` are none, since they are fields
 * that are not set. Writers test what they write thousands of by themselves, and agree (test/codec/values.test.ts).
 */

export function int32<T extends number>(value: T): T {
  // The order matters: an operator on a bigint or a symbol would throw.
  if (typeof value !== 'number' || (value | 0) !== value) throw wrongValue('int32', value);
  return value;
}

export function uint32(value: number): number {
  if (typeof value !== 'number' || value >>> 0 !== value) throw wrongValue('uint32', value);
  return value;
}

/** A bigint, a number that is exact, or decimal digits. */
export function int64(value: Int64Like): bigint {
  return toInt64(value);
}

export function uint64(value: Int64Like): bigint {
  return toUint64(value);
}

export function int64String(value: Int64Like): string {
  return String(toInt64(value));
}

export function uint64String(value: Int64Like): string {
  return String(toUint64(value));
}

export function int64Number(value: Int64Like): number {
  return safeNumber(toInt64(value));
}

export function uint64Number(value: Int64Like): number {
  return safeNumber(toUint64(value));
}

export function double(value: number): number {
  if (typeof value !== 'number') throw wrongValue('double', value);
  return value;
}

/** A number that does not become infinite as a float, unless it is. */
export function float(value: number): number {
  if (!isFloat(value)) throw wrongValue('float', value);
  return value;
}

export function bool(value: boolean): boolean {
  if (typeof value !== 'boolean') throw wrongValue('bool', value);
  return value;
}

export function string(value: string): string {
  if (typeof value !== 'string') throw wrongValue('string', value);
  return value;
}

export function bytes(value: Uint8Array): Uint8Array {
  if (!isBytes(value)) throw wrongValue('bytes', value);
  return value;
}

/** The elements of a list field, each made by `take`. */
export function list<I, V>(values: readonly I[], take: (value: I) => V): V[] {
  const copy: V[] = [];
  for (const value of items(values)) copy.push(take(given(value)));
  return copy;
}

/** The entries of a map field, each value made by `take`. */
export function map<K extends string | number, I, V>(
  from: Readonly<Record<K, I>>,
  take: (value: I) => V,
): Record<K, V> {
  const copy = emptyMap<K, V>();
  for (const key in entries(from)) setEntry(copy, key, take(given(from[key])));
  return copy;
}

/** The object of a map field. */
export function entries<T>(map: T): T {
  return plainObject(map, 'a map');
}

/** A value that is there: of an element, an entry or a oneof. */
export function given<T>(value: T): T {
  if (value === undefined || value === null) throw wrongValue('a value', value);
  return value;
}

export function items<T>(values: readonly T[]): readonly T[] {
  if (!Array.isArray(values)) throw wrongValue('a list', values);
  return values as readonly T[];
}

/** The input of a new message. */
export function message<T>(value: T): T {
  return plainObject(value, 'a message');
}

/** Refuses a oneof without a member, unless it is one that is not set. */
export function noMember(oneof: string, value: unknown): void {
  if (value === undefined || value === null) return;
  const expected = `{ case, value } of one of the fields of ${oneof}`;
  const { case: named } = plainObject(value, expected) as { case?: unknown };
  if (named !== undefined) throw wrongValue(expected, named);
}

/** Reports whether a falsy value of a 64-bit field is one that it can not hold. */
export function isOdd64(value: unknown): boolean {
  return typeof value !== 'bigint' && value !== 0 && value !== undefined && value !== null;
}

export function isFloat(value: unknown): value is number {
  return typeof value === 'number' && (Number.isFinite(Math.fround(value)) || !Number.isFinite(value));
}

/** An array of another realm (jsdom's, for example) is one too. */
export function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array || (ArrayBuffer.isView(value) && kindOf(value) === 'Uint8Array');
}

export function keyBool(key: string): boolean {
  if (key !== 'true' && key !== 'false') throw wrongKey('bool', key);
  return key === 'true';
}

export function keyInt32(key: string): number {
  const number = keyNumber(key);
  if ((number | 0) !== number) throw wrongKey('int32', key);
  return number;
}

export function keyUint32(key: string): number {
  const number = keyNumber(key);
  if (number >>> 0 !== number) throw wrongKey('uint32', key);
  return number;
}

const INTEGER = /^(?:0|-?[1-9]\d{0,19})$/;

export function keyInt64(key: string): bigint | number {
  const number = keyNumber(key);
  if (!Number.isNaN(number)) return number;
  const integer = INTEGER.test(key) ? BigInt(key) : undefined;
  if (integer === undefined || BigInt.asIntN(64, integer) !== integer) throw wrongKey('int64', key);
  return integer;
}

export function keyUint64(key: string): bigint | number {
  const number = keyNumber(key);
  if (number >= 0) return number;
  const integer = INTEGER.test(key) ? BigInt(key) : undefined;
  if (integer === undefined || BigInt.asUintN(64, integer) !== integer) throw wrongKey('uint64', key);
  return integer;
}

/** An integer of at most 15 digits as an object's key writes it, else NaN: two keys must not be one on the wire. */
function keyNumber(key: string): number {
  const { length } = key;
  const negative = key.charCodeAt(0) === 0x2d;
  let at = negative ? 1 : 0;
  if (length === at || length - at > 15) return NaN;
  if (key.charCodeAt(at) === 0x30) return key === '0' ? 0 : NaN;
  let number = 0;
  for (; at < length; at++) {
    const digit = key.charCodeAt(at) - 0x30;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    number = number * 10 + digit;
  }
  return negative ? -number : number;
}

function safeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw wrongValue('an integer within 2^53', value);
  return number;
}
