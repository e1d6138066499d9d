import { fileURLToPath } from 'node:url';
import { fromJsonString } from '@bufbuild/protobuf';
import { dynamicTypes } from '@pipit/runtime/dynamic';
import { readDescriptorSet } from '@pipit/schema';
import { expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import { Lists, Maps, Optionals, Scalars } from '../gen/shop/v1/scalars.pb.ts';
import type { AnyType } from './agreement.ts';
import { descriptor, descriptorSetOf } from './protobuf-es.ts';

// The other half of the table of valid values (values.test.ts): what callers send to each kind of field, in JSON and in
// forms, read by generated code and by codecs made of a schema. What is read goes out again in binary and in JSON.

const texts =
  '0 1 -1 2147483647 -2147483648 2147483648 4294967295 4294967296 9007199254740993 9223372036854775807 ' +
  '-9223372036854775808 9223372036854775808 18446744073709551615 18446744073709551616 1.5 1e2 1.0 -0 0.1 1e-1 ' +
  '3.4028235677973362e38 3.4028235677973366e38 1e309 NaN Infinity -Infinity true false COLOR_RED NO_COLOR x +1 01 0x10 ' +
  'null aGk= aGk _-8= /+8 a a=b';
const words = [...texts.split(' '), '', ' 1'];
const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[-+]?\d+)?$/;
const numbers = words.filter((text) => isNumber.test(text));
const others = ['true', 'false', '{}', '[]', '[1]', '{"nope":1}', '[null]', '{"width":"1"}', '"\\ud800"'];

/** Every JSON value: each word in quotes, those that are numbers without too, and what is neither. */
const values = [...words.map((text) => JSON.stringify(text)), ...numbers, ...others];

/** Numbers as words, which JSON may put in quotes. */
const int32 = '0 1 -1 2147483647 -2147483648 1e2 1.0 -0';
const uint32 = '0 1 2147483647 2147483648 4294967295 1e2 1.0 -0';
const int64 = `${int32} 2147483648 4294967295 4294967296 9007199254740993 9223372036854775807 -9223372036854775808`;
const uint64 = `${uint32} 4294967296 9007199254740993 9223372036854775807 9223372036854775808 18446744073709551615`;
const finite = numbers.filter((text) => text !== '1e309').join(' ');
const double = `${finite} NaN Infinity -Infinity`;
const float = double.replace('3.4028235677973366e38 ', '');

/** Whether a text is base64, with or without its end. */
const isBase64 = (text: string): boolean =>
  /^[\w+/-]*={0,2}$/.test(text) &&
  text.replace(/=+$/, '').length % 4 !== 1 &&
  (!text.endsWith('=') || text.length % 4 === 0);

/** What each kind takes in JSON: numbers, in quotes and without, and what stands there as it is. All else is refused. */
const kinds: Readonly<Record<string, readonly [numbers: string, rest?: readonly string[]]>> = {
  double: [double],
  float: [float],
  int32: [int32],
  int64: [int64],
  uint32: [uint32],
  uint64: [uint64],
  sint32: [int32],
  sint64: [int64],
  fixed32: [uint32],
  fixed64: [uint64],
  sfixed32: [int32],
  sfixed64: [int64],
  bool: ['', ['true', 'false']],
  string: ['', words.map((text) => JSON.stringify(text))],
  bytes: ['', words.filter(isBase64).map((text) => JSON.stringify(text))],
  // A name that it does not have is one of a newer peer.
  color: ['', [...int32.split(' '), ...words.map((text) => JSON.stringify(text))]],
  size: ['', ['{}', '{"nope":1}', '{"width":"1"}']],
};

const rows = Object.entries(kinds).map(([kind, [listed, rest = []]]): [string, ReadonlySet<string>] => {
  const own = listed.split(' ').filter((text) => text !== '');
  return [
    kind,
    new Set([
      ...own.map((text) => JSON.stringify(text)),
      ...own.filter((text) => isNumber.test(text)),
      ...rest,
    ]),
  ];
});

const withoutCode = dynamicTypes(
  readDescriptorSet(descriptorSetOf(fileURLToPath(new URL('../proto/', import.meta.url)))),
);

/** The bytes of what is read, or the error's text; the same from codecs made of a schema. */
function read(type: AnyType, run: (type: AnyType) => unknown): Uint8Array | string {
  const outcome = (of: AnyType): Uint8Array | string => {
    let message: unknown;
    try {
      message = run(of);
    } catch (error) {
      const { argument, message: text } = error as Error & { argument?: string };
      return argument === undefined ? text : `${argument}: ${text}`;
    }
    return of.encode(message);
  };
  const generated = outcome(type);
  expect(outcome(withoutCode.message(type.typeName) as AnyType)).toEqual(generated);
  return generated;
}

const fromJson =
  (json: string) =>
  (type: AnyType): unknown =>
    type.fromJsonString(json);

test.each(rows)('JSON of %s', (kind, takes) => {
  const key = `f_${kind}`;
  for (const value of values) {
    const single = read(Scalars, fromJson(`{"${key}":${value}}`));
    const listed = read(Lists, fromJson(`{"${key}":[${value}]}`));
    if (!takes.has(value)) {
      expect(single, value).toMatch(new RegExp(`^${key}: `));
      expect(listed, value).toMatch(new RegExp(`^${key}\\[0\\]: `));
      continue;
    }
    expect(listed, value).toBeInstanceOf(Uint8Array);
    const one = Scalars.fromJsonString(`{"${key}":${value}}`);
    // What was read can be written, and is the same in binary and JSON.
    expect(single, value).toEqual(Scalars.encode(one));
    expect(Scalars.decode(single as Uint8Array), value).toEqual(one);
    expect(Scalars.fromJsonBytes(Scalars.toJsonBytes(one)), value).toEqual(one);
    expect(Scalars.create(one), value).toEqual(one);
    const [element] = Object.values(Lists.decode(listed as Uint8Array)).flat() as unknown[];
    if (element !== undefined) expect(Object.values(one), value).toContainEqual(element);
  }
});

test.each(rows)('null as %s', (kind) => {
  const key = `f_${kind}`;
  expect(read(Scalars, fromJson(`{"${key}":null}`))).toHaveLength(0);
  expect(read(Optionals, fromJson(`{"${key}":null}`))).toHaveLength(0);
  expect(read(Lists, fromJson(`{"${key}":null}`))).toHaveLength(0);
  expect(read(Lists, fromJson(`{"${key}":[null]}`))).toMatch(`${key}[0]: expected `);
});

test.each(rows)('forms of %s', (kind, takes) => {
  const key = `f_${kind}`;
  for (const text of words) {
    const body = Buffer.from(`${key}=${encodeURIComponent(text)}`);
    const ofForm = read(Scalars, (type) => type.fromForm(parseForm(body, undefined)));
    const json = kind === 'bool' ? text : JSON.stringify(text);
    let isTaken = takes.has(json);
    if (['bytes', 'color', 'size'].includes(kind)) isTaken = false;
    // An integer has digits only in a form, and may have a sign and zeros in front of them.
    else if (/int|fixed/.test(kind)) isTaken = isTaken ? !/[.e]/.test(text) : ['+1', '01', ''].includes(text);
    else if (kind === 'bool') isTaken ||= ['0', '1', ''].includes(text);
    else if (kind !== 'string') isTaken ||= ['+1', '01', ''].includes(text);
    if (!isTaken) expect(ofForm, text).toMatch(new RegExp(`^${key}: `));
    else if (takes.has(json)) expect(ofForm, text).toEqual(read(Scalars, fromJson(`{"${key}":${json}}`)));
    // A blank is not sent.
    else expect((ofForm as Uint8Array).length > 0, text).toBe(text.includes('1'));
  }
});

test.each([
  ['by_int32', int32, '{}'],
  ['by_fixed32', uint32, 'true'],
  ['by_int64', int64, '1.5'],
  ['by_uint64', uint64, '"aGk="'],
  ['by_bool', 'true false', '"COLOR_RED"'],
])('keys of %s', (field, takes, value) => {
  for (const key of words) {
    const json = `{"${field}":{${JSON.stringify(key)}:${value}}}`;
    const bytes = read(Maps, fromJson(json));
    if (!takes.split(' ').includes(key)) {
      expect(bytes, key).toMatch(new RegExp(`^${field}`));
      continue;
    }
    const map = Maps.decode(bytes as Uint8Array);
    expect(Maps.fromJson(Maps.toJson(map)), key).toEqual(map);
    const [written = ''] = Object.keys(Object.values(map).find((entries) => Object.keys(entries).length > 0));
    expect(written, key).toBe(
      field === 'by_bool' ? key : String(BigInt(/[.e]/.test(key) ? Number(key) : key)),
    );
  }
});

test.each(rows)('protobuf-es takes what we take in %s', (kind, takes) => {
  const desc = descriptor('shop.v1.Scalars');
  const differ = values.filter((value) => {
    let theirs = true;
    try {
      fromJsonString(desc, `{"f_${kind}":${value}}`, { ignoreUnknownFields: true });
    } catch {
      theirs = false;
    }
    return theirs !== takes.has(value);
  });
  // It takes whatever text Number or BigInt takes; for 64 bits no exponent, and a number without quotes only after that
  // has lost its last digits. Half a surrogate pair it takes for a name of an enum's value.
  const known = kind.includes('64')
    ? ['"1e2"', '"1.0"', '" 1"', /u|^fixed/.test(kind) ? '18446744073709551615' : '9223372036854775807']
    : [];
  const expected = /int|fixed|float|double/.test(kind)
    ? [...known, '"+1"', '"01"', '"0x10"']
    : kind === 'color'
      ? ['"\\ud800"']
      : [];
  expect(differ.sort()).toEqual(expected.sort());
});
