import { BinaryWriter } from '@pipit/runtime/codec';
import { FileDescriptorSet, type FileDescriptorSetInit } from '@pipit/runtime/google/protobuf/descriptor';
import { expect, test } from 'vitest';
import { createTranscoder } from '../../src/transcode/create-transcoder.ts';
import { DescriptorError } from '@pipit/schema';
import { descriptorSet } from './descriptor-set.ts';

function refused(set: Uint8Array): string {
  try {
    createTranscoder(set);
  } catch (error) {
    expect(error).toBeInstanceOf(DescriptorError);
    return (error as DescriptorError).message;
  }
  throw new Error('the set was taken');
}

type File = NonNullable<FileDescriptorSetInit['file']>[number];
type Message = NonNullable<File['messageType']>[number];
type Field = NonNullable<Message['field']>[number];

function setOf(...file: File[]): Uint8Array {
  return FileDescriptorSet.encode({ file });
}

function fileWith(...messageType: Message[]): Uint8Array {
  return setOf({ name: 'a.proto', package: 'a', syntax: 'proto3', messageType });
}

function field(init: Field): Uint8Array {
  return fileWith({ name: 'M', field: [{ name: 'f', number: 1, label: 1, type: 5, ...init }] });
}

test.each([
  ['nothing', '', 'not a FileDescriptorSet, or one without files'],
  ['text', 'syntax = "proto3";', 'not a FileDescriptorSet'],
  ['a cut one', '\x0a\x7fabc', 'not a FileDescriptorSet: truncated'],
])('%s', (_, text, message) => {
  expect(refused(Buffer.from(text, 'latin1'))).toContain(message);
});

test('a missing import is named, with the file that wants it', () => {
  const files = {
    'hat.proto': 'syntax = "proto3"; package shop; import "color.proto"; message Hat { Color color = 1; }',
    'color.proto': 'syntax = "proto3"; package shop; message Color {}',
  };
  expect(refused(descriptorSet(files, ['hat.proto'], []))).toBe(
    'hat.proto: shop.Hat.color is of type .shop.Color, but the set lacks color.proto, which the file imports (protoc: --include_imports)',
  );
});

test('an import that is only about options, and well-known types, need not be there', () => {
  const files = {
    'hat.proto': `
      syntax = "proto3"; package shop; import "rules.proto"; import "google/protobuf/struct.proto";
      message Hat { google.protobuf.Struct any = 1 [(rule) = 1]; google.protobuf.NullValue none = 2; }
      service Hats { rpc Make(Hat) returns (Hat); }`,
    'rules.proto': `
      syntax = "proto3"; import "google/protobuf/descriptor.proto";
      extend google.protobuf.FieldOptions { int32 rule = 50001; }`,
  };
  const make = createTranscoder(descriptorSet(files, ['hat.proto'], [])).method('shop.Hats', 'Make')!;
  const hat = make.toProtobuf('json', Buffer.from('{"any":{"a":[1]}}'), undefined);
  expect(Buffer.from(make.toHttp('json', hat).body).toString()).toBe('{"any":{"a":[1]},"none":null}');
});

test('two sets, one behind the other, that import the same', () => {
  const color = 'syntax = "proto3"; package shop; message Color {}';
  const using = (name: string): Record<string, string> => ({
    'color.proto': color,
    [`${name}.proto`]: `syntax = "proto3"; package shop; import "color.proto"; service ${name} { rpc Get(Color) returns (Color); }`,
  });
  const both = createTranscoder(Buffer.concat([descriptorSet(using('Hats')), descriptorSet(using('Shoes'))]));
  expect(both.method('shop.Hats', 'Get')).toBeDefined();
  expect(both.method('shop.Shoes', 'Get')).toBeDefined();
});

test.each([
  [
    'a type declared twice',
    setOf({ name: 'a', messageType: [{ name: 'M' }] }, { name: 'b', messageType: [{ name: 'M' }] }),
    'M is declared twice, in a and b',
  ],
  ['a name that is none', fileWith({ name: '' }), 'a.proto: "" in a is not a valid name'],
  [
    'an enum value that would break JSON',
    setOf({ name: 'a', enumType: [{ name: 'E', value: [{ name: '"', number: 0 }] }] }),
    'is not a valid name',
  ],
  ['a package that is none', setOf({ name: 'a', package: 'a..b' }), 'a: a..b is not a valid package name'],
  ['number 0', field({ number: 0 }), 'a.proto: a.M.f has the number 0'],
  ['a type that does not exist', field({ type: 99 as never }), 'has the type 99, which does not exist'],
  ['a oneof that is not there', field({ oneofIndex: 3 }), 'is in oneof 3, which is not there'],
  ['a type no file declares', field({ type: 11, typeName: '.a.No' }), 'no file of the set declares it'],
  ['a relative type', field({ type: 11, typeName: 'M' }), 'is of type M'],
  [
    'a map without a value',
    fileWith({
      name: 'M',
      field: [{ name: 'f', number: 1, label: 3, type: 11, typeName: '.a.M.E' }],
      nestedType: [{ name: 'E', options: { mapEntry: true }, field: [] }],
    }),
    'lacks its key or its value',
  ],
  [
    'a method of no message',
    setOf({
      name: 'a',
      service: [{ name: 'S', method: [{ name: 'F', inputType: '.X', outputType: '.X' }] }],
    }),
    'a: S.F is of type .X',
  ],
])('%s', (_, set, message) => {
  expect(refused(set)).toContain(message);
});

/** A record of a field with a length in front. */
function record(number: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const w = new BinaryWriter();
  w.bytes((number << 3) | 2, Buffer.concat(parts));
  return w.finish().slice();
}

const NAME = record(1, Buffer.from('x'));

test.each([
  ['too many bytes', () => record(1, Buffer.alloc(5 * 1024 * 1024)), /more than 4194304/],
  ['very many files', () => Buffer.alloc(4 * 1024 * 1024, '\x0a\x00', 'latin1'), /more than 100000/],
  [
    'very many messages',
    () => record(1, NAME, Buffer.alloc(2_000_000, '\x22\x00', 'latin1')),
    /more than 100000/,
  ],
  [
    'very many fields',
    () => record(1, NAME, record(4, NAME, Buffer.alloc(20_000, '\x12\x00', 'latin1'))),
    /10000 fields, more than 5000/,
  ],
  [
    'very deep messages',
    () => {
      let message = record(3, NAME);
      for (let i = 0; i < 200; i++) message = record(3, NAME, message);
      return record(1, NAME, record(4, NAME, message));
    },
    /deeper than 100/,
  ],
  [
    'names that grow with every level',
    () => {
      const name = record(1, Buffer.alloc(500, 'x'));
      return record(1, NAME, record(4, name, record(3, name, record(3, name))));
    },
    /more than 1000 characters/,
  ],
])('%s', (_, bomb, message) => {
  expect(refused(bomb())).toMatch(message);
});

test('comments and options that nobody reads cost nothing', () => {
  const file = Buffer.concat([NAME, record(9, Buffer.alloc(3_000_000, '\x0a\x00', 'latin1'))]);
  expect(createTranscoder(record(1, file)).method('x', 'x')).toBeUndefined();
});
