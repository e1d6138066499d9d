import { describe, expect, test } from 'vitest';
import { decodeRequest } from '../src/request.ts';

/** A field with a length in front: `tag` is field number << 3 | 2. */
function field(tag: number, ...content: readonly (string | readonly number[])[]): number[] {
  const bytes = content.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
  return [tag, bytes.length, ...bytes];
}

const PARAMETER = 0x12;
const PROTO_FILE = 0x7a;
const NAME = 0x0a;
const FILE_ENUM = 0x2a;
const ENUM_VALUE = 0x12;

const decode = (...bytes: readonly number[]) => decodeRequest(Uint8Array.from(bytes));

describe('a CodeGeneratorRequest', () => {
  test('has its defaults where nothing is sent', () => {
    expect(decode()).toEqual({ fileToGenerate: [], parameter: '', protoFile: [] });
  });

  test('is read with negative numbers and text beyond ASCII', () => {
    const value = field(
      ENUM_VALUE,
      field(NAME, 'BELOW'),
      [0x10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    );
    const request = decode(
      ...field(PROTO_FILE, field(NAME, 'größe.proto'), field(FILE_ENUM, field(NAME, 'E'), value)),
    );
    expect(request.protoFile[0]).toMatchObject({
      name: 'größe.proto',
      enumType: [{ name: 'E', value: [{ name: 'BELOW', number: -1 }] }],
    });
  });

  test('may hold fields the plugin does not know, of any wire type', () => {
    const unknown = [
      0x80, 0x10, 0x96, 0x01, 0x81, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 0x82, 0x10, 0x01, 0x61, 0x85, 0x10, 1, 2, 3,
      4,
    ];
    expect(decode(...unknown, ...field(PARAMETER, 'int64=string')).parameter).toBe('int64=string');
  });

  test.each([
    ['cut off in a length', [PARAMETER], /truncated/],
    ['cut off in a text', [PARAMETER, 5, 0x61], /truncated/],
    [
      'a field longer than its message',
      field(PROTO_FILE, [NAME, 9, 0x61]).concat(Array.from({ length: 9 }, () => 0)),
      /truncated/,
    ],
    [
      'a number without an end',
      [0x80, 0x10, ...Array.from({ length: 11 }, () => 0xff)],
      /longer than 10 bytes/,
    ],
    ['a number where text belongs', [0x10, 0x01], /wire type 0/],
    ['a group', [0x13], /wire type 3/],
  ])('is none: %s', (_, bytes, message) => {
    expect(() => decode(...bytes)).toThrow(message);
  });
});
