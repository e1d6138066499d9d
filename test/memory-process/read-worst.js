// Reads 4 MiB of one kind of input in a process with little memory: `node --max-old-space-size=256 read-worst.js <kind>`.
// Says what came of it. First: `node read-worst.js compile`.
import { createRegistry, DecodeError, FormError } from '@pipit/runtime/codec';
import { FileDescriptorSet, DescriptorProto } from '@pipit/runtime/google/protobuf/descriptor';
import { ListValue, Struct } from '@pipit/runtime/google/protobuf/struct';
import { parseForm } from '../../packages/runtime/dist/form/parse-form.js';
import { BodyCollector } from '../../packages/runtime/dist/server/body-collector.js';
import { compiledTypes, compileGenerated } from '../tools/compiled-types.js';

const kind = process.argv[2];
if (kind === 'compile') {
  compileGenerated('memory');
  process.exit();
}

const SIZE = 4 * 1024 * 1024;

const types = await compiledTypes('memory');
const typeOf = (name) => types.find(({ typeName }) => typeName === name);
const Lists = typeOf('shop.v1.Lists');
const Choice = typeOf('shop.v1.Choice');
const All = typeOf('wkt.All');
const registry = createRegistry(...types);

const unhex = (text) => Buffer.from(text.replaceAll(' ', ''), 'hex');
/** Only whole ones. */
const bytes = (hex) => {
  const one = unhex(hex);
  return Buffer.alloc(SIZE - (SIZE % one.length), one);
};
/** A packed list in a field of number 4. */
const packed = (hex) => Buffer.concat([unhex('22 fbffff01'), bytes(hex).subarray(0, SIZE - 5)]);
const text = (start, item, end) => {
  const items = [];
  for (let size = start.length + end.length; size < SIZE - 20; size += items.at(-1).length + 1)
    items.push(item(items.length));
  return Buffer.from(`${start}${items.join(',')}${end}`);
};
const key = (index) => index.toString(36);

function nestedAny(depth) {
  const type = '"@type":"x/wkt.All"';
  let json = `{"values":[${'1,'.repeat(SIZE / 2 - 10_000)}1],${type}}`;
  for (let i = 0; i < depth; i++) json = `{"any":${json},${type}}`;
  return Buffer.from(`{"any":${json}}`);
}

const kinds = {
  'binary: messages': () => FileDescriptorSet.decode(bytes('0a00')),
  'binary: nested messages': () => DescriptorProto.decode(bytes('1a02 1a00')),
  'binary: messages with unknown fields': () => FileDescriptorSet.decode(bytes('0a03 f80701')),
  'binary: unknown fields of two messages in turn': () => Choice.decode(bytes('f80701 3203 f80701')),
  'binary: values': () => ListValue.decode(bytes('0a00')),
  'binary: bytes': () => Lists.decode(bytes('7a00')),
  'binary: 64-bit integers': () => Lists.decode(packed('01')),
  'binary: strings': () => Lists.decode(bytes('7200')),
  'JSON: messages': () => Choice.fromJsonBytes(text('{"children":[', () => '{}', ']}')),
  'JSON: values': () => ListValue.fromJsonBytes(text('[', () => '0', ']')),
  'JSON: lists': () => ListValue.fromJsonBytes(text('[', () => '[]', ']')),
  'JSON: objects': () => Struct.fromJsonBytes(text('{', (i) => `"${key(i)}":{}`, '}')),
  'JSON: bytes': () => Lists.fromJsonBytes(text('{"f_bytes":[', () => '""', ']}')),
  'JSON: keys under strict': () =>
    Choice.fromJsonBytes(
      text('{', (i) => `"x${key(i)}":0`, '}'),
      { strict: true },
    ),
  'JSON: unknown keys': () => Choice.fromJsonBytes(text('{', (i) => `"x${key(i)}":0`, '}')),
  'JSON: Anys': () =>
    All.fromJsonBytes(
      text('{"anys":[', () => '{"@type":"x/wkt.All"}', ']}'),
      { registry },
    ),
  'JSON: nested Anys': () => All.fromJsonBytes(nestedAny(40), { registry }),
  'form: numbers': () =>
    Lists.fromForm(
      parseForm(
        text('f_int64=', () => '1', ''),
        undefined,
      ),
    ),
  'form: strings': () =>
    Lists.fromForm(
      parseForm(
        text('f_string=', () => '', ''),
        undefined,
      ),
    ),
  'a body: pieces of one byte': () => {
    let body;
    const collector = new BodyCollector(SIZE, (whole) => (body = whole), fail);
    const sent = bytes('00');
    for (let i = 0; i < SIZE; i++) collector.add(sent.subarray(i, i + 1));
    collector.end();
    return body;
  },
};

function fail(error) {
  throw error;
}

let outcome = 'read';
// It is held until all is measured, as a handler would.
let message;
try {
  message = kinds[kind]();
} catch (error) {
  if (!(error instanceof DecodeError || error instanceof FormError)) throw error;
  outcome = error.message;
}
console.log(message === undefined ? outcome : 'read');
