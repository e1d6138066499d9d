// First, for it counts only what is loaded after it.
import { workOf } from './work.ts';
import { createRegistry } from '@pipit/runtime/codec';
import { ListValue, Struct } from '@pipit/runtime/google/protobuf/struct';
import { expect, test } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import * as ext from '../gen/proto2/extensions.pb.ts';
import { Groups } from '../gen/proto2/types.pb.ts';
import { Choice, Lists, Maps, Scalars } from '../gen/shop/v1/scalars.pb.ts';
import { All } from '../gen/wkt/all.pb.ts';

// Twice the input is twice the work, in every codec and for every look-ahead: whoever sends megabytes gets no minutes.

const registry = createRegistry(All, Choice, ext.Extendable, ext.nested, ext.number$, ext.plainList);
const options = { registry, messageLimit: Infinity };
const unhex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const list = (length: number, item: string): string => Array(length).fill(item).join(',');
const bytes = (times: number, hex: string): Buffer => {
  const one = unhex(hex);
  return Buffer.alloc(times * one.length, one);
};

const any = (members: string): string => `"@type":"type.googleapis.com/wkt.All"${members}`;

/** Wraps `inner` so many times. */
function wrapped(depth: number, inner: string, wrap: (inner: string) => string): string {
  let text = inner;
  for (let i = 0; i < depth; i++) text = wrap(text);
  return text;
}

/** A message with its length in front. */
function delimited(tag: string, content: Uint8Array): Buffer {
  const length: number[] = [];
  for (let rest = content.length; ; rest >>>= 7) {
    if (rest < 0x80) {
      length.push(rest);
      break;
    }
    length.push((rest & 0x7f) | 0x80);
  }
  return Buffer.concat([unhex(tag), Buffer.from(length), content]);
}

function nestedBytes(depth: number, tag: string, content: Buffer): Buffer {
  let all = content;
  for (let i = 0; i < depth; i++) all = delimited(tag, Buffer.concat([all, content]));
  return all;
}

const numbers = list(200, '1');

test.each<[string, from: number, read: (n: number) => unknown]>([
  ['binary: messages', 2_000, (n) => Choice.decode(bytes(n, '4a00'))],
  ['binary: entries of a map', 2_000, (n) => Maps.decode(bytes(n, '0a00'))],
  ['binary: a packed list', 2_000, (n) => Lists.decode(delimited('1a', bytes(n, '01')))],
  ['binary: a list of bytes', 2_000, (n) => Lists.decode(bytes(n, '7a00'))],
  ['binary: unknown fields', 2_000, (n) => Scalars.decode(bytes(n, 'f80701'))],
  [
    'binary: unknown fields of two messages in turn',
    2_000,
    (n) => Choice.decode(bytes(n, 'f80701 3203 f80701')),
  ],
  ['binary: unknown groups', 20, (n) => Scalars.decode(bytes(50, `${'a303'.repeat(n)}${'a403'.repeat(n)}`))],
  ['binary: groups', 500, (n) => Groups.decode(bytes(n, '1b1c'))],
  ['binary: nested messages', 20, (n) => Choice.decode(nestedBytes(n, '32', bytes(100, '4a00')))],
  ['binary: pieces of one message', 2_000, (n) => Choice.decode(bytes(n, '3200'))],
  ['JSON: messages', 2_000, (n) => Choice.fromJsonString(`{"children":[${list(n, '{}')}]}`, options)],
  ['JSON: entries of a map', 2_000, (n) => Maps.fromJsonString(`{"by_string":{${list(n, '"a":""')}}}`)],
  ['JSON: values', 2_000, (n) => ListValue.fromJsonString(`[${list(n, '[0,null]')}]`, options)],
  ['JSON: unknown fields', 2_000, (n) => Choice.fromJsonString(`{${list(n, '"x":[{"y":1}]')}}`)],
  [
    'JSON: unknown fields, nested',
    20,
    (n) => Choice.fromJsonString(wrapped(n, '{}', (x) => `{"x":[${numbers}],"y":${x}}`)),
  ],
  [
    'JSON: objects, nested',
    20,
    (n) => Struct.fromJsonString(wrapped(n, '{}', (x) => `{"x":[${numbers}],"y":${x}}`)),
  ],
  [
    'JSON: strict',
    2_000,
    (n) =>
      Maps.fromJsonString(`{"by_string":{${Array.from({ length: n }, (_, i) => `"${i}":""`).join(',')}}}`, {
        strict: true,
      }),
  ],
  [
    'JSON: nested Anys, the type in front',
    20,
    (n) =>
      All.fromJsonString(
        `{"any":${wrapped(n, `{${any('')}}`, (x) => `{${any(`,"x":[${numbers}],"any":${x}`)}}`)}}`,
        options,
      ),
  ],
  [
    'JSON: nested Anys, the type at the end',
    20,
    (n) =>
      All.fromJsonString(
        `{"any":${wrapped(n, `{${any('')}}`, (x) => `{"x":[${numbers}],"any":${x},${any('')}}`)}}`,
        options,
      ),
  ],
  [
    'JSON: nested Anys, under strict',
    20,
    (n) =>
      All.fromJsonString(
        `{"any":${wrapped(n, `{${any('')}}`, (x) => `{"values":[${numbers}],"any":${x},${any('')}}`)}}`,
        { ...options, strict: true },
      ),
  ],
  [
    'JSON: Anys beside each other',
    1_000,
    (n) => All.fromJsonString(`{"anys":[${list(n, `{"string":"",${any('')}}`)}]}`, options),
  ],
  [
    'JSON: nested extensions',
    20,
    (n) =>
      ext.Extendable.fromJsonString(
        wrapped(n, '{}', (x) => `{"x":[${numbers}],"[proto2.nested]":${x}}`),
        options,
      ),
  ],
  [
    'JSON: extensions in turn',
    500,
    (n) =>
      ext.Extendable.fromJsonString(
        `{"[proto2.plain_list]":[${list(n, '1')}],${list(n, '"[proto2.number]":1,"x":1')}}`,
        options,
      ),
  ],
  [
    'JSON out: extensions',
    500,
    (n) => ext.Extendable.toJsonString(ext.Extendable.decode(bytes(n, 'c80601 b00601')), options),
  ],
  ['JSON out: nested Anys', 20, (n) => All.toJsonString(All.decode(nestedAny(n)), options)],
  [
    'form: a list',
    2_000,
    (n) => Lists.fromForm(parseForm(Buffer.from(`f_int64=${list(n, '1')}`), undefined)),
  ],
  [
    'form: keys',
    125,
    (n) =>
      Lists.fromForm(
        parseForm(
          Buffer.from(Array.from({ length: n }, (_, i) => `f_int32[${n - i}]=1&f_string=a`).join('&')),
          undefined,
        ),
      ),
  ],
  ['form: parts', 100, (n) => readParts(n, 'Content-Disposition: form-data; name="f_string"')],
  [
    'form: parameters of a part',
    100,
    (n) => readParts(1, `Content-Disposition: form-data; name="f_string"${'; a="b"'.repeat(n)}`),
  ],
  ['form: what is nearly a boundary', 100, (n) => readParts(1, partHead, '\r\n--'.repeat(n))],
])('%s', (_, from, read) => {
  // The first time some things are made that stay.
  read(from);
  const work = (n: number): number => workOf(() => read(n));
  const [one, two, four] = [work(from), work(2 * from), work(4 * from)];
  expect(two / one).toBeLessThan(2.2);
  expect(four / two).toBeLessThan(2.2);
  expect(four).toBeGreaterThan(one);
});

const partHead = 'Content-Disposition: form-data; name="f_string"';

function readParts(n: number, head: string, content = 'a'): unknown {
  const parts = `--x\r\n${head}\r\n\r\n${content}\r\n`.repeat(n);
  return Lists.fromForm(
    parseForm(Buffer.from(`${parts}--x--`), undefined, 'multipart/form-data; boundary=x'),
  );
}

function nestedAny(depth: number): Buffer {
  const url = delimited('0a', Buffer.from('x/wkt.All'));
  let all: Buffer = Buffer.alloc(0);
  for (let i = 0; i < depth; i++) {
    const content = Buffer.concat([all, bytes(100, 'b20100')]);
    all = delimited('42', Buffer.concat([url, delimited('12', content)]));
  }
  return all;
}
