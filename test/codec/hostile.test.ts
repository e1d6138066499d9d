// First, for it counts only what is loaded after it.
import { workOf } from './work.ts';
import { DecodeError, FormError } from '@pipit/runtime/codec';
import { Struct, Value } from '@pipit/runtime/google/protobuf/struct';
import { describe, expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import { Groups } from '../gen/proto2/types.pb.ts';
import { Choice, Lists, Maps, Scalars } from '../gen/shop/v1/scalars.pb.ts';

const MEGABYTE = 1_000_000;

/** What may run for an input of `size` bytes: more than it needs, far less than if the work grew with its square. */
const workFor = (size: number): number => 20_000 + 50 * size;

const unhex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const varint = (value: bigint): string => {
  let text = '';
  for (; value > 127n; value >>= 7n) text += (Number(value & 127n) | 128).toString(16).padStart(2, '0');
  return text + Number(value).toString(16).padStart(2, '0');
};

/**
 * The input is refused with a DecodeError, without much memory and without much work.
 *
 * @param size bytes that have to be read to know; none where the first few tell
 */
function refused(read: () => unknown, size = 0): string {
  const memory = process.memoryUsage();
  let message: string | undefined;
  const work = workOf(() => {
    try {
      read();
    } catch (error) {
      expect(error).toBeInstanceOf(DecodeError);
      message = (error as DecodeError).message;
    }
  });
  expect(work).toBeLessThan(workFor(size));
  const after = process.memoryUsage();
  expect(after.arrayBuffers - memory.arrayBuffers).toBeLessThan(50 * MEGABYTE);
  expect(message).toBeDefined();
  return message!;
}

describe('binary', () => {
  const huge = [2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];

  test.each(huge)('a length of %d allocates nothing', (length) => {
    // bytes, string, message, packed list, map entry, unknown field
    for (const [type, tag] of [
      [Scalars, '7a'],
      [Scalars, '72'],
      [Scalars, '8a01'],
      [Lists, '0a'],
      [Lists, '1a'],
      [Lists, '5a'],
      [Maps, '0a'],
      [Scalars, 'fa07'],
    ] as const) {
      expect(refused(() => type.decode(unhex(tag + varint(length) + '00')))).toMatch(/truncated/);
    }
  });

  test('a packed list beyond its message, though not beyond the bytes', () => {
    // Choice.children[0] holds 2 bytes and says its inner field has 5
    expect(refused(() => Choice.decode(unhex('4a02 0a05 6161616161')))).toMatch(/truncated/);
    expect(refused(() => Lists.decode(unhex('0a0f 0000000000000000 00000000000000')))).toMatch(/truncated/);
    expect(refused(() => Lists.decode(unhex('1a02 0180')))).toMatch(/truncated/);
  });

  test.each([
    ['known groups', (n: number) => Groups.decode(unhex('0b13'.repeat(n)))],
    ['unknown groups', (n: number) => Scalars.decode(unhex('a303'.repeat(n)))],
    [
      'unknown groups, dropped',
      (n: number) => Scalars.decode(unhex('a303'.repeat(n)), { discardUnknown: true }),
    ],
    [
      'unknown groups in a map entry',
      (n: number) => Maps.decode(unhex(`0a${varint(BigInt(2 * n))}${'a303'.repeat(n)}`)),
    ],
  ])('nested %s', (_, decode) => {
    expect(refused(() => decode(200_000))).toMatch(/deeper than 100/);
  });

  test('nested messages whose lengths all hold', () => {
    let bytes = Buffer.alloc(0);
    for (let i = 0; i < 5000; i++) bytes = Buffer.concat([unhex(`32${varint(BigInt(bytes.length))}`), bytes]);
    expect(refused(() => Choice.decode(bytes))).toMatch(/deeper than 100/);
    // Unknown, they are only bytes.
    expect(Scalars.decode(bytes).$unknown).toHaveLength(1);
  });

  test.each(['08', '18', '20', '68', '8001'])('over-long varints after %s', (tag) => {
    expect(refused(() => Scalars.decode(unhex(`${tag.replace('08', '18')}${'ff'.repeat(10)}01`)))).toMatch(
      /longer than 10/,
    );
    expect(refused(() => Scalars.decode(unhex(tag.replace('08', '18') + 'ff'.repeat(MEGABYTE))))).toMatch(
      /longer than 10/,
    );
  });

  test('a megabyte of tiny fields is read in linear time', () => {
    const known = Buffer.alloc(999_999, unhex('900101'));
    const readKnown = (): void => expect(Lists.decode(known).unpacked.length).toBeGreaterThan(300_000);
    expect(workOf(readKnown)).toBeLessThan(workFor(MEGABYTE));
    const unknown = Buffer.alloc(999_999, unhex('f80701'));
    const copyUnknown = (): void => {
      const message = Scalars.decode(unknown);
      expect(Buffer.compare(Scalars.encode(message), unknown)).toBe(0);
      // They are kept in few arrays: one for each would take 50 times the memory.
      expect(message.$unknown!.length).toBeLessThan(50);
    };
    expect(workOf(copyUnknown)).toBeLessThan(workFor(MEGABYTE));
  });

  test('no key of a map reaches a prototype', () => {
    const key = (name: string): string =>
      `0a${varint(BigInt(name.length))}${Buffer.from(name).toString('hex')}`;
    for (const name of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
      const entry = key(name) + '120178';
      const maps = Maps.decode(unhex(`0a${varint(BigInt(entry.length / 2))}${entry}`));
      expect(Object.entries(maps.byString)).toEqual([[name, 'x']]);
    }
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });
});

describe('JSON', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
  const digits = '1'.repeat(MEGABYTE);

  test.each([
    ['a megabyte of [', '['.repeat(MEGABYTE)],
    ['a megabyte of [ in an unknown field', `{"x":${'['.repeat(MEGABYTE)}`],
    ['a megabyte of {"a":', '{"a":'.repeat(MEGABYTE / 5)],
    ['a megabyte of a nested field', '{"again":'.repeat(MEGABYTE / 9)],
    ['a megabyte of {', '{'.repeat(MEGABYTE)],
    ['a megabyte of quotes', '"'.repeat(MEGABYTE)],
    ['a string without an end', `{"name":"${'x'.repeat(MEGABYTE)}`],
    ['a key without an end', `{"${'x'.repeat(MEGABYTE)}`],
    ['a string of backslashes', `{"name":"${'\\'.repeat(MEGABYTE)}`],
    ['a string of half escapes', `{"name":"${'\\u00'.repeat(MEGABYTE / 4)}"}`],
    ['an unknown string of half escapes', `{"nope":"${'\\u00'.repeat(MEGABYTE / 4)}"}`],
    ['a megabyte of commas', `{${','.repeat(MEGABYTE)}`],
    ['a megabyte of white space', ' '.repeat(MEGABYTE)],
    ['digits for an int32', `{"number":${digits}}`],
    ['digits for an int64', `{"big":${digits}}`],
    ['digits in quotes for an int64', `{"big":"${digits}"}`],
    ['digits and a point for an int64', `{"big":1.${digits}}`],
    ['zeros and a digit for an int64', `{"big":1.${'0'.repeat(MEGABYTE)}1}`],
    ['digits as an exponent', `{"big":1e${digits}}`],
    ['zeros for an int32', `{"number":${'0'.repeat(MEGABYTE)}1}`],
    ['an exponent of a billion', '{"big":1e1000000000}'],
    ['a small exponent of a billion', '{"big":1e-1000000000}'],
    ['digits that mean nothing', `{"number":${'1-'.repeat(MEGABYTE / 2)}}`],
    ['a number of e', `{"nope":${'e'.repeat(MEGABYTE)}}`],
    ['base64 that is none', `{"raw":"${'*'.repeat(MEGABYTE)}"}`],
    ['base64 of escapes that is none', `{"raw":"${'\\n'.repeat(MEGABYTE / 2)}"}`],
    ['invalid UTF-8', `{"name":"${'\xff'.repeat(MEGABYTE)}"}`],
    ['a wrong value after a megabyte', `{"children":[${'{},'.repeat(MEGABYTE / 3)}1]}`],
  ])('%s', (_, json) => {
    const size = json.length;
    expect(refused(() => Choice.fromJsonBytes(bytes(json)), size).length).toBeLessThan(1000);
    expect(refused(() => Choice.fromJsonBytes(bytes(json), { strict: true }), size).length).toBeLessThan(
      1000,
    );
  });

  test.each([
    ['a long name of an enum', `{"color":"${'x'.repeat(MEGABYTE)}"}`],
    ['an enum that is almost a number', `{"color":"${digits}x"}`],
  ])('%s', (_, json) => {
    const size = json.length;
    expect(Choice.fromJsonBytes(bytes(json))).toEqual(Choice.create());
    expect(refused(() => Choice.fromJsonBytes(bytes(json), { strict: true }), size).length).toBeLessThan(
      1000,
    );
  });

  test('zeros behind a point are exact, and no work', () => {
    const read = (): void => {
      const { pick } = Choice.fromJsonString(`{"big":7.${'0'.repeat(MEGABYTE)}}`);
      expect(pick).toEqual({ case: 'big', value: 7n });
      expect(Scalars.fromJsonString(`{"f_double":1.${digits}}`).fDouble).toBe(1.1111111111111112);
      expect(Scalars.fromJsonString(`{"f_double":${digits}e-${MEGABYTE}}`).fDouble).toBeCloseTo(0.111);
    };
    expect(workOf(read)).toBeLessThan(workFor(3 * MEGABYTE));
  });

  test('numbers that double and float cannot hold', () => {
    expect(refused(() => Scalars.fromJsonString(`{"f_double":${digits}}`), MEGABYTE)).toMatch(
      /^f_double: expected double/,
    );
    expect(refused(() => Scalars.fromJsonString('{"f_float":1e400}'))).toMatch(/^f_float: expected float/);
  });

  test('many keys, under strict too', () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `"k${i}":"v"`).join(',');
    const read = (): void => {
      const { byString } = Maps.fromJsonString(`{"by_string":{${keys}}}`, { strict: true });
      expect(Object.keys(byString)).toHaveLength(100_000);
      expect(Choice.fromJsonString(`{${keys}}`)).toEqual(Choice.create());
    };
    expect(workOf(read)).toBeLessThan(workFor(2 * keys.length));
  });

  test('deep values that are any JSON', () => {
    expect(refused(() => Value.fromJsonString('['.repeat(MEGABYTE)), MEGABYTE)).toMatch(/deeper than 100/);
    expect(refused(() => Struct.fromJsonString('{"a":'.repeat(MEGABYTE / 5)), MEGABYTE)).toMatch(
      /deeper than 100/,
    );
  });
});

describe('form', () => {
  test.each([
    ['digits', `f_int64=${'1'.repeat(MEGABYTE)}`],
    ['a double of digits that is none', `f_double=${'1'.repeat(MEGABYTE)}x`],
    ['a float of dots', `f_float=${'.'.repeat(MEGABYTE)}`],
    ['a megabyte of &', `${'&'.repeat(MEGABYTE)}f_int32=x`],
    ['a megabyte of =', `f_int32=${'='.repeat(MEGABYTE)}`],
    ['a megabyte of [', `f_int32${'['.repeat(MEGABYTE)}=1&f_int32=x`],
    ['a megabyte of %', `f_string=${'%'.repeat(MEGABYTE)}`],
    ['a thousand and one keys', Array.from({ length: 1001 }, (_, i) => `k${i}=1`).join('&')],
  ])('%s', (_, text) => {
    const read = (): void =>
      expect(() => Scalars.fromForm(parseForm(Buffer.from(text), undefined))).toThrow(FormError);
    expect(workOf(read)).toBeLessThan(workFor(text.length));
  });
});
