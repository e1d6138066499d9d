import type { ScalarName } from '@pipit/schema';
import type { EnumModel, MessageModel, ValueModel } from '../model/types.ts';
import { isWrapper, NULL_VALUE } from '../model/well-known.ts';
import { codecType, jsonModuleOf, type PrintContext } from './context.ts';

/** The JSON a server answers with, or what it may be sent. */
export type Direction = 'answered' | 'sent';

/** An interface without members would be any value at all. */
export const NO_FIELDS = 'Record<string, never>';

/** The name of the type of a message's or enum's JSON. */
export function jsonName(type: MessageModel | EnumModel, direction: Direction): string {
  // The numbers and names of an enum are the same either way.
  return `${type.name}Json${direction === 'sent' && 'fields' in type ? 'Init' : ''}`;
}

/** The TypeScript type of one value's JSON. */
export function jsonTs(c: PrintContext, value: ValueModel, direction: Direction): string {
  if (value.kind === 'scalar') return scalarTs(c, value.scalar, direction);
  if (value.kind === 'enum' && value.type.typeName === NULL_VALUE) return 'null';
  return messageOrEnumTs(c, value.type, direction);
}

/** The same for a message on its own: what a method takes or returns. */
export function messageOrEnumTs(
  c: PrintContext,
  type: MessageModel | EnumModel,
  direction: Direction,
): string {
  const alias = 'fields' in type ? jsonAlias(c, type, direction) : undefined;
  if (alias !== undefined) return alias;
  const name = jsonName(type, direction);
  return type.stem === c.file.stem ? name : c.imports.type(name, jsonModuleOf(c, type.stem));
}

/** The type of a message's JSON that is not an object of its fields, or of none; undefined for every other message. */
export function jsonAlias(c: PrintContext, message: MessageModel, direction: Direction): string | undefined {
  if (isWrapper(message)) return jsonTs(c, message.fields[0]!.value, direction);
  switch (message.typeName) {
    case 'google.protobuf.Any':
      return codecType(c, 'JsonAny');
    case 'google.protobuf.Duration':
    case 'google.protobuf.FieldMask':
    case 'google.protobuf.Timestamp':
      return 'string';
    case 'google.protobuf.Empty':
      return NO_FIELDS;
    case 'google.protobuf.ListValue':
      return listOf(codecType(c, 'JsonValue'), direction);
    case 'google.protobuf.Struct':
      return mapOf(codecType(c, 'JsonValue'), direction);
    case 'google.protobuf.Value':
      return codecType(c, 'JsonValue');
    default:
      return undefined;
  }
}

export function listOf(type: string, direction: Direction): string {
  const isOperand = !type.includes(' | ') && !type.startsWith('readonly ');
  return `${direction === 'sent' ? 'readonly ' : ''}${isOperand ? type : `(${type})`}[]`;
}

/** A map's keys are strings in JSON, whatever they are in the schema. */
export function mapOf(type: string, direction: Direction): string {
  const record = `Record<string, ${type}>`;
  return direction === 'sent' ? `Readonly<${record}>` : record;
}

function scalarTs(c: PrintContext, scalar: ScalarName, direction: Direction): string {
  switch (scalar) {
    case 'bool':
      return 'boolean';
    case 'string':
    case 'bytes':
      return 'string';
    case 'float':
    case 'double':
      return codecType(c, 'JsonFloat');
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return direction === 'sent' ? 'string | number' : 'string';
    default:
      return 'number';
  }
}
