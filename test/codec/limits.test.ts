import { fileURLToPath } from 'node:url';
import { createRegistry, DecodeError, MessageLimitError } from '@pipit/runtime/codec';
import { dynamicTypes } from '@pipit/runtime/dynamic';
import { readDescriptorSet } from '@pipit/schema';
import { expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import * as ext from '../gen/proto2/extensions.pb.ts';
import { Groups } from '../gen/proto2/types.pb.ts';
import { Choice, Lists, Maps } from '../gen/shop/v1/scalars.pb.ts';
import { All } from '../gen/wkt/all.pb.ts';
import type { AnyType } from './agreement.ts';
import { descriptorSetOf } from './protobuf-es.ts';

const registry = createRegistry(All, ext.Extendable, ext.nested);
const withoutCode = dynamicTypes(
  readDescriptorSet(descriptorSetOf(fileURLToPath(new URL('../proto/', import.meta.url)))),
);
const unhex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

const list = (name: string, items: readonly string[]): string => `{"${name}":[${items.join(',')}]}`;
const map = (name: string, items: readonly string[]): string => `{"${name}":{${items.join(',')}}}`;

/** One item of a list or a map, twelve of which are sent. */
interface Case {
  readonly type: AnyType;
  readonly hex: string;
  readonly json: (items: readonly string[]) => string;
  readonly item: string | ((index: number) => string);
  /** The messages and map entries that it is. */
  readonly counts: number;
}

const cases: Readonly<Record<string, Case>> = {
  messages: { type: Choice, hex: '4a00', json: (items) => list('children', items), item: '{}', counts: 1 },
  groups: {
    type: Groups,
    hex: 'fbffffff0f fcffffff0f',
    json: (items) => list('many', items),
    item: '{}',
    counts: 1,
  },
  'entries of a map': {
    type: Maps,
    hex: '0a00',
    json: (items) => map('by_string', items),
    item: (index) => `"${index}":""`,
    counts: 1,
  },
  'messages in a map': {
    type: Maps,
    hex: '1204 0801 1200',
    json: (items) => map('by_int32', items),
    item: (index) => `"${index}":{}`,
    counts: 2,
  },
  bytes: { type: Lists, hex: '7a00', json: (items) => list('f_bytes', items), item: '""', counts: 1 },
  wrappers: { type: All, hex: 'b20100', json: (items) => list('int64s', items), item: '0', counts: 1 },
  timestamps: {
    type: All,
    hex: '9a0100',
    json: (items) => list('timestamps', items),
    item: '"1970-01-01T00:00:00Z"',
    counts: 1,
  },
  durations: {
    type: All,
    hex: 'a20104 0a00 1200',
    json: (items) => map('durations', items),
    item: (index) => `"${index}":"0s"`,
    counts: 2,
  },
  values: { type: All, hex: 'aa0102 0800', json: (items) => list('values', items), item: 'null', counts: 1 },
  'lists of values': {
    type: All,
    hex: 'aa0102 3200',
    json: (items) => list('values', items),
    item: '[]',
    counts: 2,
  },
  structs: {
    type: All,
    hex: 'aa010b 2a09 0a07 0a0161 12020800',
    json: (items) => list('values', items),
    item: '{"a":null}',
    counts: 4,
  },
  'Anys that hold nothing': {
    type: All,
    hex: 'ba0100',
    json: (items) => list('anys', items),
    item: '{}',
    counts: 1,
  },
};

test.each(Object.entries(cases))('%s', (_, { type, hex, json, item, counts }) => {
  const binary = unhex(hex.repeat(12));
  const text = json(
    Array.from({ length: 12 }, (_item, index) => (typeof item === 'string' ? item : item(index))),
  );
  const total = 12 * counts;
  for (const each of [type, withoutCode.message(type.typeName) as AnyType]) {
    each.decode(binary, { messageLimit: total });
    each.fromJsonString(text, { messageLimit: total });
    expect(() => each.decode(binary, { messageLimit: total - 1 })).toThrow(MessageLimitError);
    expect(() => each.fromJsonString(text, { messageLimit: total - 1 })).toThrow(MessageLimitError);
  }
});

test('the error names where and how many, and is a DecodeError', () => {
  const json = '{"again":{"children":[{},{},{}]}}';
  expect(() => Choice.fromJsonString(json, { messageLimit: 3 })).toThrow(
    'again.children[2]: more than 3 messages and map entries in all; messageLimit allows more',
  );
  expect(() => Maps.fromJsonString('{"by_string":{"a":"","b":""}}', { messageLimit: 1 })).toThrow(
    /^by_string\.b: more than 1 /,
  );
  const read = (): unknown => Choice.decode(unhex('3206 4a00 4a00 4a00'), { messageLimit: 3 });
  expect(read).toThrow('byte 8: more than 3 messages and map entries in all; messageLimit allows more');
  expect(read).toThrow(DecodeError);
});

test('262,144 is the default', () => {
  const items = (count: number): Buffer => Buffer.alloc(2 * count, unhex('4a00'));
  expect(Choice.decode(items(262_144)).children).toHaveLength(262_144);
  expect(() => Choice.decode(items(262_145))).toThrow(/more than 262144 messages/);
  const json = (count: number): string => list('children', Array<string>(count).fill('{}'));
  expect(Choice.fromJsonString(json(262_144)).children).toHaveLength(262_144);
  expect(() => Choice.fromJsonString(json(262_145))).toThrow(/more than 262144 messages/);
  expect(Choice.decode(items(262_145), { messageLimit: Infinity }).children).toHaveLength(262_145);
});

test('each input is counted anew, after one that was refused too', () => {
  const bytes = unhex('4a00 4a00');
  for (let i = 0; i < 3; i++) {
    expect(() => Choice.decode(bytes, { messageLimit: 1 })).toThrow(MessageLimitError);
    Choice.decode(bytes, { messageLimit: 2 });
  }
});

test('what is skipped is not counted, and what is only looked at is counted once', () => {
  const limit = { messageLimit: 0 };
  expect(Choice.fromJsonString('{"x":[{},{"y":{}}],"again":null}', limit)).toEqual(Choice.create());
  expect(Choice.decode(unhex('a306a406'), limit).$unknown).toHaveLength(1);
  expect(Maps.fromJsonString('{"by_string":{},"by_int32":{}}', limit)).toEqual(Maps.create());
  // An Any, the message in it, and what that holds.
  const any = '{"any":{"values":[null],"@type":"x/wkt.All"}}';
  All.fromJsonString(any, { registry, messageLimit: 3 });
  expect(() => All.fromJsonString(any, { registry, messageLimit: 2 })).toThrow(MessageLimitError);
  const nested = '{"[proto2.nested]":{"[proto2.nested]":{}}}';
  ext.Extendable.fromJsonString(nested, { registry, messageLimit: 2 });
  expect(() => ext.Extendable.fromJsonString(nested, { registry, messageLimit: 1 })).toThrow(
    /^\[proto2\.nested\]\.\[proto2\.nested\]: more than 1 /,
  );
});

test('a form holds no messages but its own, however many elements it lists', () => {
  const form = parseForm(Buffer.from(`f_int32=${Array(300_000).fill('1').join(',')}`), undefined);
  expect(Lists.fromForm(form).fInt32).toHaveLength(300_000);
});

test('unknown fields of a message and of one inside it, in turn, count as messages: they are kept apart', () => {
  const turns = (count: number): Buffer => Buffer.alloc(8 * count, unhex('f80701 3203f80701'));
  expect(() => Choice.decode(turns(10), { messageLimit: 20 })).toThrow(MessageLimitError);
  const message = Choice.decode(turns(10), { messageLimit: 40 });
  expect(Choice.encode(message)).toHaveLength(62);
});
