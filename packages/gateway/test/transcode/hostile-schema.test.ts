import { TwirpError } from '@pipit/runtime';
import { FileDescriptorSet, type FieldDescriptorProtoInit } from '@pipit/runtime/google/protobuf/descriptor';
import { expect, test } from 'vitest';
import { createTranscoder } from '../../src/transcode/create-transcoder.ts';
import type { MethodTranscoder } from '../../src/transcode/transcoder.ts';

const INT32 = 5;
const STRING = 9;
const MESSAGE = 11;

/** A method of a message with these fields, and a list of itself. */
function methodOf(fields: readonly FieldDescriptorProtoInit[], syntax = 'proto3'): MethodTranscoder {
  const list = { name: 'list', number: 536_870_911, label: 3, type: MESSAGE, typeName: '.M' } as const;
  const set = FileDescriptorSet.encode({
    file: [
      {
        name: 'a.proto',
        syntax,
        messageType: [{ name: 'M', field: [...fields, list] }],
        service: [{ name: 'S', method: [{ name: 'F', inputType: '.M', outputType: '.M' }] }],
      },
    ],
  });
  return createTranscoder(set).method('S', 'F')!;
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof TwirpError) return `${error.code}: ${error.meta['cause'] ?? error.msg}`;
    throw error;
  }
  return 'taken';
}

/** Java's hash of strings, and the runtime's: these clash. */
function clashing(count: number): string[] {
  return Array.from({ length: count }, (_, i) =>
    i.toString(2).padStart(12, '0').replaceAll('0', 'Aa').replaceAll('1', 'BB'),
  );
}

test('names that clash are found all the same', () => {
  const names = clashing(4_000);
  const method = methodOf(names.map((name, i) => ({ name, number: i + 1, label: 1, type: INT32 })));
  const body = JSON.stringify(Object.fromEntries(names.map((name, i) => [name, i]).toReversed()));
  const protobuf = method.toProtobuf('json', Buffer.from(body), undefined);
  const json = Buffer.from(method.toHttp('json', protobuf).body).toString();
  expect(JSON.parse(json)).toEqual({ ...(JSON.parse(body) as object), list: [] });
});

test('a wide message, many times empty, is refused before it fills the memory', () => {
  const wide = methodOf(
    Array.from({ length: 4_999 }, (_, i) => ({ name: `f${i}`, number: i + 1, label: 1, type: INT32 })),
  );
  const json = `{"list":[${'{},'.repeat(500_000)}{}]}`;
  expect(codeOf(() => wide.toProtobuf('json', Buffer.from(json), undefined))).toMatch(
    /^resource_exhausted: holds more than \d+ fields/,
  );
  const tag = 'fa ff ff ff 0f 00'.replaceAll(' ', '');
  expect(codeOf(() => wide.toHttp('json', Buffer.from(tag.repeat(500_000), 'hex')))).toMatch(
    /^internal: .*holds more than \d+ fields/,
  );
  // A few are fine.
  expect(codeOf(() => wide.toProtobuf('json', Buffer.from('{"list":[{},{}]}'), undefined))).toBe('taken');
});

test('long names, written for every empty message, are refused before they fill the memory', () => {
  const long = methodOf([{ name: 'f'.repeat(1_000), number: 1, label: 1, type: INT32 }]);
  const tag = 'fa ff ff ff 0f 00'.replaceAll(' ', '');
  expect(codeOf(() => long.toHttp('json', Buffer.from(tag.repeat(200_000), 'hex')))).toMatch(
    /^internal: .*becomes larger than/,
  );
});

test('a long default of a required field is never written for every message', () => {
  const defaultValue = 'x'.repeat(100_000);
  const required = methodOf([{ name: 'f', number: 1, label: 2, type: STRING, defaultValue }], 'proto2');
  const json = `{"list":[${'{},'.repeat(2_000)}{}]}`;
  expect(codeOf(() => required.toProtobuf('json', Buffer.from(json), undefined))).toBe(
    'malformed: list[0]: required field f is not set',
  );
});
