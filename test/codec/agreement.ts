import {
  type DescMessage,
  fromBinary,
  fromJsonString,
  type Message,
  type Registry,
  toBinary,
  toJsonString,
} from '@bufbuild/protobuf';
import type { MessageType, ToJsonOptions } from '@pipit/runtime/codec';
import type protobuf from 'protobufjs';
import { expect } from 'vitest';

/** A message type of which only its codecs matter. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyType = MessageType<any, any>;

const LENIENT_UTF8 = new TextDecoder();

const NEGATIVE_ZERO = /[:,[]-0(?:\.0)?[,\]}]/;

/** Every way to write JSON. */
const JSON_OPTIONS: readonly ToJsonOptions[] = [
  {},
  { jsonNames: 'camel' },
  { emitDefaults: false },
  { jsonNames: 'camel', emitDefaults: false },
];

/**
 * Encoded by protobuf-es, a message must come through our codec as the same message: what we decode encodes to
 * bytes that protobuf-es reads as what it had, decoding those again gives what we had, and `create` copies it.
 */
export function agreeOnBinary(
  type: AnyType,
  desc: DescMessage,
  message: Message,
  other?: protobuf.Type,
): void {
  const bytes = toBinary(desc, message);
  const ours = type.decode(bytes) as object;
  const again = type.encode(ours);
  // Compared as protobuf-es' bytes: it writes fields by number, whatever order they came in.
  expectSameBytes(toBinary(desc, fromBinary(desc, again)), bytes);
  if (other !== undefined) {
    const theirs = other.encode(other.decode(again)).finish();
    expectSameBytes(toBinary(desc, fromBinary(desc, theirs)), bytes);
    expect(type.decode(theirs)).toEqual(ours);
  }
  expect(type.decode(again)).toEqual(ours);
  expect(type.create(ours)).toEqual(ours);
  expectSameBytes(type.encode(type.create(ours)), again);
}

/** The same through JSON, with all options, in and out, as bytes, string and value. */
export function agreeOnJson(type: AnyType, desc: DescMessage, registry: Registry, message: Message): void {
  const bytes = toBinary(desc, message);
  const ours = type.decode(bytes) as object;
  for (const options of JSON_OPTIONS) {
    const json = type.toJsonBytes(ours, options);
    const text = LENIENT_UTF8.decode(json);
    expect(type.toJsonString(ours, options)).toBe(text);
    expect(type.toJson(ours, options)).toEqual(JSON.parse(text));
    expect(type.fromJsonBytes(json, { strict: true })).toEqual(ours);
    expect(type.fromJson(type.toJson(ours, options))).toEqual(ours);
    expectSameBytes(toBinary(desc, fromJsonString(desc, text, { registry })), bytes);
  }
  // What JSON.stringify writes, as protobuf-es does, has no -0.
  if (NEGATIVE_ZERO.test(type.toJsonString(ours))) return;
  for (const alwaysEmitImplicit of [true, false]) {
    for (const useProtoFieldName of [true, false]) {
      for (const enumAsInteger of [true, false]) {
        const theirs = toJsonString(desc, message, {
          registry,
          alwaysEmitImplicit,
          useProtoFieldName,
          enumAsInteger,
        });
        expect(type.fromJsonString(theirs, { strict: true })).toEqual(ours);
      }
    }
  }
}

function expectSameBytes(actual: Uint8Array, expected: Uint8Array): void {
  expect(Buffer.from(actual).toString('hex')).toBe(Buffer.from(expected).toString('hex'));
}
