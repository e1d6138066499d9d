import { describe, expect, test } from 'vitest';
import type { MessageType } from '@pipit/runtime/codec';
import { Color, type Size, Size as SizeType, Size_Unit } from '../gen/shop/v1/common.pb.ts';
import {
  Choice,
  type ChoiceInit,
  Lists,
  Longs,
  Maps,
  Optionals,
  Scalars,
} from '../gen/shop/v1/scalars.pb.ts';
import { Fields, type FieldsInit } from '../gen/nasty/names.pb.ts';
import { oracle } from './oracle.ts';

const file = 'shop/v1/scalars.proto';
const size: Size = { width: 3, height: -4, unit: Size_Unit.UNIT_INCH };

/** Our bytes mean the same to protobufjs, and its bytes the same to us. */
function expectSame<M extends I, I>(type: MessageType<M, I>, path: string, message: I): void {
  const bytes = type.encode(message);
  const other = oracle(path, type.typeName);
  const theirs = other.encode(other.decode(bytes)).finish();
  expect(type.decode(bytes)).toEqual(type.create(message));
  expect(type.decode(theirs)).toEqual(type.create(message));
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const unhex = (text: string): Uint8Array => Buffer.from(text, 'hex');

describe('binary', () => {
  test('every scalar kind, at its limits', () => {
    const full = {
      fDouble: -1.5e300,
      fFloat: 0.5,
      fInt32: -2147483648,
      fInt64: -9223372036854775808n,
      fUint32: 4294967295,
      fUint64: 18446744073709551615n,
      fSint32: -2147483648,
      fSint64: -9223372036854775808n,
      fFixed32: 4294967295,
      fFixed64: 18446744073709551615n,
      fSfixed32: -2147483648,
      fSfixed64: -9223372036854775808n,
      fBool: true,
      fString: 'grüße, 世界 👋',
      fBytes: new Uint8Array([0, 255, 1]),
      fColor: Color.COLOR_NEGATIVE,
      fSize: size,
    };
    expectSame(Scalars, file, full);
    expectSame(Scalars, file, {
      ...full,
      fInt32: 300,
      fInt64: 127n,
      fSint64: 2147483648n,
      fString: 'x'.repeat(70),
    });
    expectSame(Optionals, file, {
      fDouble: 0,
      fInt32: 0,
      fInt64: 0n,
      fString: '',
      fBytes: new Uint8Array(),
      fColor: 0,
      fBool: false,
    });
  });

  test('defaults are not written, but optional fields that are set are', () => {
    expect(hex(Scalars.encode(Scalars.create()))).toBe('');
    expect(hex(Optionals.encode({ fInt32: 0 }))).toBe('1800');
    expect(Optionals.decode(unhex('1800')).fInt32).toBe(0);
    expect(Optionals.decode(unhex('')).fInt32).toBeUndefined();
    expect(hex(Scalars.encode({ fDouble: -0 }))).toBe('090000000000000080');
    expect(Scalars.decode(Scalars.encode({ fDouble: NaN })).fDouble).toBeNaN();
  });

  test('lists, packed and not, either way', () => {
    const lists = {
      fDouble: [1, -0.5],
      fFloat: [1.5],
      fInt32: [1, -1, 2147483647],
      fInt64: [1n, -1n],
      fUint32: [0, 4294967295],
      fUint64: [0n, 18446744073709551615n],
      fSint32: [-1, 1],
      fSint64: [-1n, 1n, 9223372036854775807n],
      fFixed32: [1],
      fFixed64: [1n],
      fSfixed32: [-1],
      fSfixed64: [-1n],
      fBool: [true, false],
      fString: ['', 'a'],
      fBytes: [new Uint8Array([1]), new Uint8Array()],
      fColor: [Color.COLOR_RED, Color.COLOR_NEGATIVE],
      fSize: [size, {}],
      unpacked: [1, 2, 300],
    };
    expectSame(Lists, file, lists);
    // 3 packed where the schema says unpacked, and unpacked where it says packed
    expect(Lists.decode(unhex('9201020102')).unpacked).toEqual([1, 2]);
    expect(Lists.decode(unhex('1801180218ac02')).fInt32).toEqual([1, 2, 300]);
    expectSame(Lists, file, {
      fInt32: Array.from({ length: 1000 }, (_, i) => i * 7),
      fSize: Array.from({ length: 500 }, () => size),
    });
  });

  test('maps', () => {
    expectSame(Maps, file, {
      byString: { a: 'b', '': 'empty', constructor: 'c' },
      byInt32: { [-5]: size, 7: {} },
      byBool: { true: Color.COLOR_RED, false: 0 },
      byInt64: { '-9223372036854775808': 1.5 },
      byUint64: { '18446744073709551615': new Uint8Array([9]) },
      byFixed32: { 4294967295: true },
      toInt64: { x: -1n },
    });
    // an entry without key and value holds their defaults
    expect({ ...Maps.decode(unhex('0a00')).byString }).toEqual({ '': '' });
    expect({ ...Maps.decode(unhex('1200')).byInt32 }).toEqual({ 0: SizeType.create() });
  });

  test('a map key is only a key', () => {
    const bytes = Maps.encode({ byString: JSON.parse('{"__proto__":"x"}') as Record<string, string> });
    const { byString } = Maps.decode(bytes);
    expect(Object.keys(byString)).toEqual(['__proto__']);
    expect(byString['__proto__']).toBe('x');
    expect(Object.hasOwn(byString, 'constructor')).toBe(false);
    expect(Object.getPrototypeOf(byString)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test.each<ChoiceInit['pick']>([
    { case: 'name', value: '' },
    { case: 'number', value: 0 },
    { case: 'raw', value: new Uint8Array([1]) },
    { case: 'size', value: size },
    { case: 'color', value: Color.COLOR_RED },
    { case: 'again', value: { pick: { case: 'flag', value: false } } },
    { case: 'big', value: -1n },
    undefined,
  ])('oneof of %o', (pick) => {
    expectSame(Choice, file, { pick, children: [{ pick }] });
  });

  test('of two members of a oneof the last counts, and messages of one member merge', () => {
    expect(Choice.decode(unhex('0a01611005')).pick).toEqual({ case: 'number', value: 5 });
    expect(Choice.decode(unhex('220208032202102a')).pick).toEqual({
      case: 'size',
      value: { width: 3, height: 42, unit: 0 },
    });
  });

  test('a message that comes twice is merged', () => {
    expect(Scalars.decode(unhex('8a010208038a0102102a')).fSize).toEqual({ width: 3, height: 42, unit: 0 });
  });

  test('64-bit fields by jstype', () => {
    const longs = {
      text: '-9223372036854775808',
      number: 2 ** 53 - 1,
      texts: ['-1', '5'],
      numbers: [0, 7],
      plain: { a: 1n },
    };
    expectSame(Longs, file, longs);
    expect(() => Longs.decode(unhex('10ffffffffffffffffff01'))).toThrow(/beyond 2\^53/);
  });

  test('names that mean something elsewhere', () => {
    const fields: FieldsInit = {
      class: 'a',
      constructor$: 'b',
      Proto: 'c',
      toString$: 'd',
      '1': 'e',
      m: 'f',
      w: 'g',
      r: 'h',
      tag: 'i',
      then: 'j',
      toJSON$: 'k',
      map: { key: 'l' },
      json: { x: { case: { case: 'value', value: 'y' } } },
      case: { case: 'group', value: { renamed: 'z' } },
      veryLargeNumber: 'n',
    };
    expect(Fields.decode(Fields.encode(fields))).toEqual(Fields.create(fields));
    expect(Fields.create().constructor$).toBe('');
  });

  test('unknown fields are kept, or dropped on request', () => {
    const bytes = Lists.encode({ fString: ['a'], fInt32: [1, 2] });
    const kept = SizeType.decode(bytes);
    expect(Lists.decode(SizeType.encode(kept))).toEqual(Lists.decode(bytes));
    expect(SizeType.encode(SizeType.decode(bytes, { discardUnknown: true })).length).toBe(0);
    // a group of unknown fields, and a known field with another wire type
    const odd = unhex('53080a540a0161');
    expect(hex(SizeType.encode(SizeType.decode(odd)))).toBe(hex(odd));
  });

  test.each([
    ['a truncated varint', '08', /truncated/],
    ['a varint of eleven bytes', '08ffffffffffffffffffff01', /longer than 10/],
    ['a length beyond the bytes', '0aff', /truncated/],
    ['a length of 2^63', '72ffffffffffffffff7f', /truncated/],
    ['a length of 4 GiB with nothing behind', '72ffffffff0f', /truncated/],
    ['field number 0', '0000', /field number 0/],
    ['wire type 6', '0e', /wire type 6/],
    ['wire type 7', '0f', /wire type 7/],
    ['an end of group without its start', '0c', /group/],
    ['a group without its end', '0b', /truncated/],
    ['a group ended as another', '0b14', /group/],
    ['a nested message that overruns its length', '8a01020aff', /truncated/],
    ['a nested field beyond its message', '8a01010808', /truncated/],
    ['invalid UTF-8', '7201ff', /UTF-8/],
    ['a truncated double', '0900', /truncated/],
    ['a tag of more than 32 bits', 'ffffffffff7f00', /invalid tag/],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => Scalars.decode(unhex(bytes))).toThrow(message);
  });

  test('messages nest 100 deep and no deeper', () => {
    const nested = (depth: number): ChoiceInit =>
      depth === 1 ? {} : { pick: { case: 'again', value: nested(depth - 1) } };
    expect(() => Choice.decode(Choice.encode(nested(100)))).not.toThrow();
    expect(() => Choice.decode(Choice.encode(nested(101)))).toThrow(/deeper than 100/);
    expect(() => Scalars.decode(unhex('a3'.repeat(5000)))).toThrow();
  });

  test('values the schema does not allow are refused with their place', () => {
    expect(() => Scalars.encode({ fInt32: 2 ** 31 })).toThrow(
      'shop.v1.Scalars: f_int32: expected int32, got 2147483648',
    );
    expect(() => Scalars.encode({ fUint64: -1n })).toThrow(/expected uint64, got -1/);
    const circle: { children: ChoiceInit[] } = { children: [] };
    circle.children.push(circle);
    expect(() => Choice.encode(circle)).toThrow(/circle/);
    // and the next message is whole
    expect(hex(Scalars.encode({ fInt32: 1 }))).toBe('1801');
  });

  test('a result is not changed by the next one', () => {
    const first = Scalars.encode({ fString: 'first' });
    const copy = hex(first);
    for (let i = 0; i < 10000; i++) Scalars.encode({ fString: 'x'.repeat(50) });
    expect(hex(first)).toBe(copy);
    const large = { fBytes: new Uint8Array(300_000).fill(7), fString: 'y'.repeat(100_000) };
    const back = Scalars.decode(Scalars.encode(large));
    expect(Buffer.compare(back.fBytes, large.fBytes)).toBe(0);
    expect(back.fString).toBe(large.fString);
  });
});
