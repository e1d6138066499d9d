import { describe, expect, test } from 'vitest';
import { DescriptorError, type FileDescriptor, readDescriptorSet, readFileDescriptor } from '../src/index.ts';

/** A field with a length in front: `tag` is field number << 3 | 2. */
function field(tag: number, ...content: readonly (string | readonly number[])[]): number[] {
  const bytes = content.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [tag, bytes.length, ...bytes];
}

const NAME = 0x0a;
const PACKAGE = 0x12;
const ENUM = 0x2a;
const ENUM_VALUE = 0x12;
const OPTIONS = 0x42;

const read = (...bytes: readonly number[]): FileDescriptor => readFileDescriptor(Uint8Array.from(bytes));

describe('a FileDescriptorProto', () => {
  test('has its defaults where nothing is sent', () => {
    expect(read()).toMatchObject({ name: '', package: '', syntax: '', messages: [], services: [] });
  });

  test('is read with negative numbers and text beyond ASCII', () => {
    const value = field(
      ENUM_VALUE,
      field(NAME, 'BELOW'),
      [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    );
    expect(read(...field(NAME, 'größe.proto'), ...field(ENUM, field(NAME, 'E'), value))).toMatchObject({
      name: 'größe.proto',
      enums: [{ name: 'E', values: [{ name: 'BELOW', number: -1 }] }],
    });
  });

  test('may hold unknown fields of any wire type, groups in groups too', () => {
    const unknown = [
      [0x80, 0x10, 0x96, 0x01],
      [0x81, 0x10, 1, 2, 3, 4, 5, 6, 7, 8],
      [0x82, 0x10, 0x01, 0x61],
      [0x83, 0x10, 0x08, 0x01, 0x0b, 0x0c, 0x84, 0x10],
      [0x85, 0x10, 1, 2, 3, 4],
    ].flat();
    const file = read(...unknown, ...field(PACKAGE, 'a'), ...field(OPTIONS, unknown, [0xb8, 0x01, 1]));
    expect(file).toMatchObject({ package: 'a', options: { deprecated: true } });
    expect([...file.options.bytes]).toEqual([...unknown, 0xb8, 0x01, 1]);
  });

  test.each([
    ['cut off in a length', [PACKAGE], /truncated/],
    ['cut off in a text', [PACKAGE, 5, 0x61], /truncated/],
    [
      'a field longer than its message',
      field(ENUM, [NAME, 9, 0x61]).concat(Array.from({ length: 9 }, () => 0)),
      /truncated/,
    ],
    [
      'a number without an end',
      [0x80, 0x10, ...Array.from({ length: 11 }, () => 0xff)],
      /longer than 10 bytes/,
    ],
    ['a number where text belongs', [0x10, 0x01], /wire type 0 of field 2/],
    ['a group where text belongs', [0x13], /wire type 3 of field 2/],
    ['a group without an end', [0x83, 0x10], /truncated/],
    ['a group with the end of another', [0x83, 0x10, 0x8c, 0x10], /end of a group that was not started/],
    ['the end of a group', [0x84, 0x10], /wire type 4/],
    [
      'groups without end in groups',
      Array.from({ length: 101 }, () => [0x83, 0x01]).flat(),
      /deeper than 100/,
    ],
  ])('is refused: %s', (_, bytes, message) => {
    expect(() => read(...bytes)).toThrow(message);
    expect(() => read(...bytes)).toThrow(DescriptorError);
    expect(() => read(...bytes)).toThrow(/^not a FileDescriptorProto: /);
  });
});

test('a set without files is refused with the command that makes one', () => {
  expect(() => readDescriptorSet(new Uint8Array())).toThrow(
    'not a FileDescriptorSet, or one without files; protoc --include_imports --descriptor_set_out=FILE writes one',
  );
});
