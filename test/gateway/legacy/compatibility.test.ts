import { fileURLToPath } from 'node:url';
import protobufjs, { Enum, type Field, MapField, Type } from 'protobufjs';
import { describe, expect, test } from 'vitest';
import {
  ConnectionMessage,
  RegisterRequest,
  RegisterResponse,
} from '../../../packages/gateway/src/protocol/registry.pb.ts';

const load = (path: string): protobufjs.Root =>
  protobufjs.loadSync(fileURLToPath(new URL(path, import.meta.url)));
const legacy = load('registry.proto');
const extended = load('../../../packages/gateway/proto/registry.proto');

const messages = (legacy.lookup('registry') as protobufjs.Namespace).nestedArray.filter(
  (one) => one instanceof Type,
);

for (const root of [legacy, extended]) root.resolveAll();

/** Every field set to something that is not its default. */
function sampleOf(type: Type, only?: string): Record<string, unknown> {
  const sample: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    if (field.partOf !== null && !field.options?.['proto3_optional'] && field.name !== only) continue;
    const value = valueOf(field);
    sample[field.name] = field instanceof MapField ? { key: value } : field.repeated ? [value, value] : value;
  }
  return sample;
}

function valueOf(field: Field): unknown {
  const { resolvedType, type, id } = field;
  if (resolvedType instanceof Enum) return Object.keys(resolvedType.values)[1];
  if (resolvedType instanceof Type) return sampleOf(resolvedType);
  if (type === 'string') return `text ${id}`;
  if (type === 'bytes') return Buffer.from(`bytes ${id}`).toString('base64');
  if (type === 'bool') return true;
  return type.endsWith('64') ? `${2n ** 40n + BigInt(id)}` : 1_000 + id;
}

const read = (root: protobufjs.Root, name: string, bytes: Uint8Array): object => {
  const type = root.lookupType(`registry.${name}`);
  return type.toObject(type.decode(bytes), { longs: String, enums: String, bytes: String });
};

const write = (root: protobufjs.Root, name: string, message: object): Uint8Array => {
  const type = root.lookupType(`registry.${name}`);
  return type.encode(type.fromObject(message)).finish();
};

/** What is left of a message for those who know the legacy fields only. */
function legacyPart(type: Type, message: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const field of type.fieldsArray) {
    const value = message[field.name];
    if (value === undefined) continue;
    kept[field.name] =
      field.resolvedType instanceof Type && !(field instanceof MapField)
        ? legacyPart(field.resolvedType, value as Record<string, unknown>)
        : value;
  }
  return kept;
}

/** Our own codecs: read and written again. */
const codecs = { ConnectionMessage, RegisterRequest, RegisterResponse };
function throughOurs(name: keyof typeof codecs, bytes: Uint8Array): Uint8Array {
  switch (name) {
    case 'ConnectionMessage':
      return ConnectionMessage.encode(ConnectionMessage.decode(bytes));
    case 'RegisterRequest':
      return RegisterRequest.encode(RegisterRequest.decode(bytes));
    case 'RegisterResponse':
      return RegisterResponse.encode(RegisterResponse.decode(bytes));
  }
}

const cases = extended.lookupType('registry.ConnectionMessage').oneofs['messageType']?.oneof ?? [];
const known = legacy.lookupType('registry.ConnectionMessage').oneofs['messageType']?.oneof ?? [];

test('the extended proto has every legacy field as it was, and its own between 100 and 199', () => {
  expect(messages.length).toBeGreaterThan(10);
  for (const old of messages) {
    const now = extended.lookupType(`registry.${old.name}`);
    for (const { name, id, type, rule } of old.fieldsArray) {
      expect(now.fields[name], `${old.name}.${name}`).toMatchObject({ id, type });
      expect(now.fields[name]?.rule).toBe(rule);
    }
    for (const { name, id } of now.fieldsArray) {
      if (old.fields[name] === undefined) expect([name, id >= 100 && id < 200]).toEqual([name, true]);
    }
  }
  expect(cases).toEqual(expect.arrayContaining(known));
  expect(cases.length).toBeGreaterThan(known.length);
});

describe('a message with every field', () => {
  test.each(cases)('%s, of ours to a legacy peer', (name) => {
    const type = extended.lookupType('registry.ConnectionMessage');
    const sample = sampleOf(type, name);
    const bytes = throughOurs('ConnectionMessage', write(extended, 'ConnectionMessage', sample));
    // Nothing is lost in ours, so that what follows is about all of it.
    expect(read(extended, 'ConnectionMessage', bytes)).toEqual(sample);
    expect(read(legacy, 'ConnectionMessage', bytes)).toEqual(
      legacyPart(legacy.lookupType('registry.ConnectionMessage'), sample),
    );
  });

  test.each(known)('%s, of a legacy peer to ours', (name) => {
    const sample = sampleOf(legacy.lookupType('registry.ConnectionMessage'), name);
    const bytes = throughOurs('ConnectionMessage', write(legacy, 'ConnectionMessage', sample));
    expect(read(legacy, 'ConnectionMessage', bytes)).toEqual(sample);
  });

  test.each(['RegisterRequest', 'RegisterResponse'] as const)('%s, both ways', (name) => {
    const sample = sampleOf(legacy.lookupType(`registry.${name}`));
    expect(read(legacy, name, throughOurs(name, write(legacy, name, sample)))).toEqual(sample);
  });
});
