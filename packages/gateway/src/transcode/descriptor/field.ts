import { DescriptorError } from './descriptor-error.ts';
import type { FieldDescriptor, MessageDescriptor } from './descriptors.ts';
import { type Features, fieldFeatures } from './features.ts';
import { lowerCamel } from './names.ts';
import { type DeclaredEnum, type DeclaredMessage, type Schema, shown } from './schema.ts';

export type ScalarName =
  | 'double'
  | 'float'
  | 'int64'
  | 'uint64'
  | 'int32'
  | 'fixed64'
  | 'fixed32'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'uint32'
  | 'sfixed32'
  | 'sfixed64'
  | 'sint32'
  | 'sint64';

/** What one value of a field is. */
export type ValueType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarName; readonly checkUtf8: boolean }
  | { readonly kind: 'enum'; readonly type: DeclaredEnum }
  /** @property type full name, without a leading dot */
  | { readonly kind: 'message'; readonly type: string; readonly delimited: boolean };

/** A field with all that syntax, edition and options mean for it. */
export interface Field {
  readonly name: string;
  readonly jsonName: string;
  readonly number: number;
  readonly shape: 'singular' | 'repeated' | 'map';
  readonly value: ValueType;
  /** The key of a map. */
  readonly key: (ValueType & { readonly kind: 'scalar' }) | undefined;
  /** `implicit` has no difference between unset and zero; messages and members of a oneof are never implicit. */
  readonly presence: 'explicit' | 'implicit' | 'required';
  readonly packed: boolean;
  /** As descriptor.proto writes it. */
  readonly defaultValue: string | undefined;
  /** The proto name of the oneof the field is a member of. */
  readonly oneof: string | undefined;
}

const LABEL_REPEATED = 3;
const TYPE_GROUP = 10;
const TYPE_MESSAGE = 11;
const TYPE_ENUM = 14;
const MAX_NUMBER = 0x1fff_ffff;

/** FieldDescriptorProto.Type by number. */
const SCALARS: Readonly<Record<number, ScalarName>> = {
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

const NO_KEYS: ReadonlySet<ScalarName> = new Set(['double', 'float', 'bytes']);

/** The fields of a message, in the order of declaration. @throws {DescriptorError} */
export function fieldsOf(declared: DeclaredMessage, schema: Schema): Field[] {
  const { descriptor, fullName } = declared;
  const entries = new Map<string, MessageDescriptor>();
  for (const nested of descriptor.nested) {
    if (nested.mapEntry) entries.set(`.${fullName}.${nested.name}`, nested);
  }
  const numbers = new Set<number>();
  return descriptor.fields.map((field) => {
    if (field.number < 1 || field.number > MAX_NUMBER || numbers.has(field.number)) {
      throw wrong(declared, field, `has the number ${field.number}, which is taken or not possible`);
    }
    numbers.add(field.number);
    return makeField(field, declared, entries.get(field.typeName), schema);
  });
}

function makeField(
  field: FieldDescriptor,
  declared: DeclaredMessage,
  entry: MessageDescriptor | undefined,
  schema: Schema,
): Field {
  const features = fieldFeatures(declared.features, field);
  const value =
    entry === undefined
      ? valueType(field, features, declared, schema)
      : valueType(part(entry, 2, field, declared), { ...features, delimited: false }, declared, schema);
  const oneof = oneofName(field, declared);
  const alwaysTold = value.kind === 'message' || oneof !== undefined;
  const repeated = field.label === LABEL_REPEATED;
  return {
    name: field.name,
    jsonName: field.jsonName ?? lowerCamel(field.name),
    number: field.number,
    shape: entry !== undefined ? 'map' : repeated ? 'repeated' : 'singular',
    value,
    key: entry === undefined ? undefined : keyType(part(entry, 1, field, declared), features, declared),
    presence: features.presence === 'implicit' && alwaysTold ? 'explicit' : features.presence,
    packed: features.packed && isPackable(value),
    defaultValue: field.defaultValue,
    oneof,
  };
}

/** The oneof of a field. proto3's `optional` is a oneof of one, which only other tools need to know. */
function oneofName(field: FieldDescriptor, declared: DeclaredMessage): string | undefined {
  if (field.oneofIndex === undefined || field.proto3Optional) return undefined;
  const oneof = declared.descriptor.oneofs[field.oneofIndex];
  if (oneof === undefined)
    throw wrong(declared, field, `is in oneof ${field.oneofIndex}, which is not there`);
  if (field.label === LABEL_REPEATED) throw wrong(declared, field, 'is repeated, in a oneof');
  return oneof.name;
}

function valueType(
  field: FieldDescriptor,
  features: Features,
  declared: DeclaredMessage,
  schema: Schema,
): ValueType {
  const where = `${declared.fullName}.${field.name}`;
  if (field.type === TYPE_MESSAGE || field.type === TYPE_GROUP) {
    const type = schema.messageName(field.typeName, declared.file, where);
    return { kind: 'message', type, delimited: features.delimited };
  }
  if (field.type === TYPE_ENUM) {
    return { kind: 'enum', type: schema.enum(field.typeName, declared.file, where) };
  }
  const scalar = SCALARS[field.type];
  if (scalar === undefined) throw wrong(declared, field, `has the type ${field.type}, which does not exist`);
  return { kind: 'scalar', scalar, checkUtf8: features.checkUtf8 };
}

/** The key or value of a map's entry. */
function part(
  entry: MessageDescriptor,
  number: number,
  field: FieldDescriptor,
  declared: DeclaredMessage,
): FieldDescriptor {
  const found = entry.fields.find((candidate) => candidate.number === number);
  if (found === undefined) throw wrong(declared, field, 'is a map whose entry lacks its key or its value');
  return found;
}

function keyType(field: FieldDescriptor, features: Features, declared: DeclaredMessage): Field['key'] {
  const scalar = SCALARS[field.type];
  if (scalar === undefined || NO_KEYS.has(scalar)) {
    throw wrong(declared, field, `has the type ${field.type}, which a map's key cannot have`);
  }
  return { kind: 'scalar', scalar, checkUtf8: features.checkUtf8 };
}

function isPackable(value: ValueType): boolean {
  return (
    value.kind === 'enum' ||
    (value.kind === 'scalar' && value.scalar !== 'string' && value.scalar !== 'bytes')
  );
}

function wrong(declared: DeclaredMessage, field: FieldDescriptor, what: string): DescriptorError {
  return new DescriptorError(
    `${shown(declared.file.name)}: ${shown(declared.fullName)}.${shown(field.name)} ${what}`,
  );
}
