import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  ScalarType,
} from '@bufbuild/protobuf';
import {
  FeatureSet_FieldPresence as Presence,
  FileDescriptorSetSchema,
  MethodOptions_IdempotencyLevel as Idempotency,
} from '@bufbuild/protobuf/wkt';
import { expect, test } from 'vitest';
import { defaultOf, type FieldSchema, readDescriptorSet, Schema, type ValueType } from '../src/index.ts';
import { descriptorSetOf, protocProtos, protoFolders } from './repository-protos.ts';

const presences = {
  [Presence.EXPLICIT]: 'explicit',
  [Presence.IMPLICIT]: 'implicit',
  [Presence.LEGACY_REQUIRED]: 'required',
  [Presence.FIELD_PRESENCE_UNKNOWN]: undefined,
};

/** A field as protobuf-es sees it, in our words. */
function expected(field: DescField): object {
  const isMap = field.fieldKind === 'map';
  const delimited =
    field.fieldKind === 'message' || (field.fieldKind === 'list' && field.listKind === 'message');
  return {
    name: field.name,
    number: field.number,
    jsonName: field.jsonName,
    shape: isMap ? 'map' : field.fieldKind === 'list' ? 'repeated' : 'singular',
    value:
      field.message !== undefined
        ? { message: field.message.typeName, delimited: delimited && field.delimitedEncoding }
        : field.enum !== undefined
          ? { enum: field.enum.typeName, closed: !field.enum.open }
          : { scalar: ScalarType[field.scalar].toLowerCase() },
    key: isMap ? ScalarType[field.mapKey].toLowerCase() : undefined,
    // It has none for lists and maps.
    presence: field.fieldKind === 'list' || isMap ? undefined : presences[field.presence],
    packed: field.fieldKind === 'list' && field.packed,
    oneof: field.oneof?.name,
    default: hasDefault(field) ? field.getDefaultValue() : undefined,
    jstype: field.fieldKind === 'scalar' && field.longAsString,
    deprecated: field.deprecated,
  };
}

function hasDefault(field: DescField): field is DescField & { fieldKind: 'scalar' | 'enum' } {
  return (field.fieldKind === 'scalar' || field.fieldKind === 'enum') && !hasQuotes(field.proto.defaultValue);
}

/** protobuf-es loses escaped quotes in the default of a bytes field. */
function hasQuotes(text: string): boolean {
  return /\\["']/.test(text);
}

function actual(field: FieldSchema): object {
  const { shape, value, descriptor } = field;
  return {
    name: field.name,
    number: field.number,
    jsonName: field.jsonName,
    shape,
    value: typeOf(value),
    key: field.key?.scalar,
    presence: shape === 'singular' ? field.presence : undefined,
    packed: shape === 'repeated' && field.packed,
    oneof: field.oneof,
    default: field.defaultText === undefined || hasQuotes(field.defaultText) ? undefined : defaultOf(field),
    jstype: shape === 'singular' && descriptor.options.jstype === 1,
    deprecated: field.deprecated,
  };
}

function typeOf(value: ValueType): object {
  switch (value.kind) {
    case 'message':
      return { message: value.type.fullName, delimited: value.delimited };
    case 'enum':
      return { enum: value.type.fullName, closed: value.type.closed };
    case 'scalar':
      return { scalar: value.scalar };
  }
}

test.each([...protoFolders, protocProtos])('%s: as protobuf-es sees it', (folder) => {
  const set = descriptorSetOf(folder);
  const schema = new Schema(readDescriptorSet(set));
  const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
  const messages: DescMessage[] = [];
  for (const desc of registry) {
    if (desc.kind === 'message') messages.push(desc);
    if (desc.kind === 'enum') {
      const values = schema.enums
        .get(desc.typeName)
        ?.values.map(({ name, descriptor }) => [name, descriptor.number]);
      expect(values).toEqual(desc.values.map(({ name, number }) => [name, number]));
    }
    if (desc.kind === 'service') {
      const methods = schema.services
        .get(desc.typeName)
        ?.methods.map((method) => [
          method.name,
          method.input.fullName,
          method.output.fullName,
          method.idempotency ?? 'IDEMPOTENCY_UNKNOWN',
        ]);
      expect(methods).toEqual(
        desc.methods.map((method) => [
          method.name,
          method.input.typeName,
          method.output.typeName,
          Idempotency[method.idempotency],
        ]),
      );
    }
  }
  expect([...schema.messages.keys()].toSorted()).toEqual(messages.map(({ typeName }) => typeName).toSorted());
  for (const message of messages) {
    const fields = schema.messages.get(message.typeName)?.fields.map(actual);
    expect(fields, message.typeName).toEqual(message.fields.map(expected));
  }
  const extensions = [...schema.files.values()].flatMap((file) => file.extensions);
  expect(new Set(extensions.map((of) => `${of.fullName} ${of.extendee.fullName} ${of.number}`))).toEqual(
    new Set(
      [...registry]
        .filter((desc) => desc.kind === 'extension')
        .map(({ typeName, extendee, number }) => `${typeName} ${extendee.typeName} ${number}`),
    ),
  );
});
