import {
  type DeclaredExtension,
  ExtensionSchema,
  type FieldKeys,
  type FieldMeaning,
  FieldSchema,
  type MessageSchema,
  type Reference,
  type ScalarName,
  type ScalarType,
  type TypeLookup,
  type ValueType,
} from './declarations.ts';
import { isDefault, shortestFloat } from './default-value.ts';
import { DescriptorError, shown } from './descriptor-error.ts';
import type { FieldDescriptor, MessageDescriptor } from './descriptors.ts';
import { type Features, fieldFeatures } from './features.ts';
import { lowerCamel } from './names.ts';

const labelRepeated = 3;
const typeGroup = 10;
const typeMessage = 11;
const typeEnum = 14;
const maxNumber = 0x1fff_ffff;

/** FieldDescriptorProto.Type by number. */
const scalars: Readonly<Record<number, ScalarName>> = {
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

const notKeys: ReadonlySet<ScalarName> = new Set(['double', 'float', 'bytes']);

/** The fields of a message, in the order of declaration. @throws {DescriptorError} */
export function fieldsOf(message: MessageSchema, types: TypeLookup): FieldSchema[] {
  const { descriptor, file, features } = message;
  const entries = entriesOf(message);
  const owners = jsonNameOwners(descriptor);
  const numbers = new Set<number>();
  return descriptor.fields.map((field, i) => {
    const by = { file, path: `${message.path}.2.${i}`, fullName: `${message.fullName}.${field.name}` };
    const { number } = field;
    if (number < 1 || number > maxNumber || numbers.has(number)) {
      throw wrong(by, `has the number ${number}, which is taken or not possible`);
    }
    numbers.add(number);
    const oneof = oneofName(field, descriptor, by);
    const meaning = meaningOf(field, by, features, types, entries?.get(field.typeName), oneof);
    return new FieldSchema(field, by.path, file, keysOf(field, owners), meaning);
  });
}

function jsonNameOf({ jsonName, name }: FieldDescriptor): string {
  return jsonName ?? lowerCamel(name);
}

/** The field that JSON means by each JSON name. Where proto2 has two of one, it is the one that is literally called so. */
function jsonNameOwners({ fields }: MessageDescriptor): ReadonlyMap<string, FieldDescriptor> {
  const owners = new Map<string, FieldDescriptor>();
  for (const field of fields) {
    const jsonName = jsonNameOf(field);
    if (field.name === jsonName || !owners.has(jsonName)) owners.set(jsonName, field);
  }
  return owners;
}

/** A JSON name wins over a proto name: a field whose proto name is another's JSON name is not known by it. */
function keysOf(field: FieldDescriptor, owners: ReadonlyMap<string, FieldDescriptor>): FieldKeys {
  const jsonName = jsonNameOf(field);
  const isFree = (name: string): boolean => (owners.get(name) ?? field) === field;
  const [protoKey, jsonKey] = [field.name, jsonName].filter(isFree);
  return { jsonName, protoKey: protoKey ?? field.name, jsonKey: jsonKey ?? protoKey ?? jsonName };
}

/** An extension. Whether it is set can always be told. @throws {DescriptorError} */
export function extensionOf(declared: DeclaredExtension, types: TypeLookup): ExtensionSchema {
  const { descriptor, path, scope } = declared;
  const fullName = scope.fullName === '' ? descriptor.name : `${scope.fullName}.${descriptor.name}`;
  const by = { file: scope.file, path, fullName };
  const meaning = meaningOf(descriptor, by, scope.features, types, undefined, undefined);
  const presence = meaning.presence === 'implicit' ? 'explicit' : meaning.presence;
  const extendee = types.messageOf(descriptor.extendee, by);
  return new ExtensionSchema(declared, fullName, extendee, { ...meaning, presence });
}

/** The entries of a message's maps, by what its fields call them. */
function entriesOf({ descriptor, fullName }: MessageSchema): Map<string, MessageDescriptor> | undefined {
  if (descriptor.nested.length === 0) return undefined;
  const entries = descriptor.nested.filter(({ options }) => options.mapEntry);
  return new Map(entries.map((entry) => [`.${fullName}.${entry.name}`, entry]));
}

/** @param entry of a map */
function meaningOf(
  field: FieldDescriptor,
  by: Reference,
  parent: Features,
  types: TypeLookup,
  entry: MessageDescriptor | undefined,
  oneof: string | undefined,
): FieldMeaning {
  const features = fieldFeatures(parent, field);
  const value =
    entry === undefined
      ? valueType(field, features, by, types)
      : valueType(part(entry, 2, by), { ...features, delimited: false }, by, types);
  const alwaysTold = value.kind === 'message' || oneof !== undefined;
  const shape = entry !== undefined ? 'map' : field.label === labelRepeated ? 'repeated' : 'singular';
  return {
    shape,
    value,
    key: entry === undefined ? undefined : keyType(part(entry, 1, by), features, by),
    presence: features.presence === 'implicit' && alwaysTold ? 'explicit' : features.presence,
    packed: features.packed && isPackable(value),
    defaultText: defaultText(field, shape, value, by),
    oneof,
  };
}

/** The oneof of a field. proto3's `optional` is a oneof of one, which only other tools need to know. */
function oneofName(field: FieldDescriptor, message: MessageDescriptor, by: Reference): string | undefined {
  if (field.oneofIndex === undefined || field.proto3Optional) return undefined;
  const oneof = message.oneofs[field.oneofIndex];
  if (oneof === undefined) throw wrong(by, `is in oneof ${field.oneofIndex}, which is not there`);
  if (field.label === labelRepeated) throw wrong(by, 'is repeated, in a oneof');
  return oneof.name;
}

function valueType(field: FieldDescriptor, features: Features, by: Reference, types: TypeLookup): ValueType {
  if (field.type === typeMessage || field.type === typeGroup) {
    return { kind: 'message', type: types.messageOf(field.typeName, by), delimited: features.delimited };
  }
  if (field.type === typeEnum) return { kind: 'enum', type: types.enumOf(field.typeName, by) };
  const scalar = scalars[field.type];
  if (scalar === undefined) throw wrong(by, `has the type ${field.type}, which does not exist`);
  return scalarType(scalar, features);
}

/** The key or value of a map's entry. */
function part(entry: MessageDescriptor, number: number, by: Reference): FieldDescriptor {
  const found = entry.fields.find((candidate) => candidate.number === number);
  if (found === undefined) throw wrong(by, 'is a map whose entry lacks its key or its value');
  return found;
}

function keyType(field: FieldDescriptor, features: Features, by: Reference): ScalarType {
  const scalar = scalars[field.type];
  if (scalar === undefined || notKeys.has(scalar)) {
    throw wrong(by, `has the type ${field.type}, which a map's key cannot have`);
  }
  return scalarType(scalar, features);
}

/** One object for each, for there are few kinds and many fields. */
const checked = scalarTypes(true);
const unchecked = scalarTypes(false);

function scalarTypes(checkUtf8: boolean): ReadonlyMap<ScalarName, ScalarType> {
  return new Map(Object.values(scalars).map((scalar) => [scalar, { kind: 'scalar', scalar, checkUtf8 }]));
}

function scalarType(scalar: ScalarName, { checkUtf8 }: Features): ScalarType {
  return (checkUtf8 ? checked : unchecked).get(scalar)!;
}

function isPackable(value: ValueType): boolean {
  return (
    value.kind === 'enum' ||
    (value.kind === 'scalar' && value.scalar !== 'string' && value.scalar !== 'bytes')
  );
}

function defaultText(
  { defaultValue: text }: FieldDescriptor,
  shape: FieldMeaning['shape'],
  value: ValueType,
  by: Reference,
): string | undefined {
  if (text === undefined) return undefined;
  if (shape !== 'singular' || !isDefault(value, text)) {
    throw wrong(by, `has the default ${JSON.stringify(shown(text))}, which a field of its type cannot have`);
  }
  return value.kind === 'scalar' && value.scalar === 'float' ? shortestFloat(text) : text;
}

function wrong({ file, path, fullName }: Reference, what: string): DescriptorError {
  return new DescriptorError(`${file.source.at(path)}: ${shown(fullName)} ${what}`);
}
