/** Values at which rules turn, and those next to them. */
import { texts } from './random-values.ts';

/** Of a scalar or an enum; a Duration's or Timestamp's nanoseconds, a FieldMask's paths, an Any's type URL. */
export type Value = number | bigint | boolean | string | Uint8Array | readonly string[];

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (unit) => unit.charCodeAt(0));
const second = 1_000_000_000n;

function range(kind: string): readonly [bigint, bigint] {
  if (kind === 'duration') return [-315_576_000_000n * second, 315_576_000_000n * second];
  if (kind === 'timestamp') return [-62_135_596_800n * second, 253_402_300_800n * second - 1n];
  const size = kind.endsWith('64') ? 64n : 32n;
  return /^(uint|fixed)/.test(kind)
    ? [0n, (1n << size) - 1n]
    : [-(1n << (size - 1n)), (1n << (size - 1n)) - 1n];
}

const isNumber = (kind: string): boolean => /^(?:[us]?int|s?fixed)(?:32|64)$/.test(kind);
const isFloat = (kind: string): boolean => kind === 'float' || kind === 'double';
const isTime = (kind: string): boolean => kind === 'duration' || kind === 'timestamp';

/** True for what has bounds. */
export function isOrdered(kind: string): boolean {
  return isNumber(kind) || isFloat(kind) || isTime(kind);
}

function integer(kind: string, value: bigint): Value {
  return kind.endsWith('64') || isTime(kind) ? value : Number(value);
}

const floatSizes = { float: 3.4028234663852886e38, double: Number.MAX_VALUE } as const;
const leastFloats = { float: 2 ** -149, double: Number.MIN_VALUE } as const;

/** The values that rules of a kind are given; the first few are the plain ones. */
export function edgesOf(kind: string): readonly Value[] {
  if (isFloat(kind)) {
    const [most, least] = [floatSizes[kind as 'float'], leastFloats[kind as 'float']];
    // Large, and with more digits as a float than people write.
    const [large, tenth] = [1e30, 0.1].map(kind === 'float' ? Math.fround : Number) as [number, number];
    return [1.5, 0, -2.5, -0, least, most, -most, large, tenth, Infinity, -Infinity, NaN];
  }
  if (isNumber(kind) || isTime(kind)) {
    const [low, high] = range(kind);
    const small = isTime(kind) ? [second, 0n, -second - 1n, second / 2n] : [5n, 0n, 1n, -1n];
    return [...small.filter((value) => value >= low), low, high].map((value) => integer(kind, value));
  }
  switch (kind) {
    case 'bool':
      return [true, false];
    case 'enum':
      return [1, 0, 4, 2, -1, 2147483647];
    case 'string':
      return ['abc', '', 'b', 'é', 'a👋b', '`', '\u2028', '%s {{x}}'];
    case 'bytes':
      return ['ab', '', 'b', '\x00\xff', '\xc3\xa9'].map(bytesOf);
    case 'any':
      return ['type.googleapis.com/a', '', 'a'];
    default:
      return [['a', 'b.c'], [], ['b']];
  }
}

/** A value and those right below and above it, in the order of its kind. */
export function around(kind: string, value: Value): Value[] {
  if (isFloat(kind)) return [next(kind, value as number, -1), value, next(kind, value as number, 1)];
  if (isNumber(kind) || isTime(kind) || kind === 'enum') {
    const [low, high] = range(kind === 'enum' ? 'int32' : kind);
    const exact = BigInt(value as bigint);
    return [exact - 1n, exact, exact + 1n]
      .filter((near) => near >= low && near <= high)
      .map((near) => integer(kind, near));
  }
  if (typeof value === 'boolean') return [false, true];
  if (typeof value === 'string') {
    return [
      value,
      `${value}x`,
      `x${value}`,
      `x${value}x`,
      value.slice(1),
      value.slice(0, -1),
      value.toUpperCase(),
    ];
  }
  if (value instanceof Uint8Array) {
    const joined = (...parts: readonly (readonly number[])[]): Uint8Array => Uint8Array.from(parts.flat());
    const all = [...value];
    return [
      value,
      joined(all, [120]),
      joined([120], all),
      joined([120], all, [120]),
      value.slice(1),
      value.slice(0, -1),
    ];
  }
  if (Array.isArray(value)) {
    return [
      value,
      [...value, 'x'],
      value.slice(1),
      value.map((path) => `${path}.d`),
      value.map((path) => `${path}d`),
    ];
  }
  return [value];
}

function next(kind: string, value: number, step: 1 | -1): number {
  if (!Number.isFinite(value)) return value === Infinity && step < 0 ? floatSizes[kind as 'float'] : value;
  if (value === 0) return step * leastFloats[kind as 'float'];
  const view = new DataView(new ArrayBuffer(8));
  const away = value > 0 === step > 0 ? 1 : -1;
  if (kind === 'double') {
    view.setFloat64(0, value);
    view.setBigInt64(0, view.getBigInt64(0) + BigInt(away));
    return view.getFloat64(0);
  }
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + away);
  return view.getFloat32(0);
}

/** Texts of so many code points, of each length in UTF-8 and UTF-16. */
export function textsOfLength(count: number): string[] {
  return ['a', 'é', '€', '👋'].map((character) => character.repeat(count));
}

export function bytesOfLength(count: number): Uint8Array {
  return new Uint8Array(count).fill(97);
}

/** Values of a kind in general, the zero among them. */
export function valuesOf(kind: string): readonly Value[] {
  switch (kind) {
    case 'string':
      return ['', 'a', 'abc', 'b'];
    case 'bytes':
      return ['', 'ab', 'x'.repeat(4), 'x'.repeat(16), 'x'.repeat(17)].map(bytesOf);
    case 'bool':
      return [false, true];
    case 'enum':
      return [0, 1, 2, 4];
    case 'any':
      return ['', 'a', 'b'];
    case 'field_mask':
      return [[], ['a'], ['b.c', 'a'], ['ab']];
    default:
      return edgesOf(kind);
  }
}

/** Texts that have, or just have not, one of the well-known formats. */
export const formatTexts: readonly Value[] = [
  ...texts,
  'a'.repeat(253),
  `${'a'.repeat(63)}.`.repeat(4).slice(0, 253),
  `${'a'.repeat(63)}.`.repeat(4).slice(0, 254),
  `${'a'.repeat(64)}@b.c`,
  'host:0',
  'host:00',
  'host:65534',
  '1.2.3.4/31',
  '1.2.3.2/31',
  '1.2.3.4/0',
  '1.2.3.4/00',
  '::1/127',
  '::2/127',
  '::/128',
  '::/00',
  '7ZZZZZZZZZZZZZZZZZZZZZZZZZ',
  '01ARZ3NDEKTSV4RRFFQ69G5FA',
  '01ARZ3NDEKTSV4RRFFQ69G5FAVX',
  '01ARZ3NDEKTSV4RRFFQ69G5FAI',
  '\x1f',
  '\x20',
  '\x7e',
  '\x80',
  'é',
  ':',
  ':a:',
  'a:b',
];
