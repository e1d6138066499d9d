import vm from 'node:vm';
import { reflect } from '@bufbuild/protobuf/reflect';
import { EncodeError, FormError } from '@pipit/runtime/codec';
import { describe, expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import { Required } from '../gen/proto2/types.pb.ts';
import { Choice, Lists, Longs, Maps, Optionals, Scalars } from '../gen/shop/v1/scalars.pb.ts';
import { All } from '../gen/wkt/all.pb.ts';
import type { AnyType } from './agreement.ts';
import { descriptor } from './protobuf-es.ts';

// The table of valid values (wire.md, Values): each kind of field in each place it can stand in, with everything a caller
// may hand in, through create, binary and JSON.

class Decimal {
  toString(): string {
    return '1.5';
  }
  valueOf(): number {
    return 1.5;
  }
}

/** What callers hand in. */
const values: Readonly<Record<string, () => unknown>> = {
  zero: () => 0,
  minusZero: () => -0,
  one: () => 1,
  minusOne: () => -1,
  half: () => 1.5,
  maxInt32: () => 2 ** 31 - 1,
  minInt32: () => -(2 ** 31),
  twoTo31: () => 2 ** 31,
  maxUint32: () => 2 ** 32 - 1,
  twoTo32: () => 2 ** 32,
  maxSafe: () => 2 ** 53 - 1,
  twoTo53: () => 2 ** 53,
  NaN: () => NaN,
  Infinity: () => Infinity,
  maxFloat: () => 3.4028234663852886e38,
  roundsToMaxFloat: () => 3.4028235677973362e38,
  roundsToInfinity: () => 3.4028235677973366e38,
  tooLargeFloat: () => -3.5e38,
  zeroBig: () => 0n,
  oneBig: () => 1n,
  minusOneBig: () => -1n,
  maxInt64: () => 2n ** 63n - 1n,
  twoTo63: () => 2n ** 63n,
  twoTo64: () => 2n ** 64n,
  true: () => true,
  false: () => false,
  empty: () => '',
  text: () => 'x',
  digits: () => '12',
  zeroDigits: () => '007',
  minusDigits: () => '-12',
  fraction: () => '1.50',
  hex: () => '0x10',
  spaces: () => ' 5 ',
  falseText: () => 'false',
  name: () => 'COLOR_RED',
  base64: () => 'aGk=',
  time: () => '2020-01-01T00:00:00Z',
  bytes: () => new Uint8Array([1, 2]),
  noBytes: () => new Uint8Array(),
  Buffer: () => Buffer.from('a'),
  foreignBytes: () => vm.runInNewContext('new Uint8Array([7])') as unknown,
  clamped: () => new Uint8ClampedArray([1]),
  floats: () => new Float32Array([1]),
  ArrayBuffer: () => new ArrayBuffer(1),
  Date: () => new Date('2026-01-02T03:04:05.678Z'),
  foreignDate: () => vm.runInNewContext('new Date(0)') as unknown,
  invalidDate: () => new Date(NaN),
  Decimal: () => new Decimal(),
  boxedText: () => Object('x') as unknown,
  boxedNumber: () => Object(5) as unknown,
  object: () => ({}),
  foreignObject: () => vm.runInNewContext('({})') as unknown,
  noPrototype: () => Object.create(null) as unknown,
  unknownKey: () => ({ nope: 1 }),
  list: () => [],
  listOfOne: () => [1],
  listOfText: () => ['x'],
  listOfNull: () => [null],
  listOfHole: () => Array.from({ length: 1 }),
  entries: () => [['a', 'b']],
  Map: () => new Map([['a', 'b']]),
  Set: () => new Set([1]),
  generator: () =>
    (function* one() {
      yield 1;
    })(),
  Promise: () => Promise.resolve(1),
  Error: () => new Error('x'),
  RegExp: () => /x/,
  URL: () => new URL('http://x'),
  function: () => () => 1,
  symbol: () => Symbol('x'),
};

const int32 = 'zero minusZero one minusOne maxInt32 minInt32';
const uint32 = 'zero minusZero one maxInt32 twoTo31 maxUint32';
const safe =
  'zero minusZero one maxInt32 twoTo31 maxUint32 twoTo32 maxSafe zeroBig oneBig maxInt64 digits zeroDigits';
const int64 = `${safe} minusOne minInt32 minusOneBig minusDigits`;
const uint64 = `${safe} twoTo63`;
const float =
  'zero minusZero one minusOne half maxInt32 minInt32 twoTo31 maxUint32 twoTo32 maxSafe twoTo53 NaN Infinity maxFloat roundsToMaxFloat';
const double = `${float} roundsToInfinity tooLargeFloat`;
const text = 'empty text digits zeroDigits minusDigits fraction hex spaces falseText name base64 time';
const bytes = 'bytes noBytes Buffer foreignBytes';
const message = 'object foreignObject noPrototype unknownKey Decimal';

/** The values that each kind takes; all others are refused. */
const kinds: Readonly<Record<string, string>> = {
  double,
  float,
  int32,
  int64,
  uint32,
  uint64,
  sint32: int32,
  sint64: int64,
  fixed32: uint32,
  fixed64: uint64,
  sfixed32: int32,
  sfixed64: int64,
  bool: 'true false',
  string: text,
  bytes,
  color: int32,
  size: message,
};

const property = (kind: string): string => `f${kind[0]!.toUpperCase()}${kind.slice(1)}`;

interface Place {
  readonly type: AnyType;
  readonly kind: string;
  /** Where an error says the value is. */
  readonly path: string;
  readonly init: (value: unknown) => object;
}

/** Every kind in every place. */
const places: readonly (readonly [string, Place])[] = [
  ...Object.keys(kinds).flatMap((kind) => {
    const name = property(kind);
    const path = `f_${kind}`;
    const single = (value: unknown): object => ({ [name]: value });
    return [
      [kind, { type: Scalars, kind, path, init: single }],
      [`repeated ${kind}`, { type: Lists, kind, path: `${path}[0]`, init: (value) => ({ [name]: [value] }) }],
      ...(name in Optionals.create()
        ? [[`optional ${kind}`, { type: Optionals, kind, path, init: single }]]
        : []),
    ] as [string, Place][];
  }),
  ...Object.entries({
    string: 'name',
    int32: 'number',
    bytes: 'raw',
    size: 'size',
    color: 'color',
    int64: 'big',
    bool: 'flag',
  }).map(([kind, name]): [string, Place] => [
    `${kind} in a oneof`,
    { type: Choice, kind, path: name, init: (value) => ({ pick: { case: name, value } }) },
  ]),
  ...(
    [
      ['string', 'byString', 'by_string', 'a'],
      ['size', 'byInt32', 'by_int32', '-5'],
      ['color', 'byBool', 'by_bool', 'true'],
      ['double', 'byInt64', 'by_int64', '-9223372036854775808'],
      ['bytes', 'byUint64', 'by_uint64', '18446744073709551615'],
      ['bool', 'byFixed32', 'by_fixed32', '4294967295'],
      ['int64', 'toInt64', 'to_int64', 'a'],
    ] as const
  ).map(([kind, name, path, key]): [string, Place] => [
    `${kind} in a map`,
    { type: Maps, kind, path: `${path}.${key}`, init: (value) => ({ [name]: { [key]: value } }) },
  ]),
  ['int32, unpacked', { type: Lists, kind: 'int32', path: 'unpacked[0]', init: (v) => ({ unpacked: [v] }) }],
];

/** What becomes of a value, or undefined where it is refused; anything but an EncodeError fails the test. */
function attempt<T>(run: () => T): { readonly result: T } | { readonly error: string } {
  try {
    return { result: run() };
  } catch (error) {
    expect(error).toBeInstanceOf(EncodeError);
    return { error: (error as Error).message };
  }
}

/** The same message from create, binary and JSON, or the same error, naming the path. */
function expectAgreement(type: AnyType, init: object, path: string, isValid: boolean): void {
  const created = attempt(() => type.create(init) as object);
  const binary = attempt(() => type.decode(type.encode(init)) as object);
  const json = attempt(() => type.fromJsonBytes(type.toJsonBytes(init)) as object);
  if (isValid) {
    expect(binary).toHaveProperty('result');
    expect(json).toEqual(binary);
    const again = attempt(
      () => type.decode(type.encode('result' in created ? created.result : {})) as object,
    );
    expect(again).toEqual(binary);
    return;
  }
  expect(binary).toHaveProperty('error');
  expect((binary as { error: string }).error).toMatch(/: expected .*, got /);
  expect((binary as { error: string }).error.slice(`${type.typeName}: `.length)).toMatch(
    new RegExp(`^${path.replace(/[[\].]/g, '\\$&')}: `),
  );
  expect(json).toEqual(binary);
  expect(created).toEqual(binary);
}

describe('what a field takes', () => {
  test.each(places)('%s', (_, { type, kind, path, init }) => {
    const takes = new Set(kinds[kind]!.split(' '));
    for (const [name, make] of Object.entries(values)) {
      const isValid = takes.has(name);
      try {
        expectAgreement(type, init(make()), path, isValid);
      } catch (error) {
        throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
      }
    }
  });

  test('null and undefined are a field that is not set, and no element, entry or member', () => {
    for (const nothing of [null, undefined]) {
      for (const [, { type, init, path }] of places) {
        const isField = type === Scalars || type === Optionals;
        if (isField) {
          expect(type.create(init(nothing))).toEqual(type.create());
          expect(type.encode(init(nothing))).toHaveLength(0);
          expect(type.toJson(init(nothing))).toEqual(type.toJson({}));
        } else expectAgreement(type, init(nothing), path, false);
      }
      for (const unset of [
        { pick: nothing, children: nothing },
        { pick: {} },
        { pick: { case: undefined } },
      ] as object[]) {
        expect(Choice.create(unset)).toEqual(Choice.create());
        expect(Choice.encode(unset)).toHaveLength(0);
        expect(Choice.toJson(unset)).toEqual(Choice.toJson({}));
      }
      expect(Maps.toJson({ byString: nothing })).toEqual(Maps.toJson({}));
      expect(Maps.create({ byString: nothing })).toEqual(Maps.create());
      expect(Maps.encode({ byString: nothing })).toHaveLength(0);
    }
  });

  test.each(Object.entries(values))('%s as a list, a map, a oneof, and a message itself', (name, make) => {
    const isObject = message.includes(name);
    const element = name === 'entries' || (name.startsWith('list') && name !== 'list') ? '[0]' : '';
    const holds = name === 'list' || name === 'listOfOne';
    expectAgreement(Lists, { fInt32: make() }, `f_int32${element}`, holds);
    expectAgreement(Lists, { unpacked: make() }, `unpacked${element}`, holds);
    expectAgreement(Lists, { fSize: make() }, `f_size${element}`, name === 'list');
    if (name !== 'unknownKey') expectAgreement(Maps, { byString: make() }, 'by_string', isObject);
    for (const encode of [
      (value: unknown) => Choice.create({ pick: value as never }),
      (value: unknown) => Choice.encode({ pick: value as never }),
      (value: unknown) => Choice.toJsonBytes({ pick: value as never }),
      (value: unknown) => Scalars.create(value as never),
      (value: unknown) => Scalars.encode(value as never),
      (value: unknown) => Scalars.toJsonBytes(value as never),
    ]) {
      expect('error' in attempt(() => encode(make()))).toBe(!isObject);
    }
  });

  test.each([
    ['byInt32', ['0', '-1', '2147483647'], ['', 'a', '01', '-0', '+1', '1.5', '1e3', ' 1', '2147483648']],
    ['byFixed32', ['0', '4294967295'], ['-1', '00', '4294967296', '0x1']],
    [
      'byInt64',
      ['0', '-9223372036854775808', '123456789012345678'],
      ['a', '1n', '007', '9223372036854775808'],
    ],
    ['byUint64', ['0', '18446744073709551615'], ['-1', '1.0', '18446744073709551616']],
    ['byBool', ['true', 'false'], ['1', 'TRUE', '']],
    ['byString', ['', '__proto__', 'constructor', 'a"b'], []],
  ])('keys of %s', (name, right, wrong) => {
    const value = {
      byInt32: {},
      byFixed32: true,
      byInt64: 1.5,
      byUint64: new Uint8Array(),
      byBool: 1,
      byString: 'x',
    }[name];
    const of = (key: string): object => ({ [name]: Object.fromEntries([[key, value]]) });
    for (const key of right) {
      expectAgreement(Maps, of(key), '', true);
      const map = Object.entries(Maps.decode(Maps.encode(of(key)))).find(
        ([property]) => property === name,
      )![1] as object;
      expect(Object.keys(map)).toEqual([key]);
    }
    for (const key of wrong) {
      for (const encode of [() => Maps.encode(of(key)), () => Maps.toJsonBytes(of(key))]) {
        expect(encode).toThrow(
          `: expected a key of kind ${name.slice(2).toLowerCase().replace('fixed32', 'uint32')}, got ${JSON.stringify(key)}`,
        );
      }
    }
  });

  test('64-bit fields that are strings and numbers take what others do, and hold their own', () => {
    for (const value of [7n, 7, '7', '007']) {
      expect(
        Longs.create({ text: value, number: value, texts: [value], numbers: [value] } as object),
      ).toEqual({
        text: '7',
        number: 7,
        texts: ['7'],
        numbers: [7],
        plain: {},
      });
    }
    expect(() => Longs.create({ number: 2n ** 60n } as object)).toThrow('expected an integer within 2^53');
  });
});

describe('well-known types', () => {
  const when = new Date('2026-01-02T03:04:05.678Z');

  test('a Date is a Timestamp', () => {
    const seconds = BigInt(Math.floor(when.getTime() / 1000));
    const timestamp = { seconds, nanos: 678_000_000 };
    const init = { timestamp: when, timestamps: [when, vm.runInNewContext('new Date(0)') as Date] };
    const expected = All.create({ timestamp, timestamps: [timestamp, {}] });
    expect(All.create(init)).toEqual(expected);
    expect(All.decode(All.encode(init))).toEqual(expected);
    expect(All.fromJson(All.toJson(init, { emitDefaults: false }))).toEqual(expected);
    expect(All.toJson(init)).toMatchObject({ timestamp: '2026-01-02T03:04:05.678Z' });
  });

  test.each(
    Object.entries(values).filter(
      ([name]) => !/Date|^(?:list|Map|object|foreignObject|noPrototype|unknownKey|Decimal)/.test(name),
    ),
  )('%s is none', (_, make) => {
    for (const name of [
      'timestamp',
      'duration',
      'struct',
      'listValue',
      'value',
      'fieldMask',
      'string',
      'int64',
      'any',
      'empty',
    ]) {
      if (!(name in All.create())) continue;
      const path = name.replace(/[A-Z]/, (letter) => `_${letter.toLowerCase()}`);
      const init = { [name]: make() };
      for (const encode of [() => All.encode(init), () => All.toJsonBytes(init), () => All.create(init)]) {
        expect(encode).toThrow(EncodeError);
        expect(encode).toThrow(`: ${path}: expected `);
      }
    }
  });

  test.each([
    [{ timestamp: new Date(NaN) }, 'timestamp: expected a Date from year 1 to 9999'],
    [{ timestamp: new Date(-1e15) }, 'timestamp: expected a Date from year 1 to 9999'],
    [{ timestamp: { seconds: NaN } }, 'timestamp: expected int64, got NaN'],
    [{ timestamp: { seconds: 1n, nanos: 0.5 } }, 'timestamp: expected nanos of a Timestamp'],
    [{ duration: { seconds: 'x' } }, 'duration: expected int64, got "x"'],
    [{ duration: { nanos: NaN } }, 'duration: expected nanos of a Duration'],
    [{ nullValue: 'x' }, 'null_value: expected int32, got "x"'],
    [{ value: { kind: { case: 'nullValue', value: 'x' } } }, 'value: expected int32, got "x"'],
    [{ value: { kind: { case: 'numberValue', value: '1' } } }, 'value: expected double, got "1"'],
    [
      { value: { kind: { case: 'nope', value: 1 } } },
      'value: expected { case, value } of one of the fields of kind',
    ],
    [{ struct: { fields: [] } }, 'struct: expected a map, got [Array]'],
    [
      { struct: { fields: { a: { kind: { case: 'stringValue', value: 1 } } } } },
      'struct.a: expected string, got 1',
    ],
    [{ listValue: { values: new Set() } }, 'list_value: expected a list, got [Set]'],
    [{ any: { typeUrl: 1 } }, 'any: expected string, got 1'],
    [{ any: { value: [1] } }, 'any: expected bytes, got [Array]'],
    [{ string: { value: 1 } }, 'string: expected string, got 1'],
  ])('%o is refused', (init, why) => {
    for (const encode of [() => All.encode(init as object), () => All.toJsonBytes(init as object)]) {
      expect(encode).toThrow(`wkt.All: ${why}`);
    }
  });
});

test('JSON of a message without anything reads back as one: null is a value of google.protobuf.Value', () => {
  for (const type of [All, Maps, Choice, Optionals, Scalars, Lists] as AnyType[]) {
    expect(type.fromJson(type.toJson({}))).toEqual(type.create());
  }
  expect(All.fromJson({ value: null }).value).toEqual({ kind: { case: 'nullValue', value: 0 } });
});

describe('paths', () => {
  const wrong = { pick: { case: 'number', value: NaN } };
  test.each([
    [{ children: [{}, { children: [{}, {}, wrong] }] }, 'children[1].children[2].number'],
    [{ pick: { case: 'again', value: wrong } }, 'again.number'],
    [
      {
        pick: { case: 'name', value: 'a,"[{' },
        children: [{ pick: { case: 'name', value: '}],"' } }, wrong],
      },
      'children[1].number',
    ],
    [{ children: ['x'] }, 'children[0]'],
    [{ children: 5 }, 'children'],
    [{ pick: { case: 'again', value: { pick: 5 } } }, 'again'],
  ])('%o', (init, path) => {
    for (const encode of [
      () => Choice.encode(init as never),
      () => Choice.toJsonBytes(init as never),
      () => Choice.create(init as never),
    ]) {
      expect(encode).toThrow(
        new RegExp(`^shop\\.v1\\.Choice: ${path.replace(/[[\].]/g, '\\$&')}: expected `),
      );
    }
  });

  test('of a missing required field is that of its message', () => {
    const init = { number: 1, text: '', raw: new Uint8Array(), level: 1, big: 1n } as const;
    const nested = { ...init, level: 2, children: [{ ...init, level: 2 }, { number: 1 }] } as const;
    for (const encode of [() => Required.encode(nested), () => Required.toJsonBytes(nested)]) {
      expect(encode).toThrow('proto2.Required: children[1]: required field text is not set');
    }
  });
});

test('protobuf-es takes what we take', () => {
  // It refuses every float above the largest, where C++, Go and we round first, and bytes of another realm; for 64 bits it
  // takes whatever text BigInt takes, and numbers beyond 2^53, which may have lost their last digit.
  const other = new Set(['roundsToMaxFloat', 'foreignBytes', 'twoTo53', 'hex', 'spaces']);
  const differ: string[] = [];
  const desc = descriptor('shop.v1.Scalars');
  for (const [kind, takes] of Object.entries(kinds)) {
    if (kind === 'size') continue;
    const field = desc.fields.find(({ name }) => name === `f_${kind}`)!;
    for (const [name, make] of Object.entries(values)) {
      if (other.has(name)) continue;
      const theirs = attemptAny(() => reflect(desc).set(field, make()));
      if (takes.split(' ').includes(name) !== theirs) differ.push(`${kind} ${name}`);
    }
  }
  expect(differ).toEqual([]);
});

function attemptAny(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

test.each([
  ['f_int32', ['1', '-0', '+7', '2147483647'], ['NaN', '1.5', '1e3', '2147483648', 'x', 'true']],
  ['f_uint32', ['0', '4294967295'], ['-1', '4294967296']],
  ['f_int64', ['9223372036854775807'], ['9223372036854775808', '1n']],
  ['f_uint64', ['18446744073709551615'], ['-1']],
  ['f_bool', ['true', '0'], ['yes', '2', 'null']],
  ['f_float', ['1.5', 'NaN', '3.4028235677973362e38'], ['3.4028235677973366e38', '1e39', '0x1']],
  ['f_double', ['1.5', '-Infinity', '1e308'], ['1e309', 'Inf', '1,5']],
])('a form and JSON hold the same in %s', (key, right, wrong) => {
  const fromForm = (text: string): unknown =>
    Scalars.fromForm(parseForm(Buffer.from(`${key}=${encodeURIComponent(text)}`), undefined));
  for (const text of right) {
    const json = key === 'f_bool' ? String(text === 'true') : JSON.stringify(text.replace('+', ''));
    expect(fromForm(text)).toEqual(Scalars.fromJsonString(`{"${key}":${json}}`));
  }
  for (const text of wrong) {
    expect(() => fromForm(text)).toThrow(FormError);
    if (text !== '1e3')
      expect(() => Scalars.fromJsonString(`{"${key}":${JSON.stringify(text)}}`)).toThrow(`${key}: expected`);
  }
});
