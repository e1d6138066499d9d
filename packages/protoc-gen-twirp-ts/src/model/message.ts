import type { FieldDescriptor } from '../descriptor.ts';
import type { Int64Type } from '../options.ts';
import { PluginError } from '../plugin-error.ts';
import { type Features, fieldFeatures } from './features.ts';
import { lowerCamel, propertyName } from './names.ts';
import type { DeclaredExtension, DeclaredMessage, Registry } from './registry.ts';
import type { ExtensionModel, FieldModel, MessageModel, OneofModel, Scalar, ValueType } from './types.ts';

const MESSAGE_FIELD = 2;
const MESSAGE_ONEOF = 8;

const LABEL_REPEATED = 3;
const TYPE_GROUP = 10;
const TYPE_MESSAGE = 11;
const TYPE_ENUM = 14;

/** FieldDescriptorProto.Type by number. */
const SCALARS: Readonly<Record<number, Scalar>> = {
  1: 'double',
  2: 'float',
  3: 'int64',
  4: 'uint64',
  5: 'int32',
  6: 'fixed64',
  7: 'fixed32',
  8: 'bool',
  9: 'string',
  12: 'bytes',
  13: 'uint32',
  15: 'sfixed32',
  16: 'sfixed64',
  17: 'sint32',
  18: 'sint64',
};

/** FieldOptions.JSType: JS_NORMAL says nothing. */
const JSTYPES: readonly (Int64Type | undefined)[] = [undefined, 'string', 'number'];

/** Gives a declared message its fields. */
export function completeMessage(declared: DeclaredMessage, registry: Registry, int64: Int64Type): void {
  const { model, descriptor } = declared;
  const fields: FieldModel[] = [];
  const members: (FieldModel | OneofModel)[] = [];
  const oneofs = new Map<number, OneofModel & { fields: FieldModel[] }>();
  const names = new Map<string, string>();

  const claim = (name: string, protoName: string, path: readonly number[]): void => {
    const other = names.get(name);
    if (other !== undefined) {
      throw new PluginError(
        `${declared.source.at(path)}: ${protoName} and ${other} of ${model.typeName} are both called ${name} in TypeScript. Rename one of them`,
      );
    }
    names.set(name, protoName);
  };

  for (const [i, field] of descriptor.field.entries()) {
    const path = [...declared.path, MESSAGE_FIELD, i];
    // proto3's `optional` is a oneof of one, which only other tools need to know.
    const oneofIndex = field.proto3Optional ? undefined : field.oneofIndex;
    let oneof = oneofIndex === undefined ? undefined : oneofs.get(oneofIndex);
    if (oneofIndex !== undefined && oneof === undefined) {
      const oneofPath = [...declared.path, MESSAGE_ONEOF, oneofIndex];
      const protoName = descriptor.oneofDecl[oneofIndex]!.name;
      oneof = {
        oneof: true,
        name: propertyName(protoName),
        protoName,
        comment: declared.source.comment(oneofPath),
        fields: [],
      };
      claim(oneof.name, protoName, oneofPath);
      oneofs.set(oneofIndex, oneof);
      members.push(oneof);
    }
    const made = makeField(field, path, declared, registry, int64, oneof?.protoName);
    fields.push(made);
    if (oneof === undefined) {
      claim(made.name, field.name, path);
      members.push(made);
    } else {
      if (oneof.fields.some((other) => other.name === made.name)) claim(oneof.name, field.name, path);
      oneof.fields.push(made);
    }
  }
  model.fields = fields;
  model.members = members;
  model.kind = kindOf(fields);
}

/** An extension and the message that holds nothing but it. */
export function makeExtension(
  declared: DeclaredExtension,
  registry: Registry,
  stem: string,
  int64: Int64Type,
): ExtensionModel {
  const { field, path, name, typeName } = declared;
  const extendee = registry.messages.get(field.extendee)!;
  const key = `[${typeName}]`;
  const made = makeField(field, path, { ...declared, mapEntries: new Map() }, registry, int64, undefined);
  // Whether an extension is set can always be told, in a file with implicit presence too.
  const presence = made.presence === 'implicit' ? 'explicit' : made.presence;
  const value: FieldModel = { ...made, name: 'value', protoName: key, jsonName: key, presence };
  return {
    name,
    comment: declared.source.comment(path),
    deprecated: value.deprecated,
    extendee: extendee.model,
    number: field.number,
    messageSet: extendee.descriptor.options.messageSetWireFormat,
    holder: {
      typeName,
      name: `${name}$holder`,
      initName: `${name}$holderInit`,
      stem,
      comment: `Holds nothing but the extension ${name}.`,
      deprecated: false,
      members: [value],
      fields: [value],
      kind: undefined,
      extendable: false,
    },
  };
}

function makeField(
  field: FieldDescriptor,
  path: readonly number[],
  declared: Pick<DeclaredMessage, 'features' | 'mapEntries' | 'source'>,
  registry: Registry,
  int64: Int64Type,
  memberOf: string | undefined,
): FieldModel {
  const features = fieldFeatures(declared.features, field);
  const entry = declared.mapEntries.get(field.typeName);
  const repeated = field.label === LABEL_REPEATED;
  const valueField = entry?.field.find((candidate) => candidate.number === 2);
  const keyField = entry?.field.find((candidate) => candidate.number === 1);
  const entryFeatures: Features = { ...features, delimited: false };
  const value =
    valueField === undefined
      ? valueType(field, features, registry, int64)
      : valueType(valueField, entryFeatures, registry, jstype(field) ?? int64);
  const isMessage = value.kind === 'message';
  return {
    name: propertyName(field.name),
    protoName: field.name,
    jsonName: field.jsonName ?? lowerCamel(field.name),
    number: field.number,
    comment: declared.source.comment(path),
    deprecated: field.options.deprecated,
    shape: entry !== undefined ? 'map' : repeated ? 'repeated' : 'singular',
    value,
    key: keyField === undefined ? undefined : valueType(keyField, entryFeatures, registry, 'bigint'),
    presence:
      features.presence === 'implicit' && (isMessage || memberOf !== undefined)
        ? 'explicit'
        : features.presence,
    packed: features.packed && isPackable(value),
    defaultValue: SCALARS[field.type] === 'float' ? floatDefault(field.defaultValue) : field.defaultValue,
    memberOf,
  };
}

/** protoc writes the shortest digits of a float's default, buf those of the double it is in memory. */
function floatDefault(text: string | undefined): string | undefined {
  const float = Math.fround(Number(text));
  if (!Number.isFinite(float)) return text;
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return String(short);
  }
  return String(float);
}

function valueType(
  field: FieldDescriptor,
  features: Features,
  registry: Registry,
  int64: Int64Type,
): ValueType {
  if (field.type === TYPE_MESSAGE || field.type === TYPE_GROUP) {
    const type = registry.messages.get(field.typeName)!.model;
    return { kind: 'message', type, delimited: features.delimited };
  }
  if (field.type === TYPE_ENUM) return { kind: 'enum', type: registry.enums.get(field.typeName)! };
  return {
    kind: 'scalar',
    scalar: SCALARS[field.type]!,
    int64: jstype(field) ?? int64,
    checkUtf8: features.checkUtf8,
  };
}

function jstype(field: FieldDescriptor): Int64Type | undefined {
  return JSTYPES[field.options.jstype];
}

function isPackable(value: ValueType): boolean {
  return (
    value.kind === 'enum' ||
    (value.kind === 'scalar' && value.scalar !== 'string' && value.scalar !== 'bytes')
  );
}

/** What an answer of these fields is (wire.md, Download and Envelope). */
function kindOf(fields: readonly FieldModel[]): MessageModel['kind'] {
  // Most messages are told apart by their size.
  if (fields.length < 2 || fields.length > 4) return undefined;
  const rest = new Map(fields.map((field) => [field.protoName, field]));
  const take = (name: string, type: Scalar | 'message'): boolean => {
    const field = rest.get(name);
    if (field === undefined || field.shape !== 'singular' || field.memberOf !== undefined) return false;
    const { value } = field;
    return (value.kind === 'scalar' ? value.scalar : value.kind) === type && rest.delete(name);
  };
  if (take('code', 'int32') && take('msg', 'string') && take('data', 'message')) {
    return rest.size === 0 ? 'envelope' : undefined;
  }
  if (take('content_type', 'string') && take('data', 'bytes')) {
    take('status', 'int32');
    take('filename', 'string');
    return rest.size === 0 ? 'download' : undefined;
  }
  return undefined;
}
