import { type FieldSchema, type ScalarName, type ValueType, wrappedScalars } from '@pipit/schema';
import type { Flow, Format, Route } from './breaks.ts';

/** The numbers that a type holds exactly, as bounds of integers; undefined for what is not a number. */
const ranges: Readonly<Partial<Record<ScalarName, readonly [bigint, bigint]>>> = {
  ...sameFor(['int32', 'sint32', 'sfixed32'], [-(2n ** 31n), 2n ** 31n - 1n]),
  ...sameFor(['uint32', 'fixed32'], [0n, 2n ** 32n - 1n]),
  ...sameFor(['int64', 'sint64', 'sfixed64'], [-(2n ** 63n), 2n ** 63n - 1n]),
  ...sameFor(['uint64', 'fixed64'], [0n, 2n ** 64n - 1n]),
};

/** The integers that floating point holds exactly. */
const exact = { float: 2n ** 24n, double: 2n ** 53n } as const;

/** Types whose bytes mean the same in each of the others, as far as their ranges go. */
const encodings: readonly (readonly ScalarName[])[] = [
  ['int32', 'int64', 'uint32', 'uint64', 'bool'],
  ['sint32', 'sint64'],
  ['fixed32'],
  ['sfixed32'],
  ['fixed64'],
  ['sfixed64'],
  ['float'],
  ['double'],
  ['string', 'bytes'],
];

/** Tells whether a reader of one field gets what the writer of another one meant; messages and enums are looked into elsewhere. */
export function fieldFits({
  format,
  writer,
  reader,
  to,
}: Pick<Flow<FieldSchema>, 'format' | 'writer' | 'reader' | 'to'>): boolean {
  if (!shapeFits(format, writer, reader)) return false;
  if (writer.key !== undefined && reader.key !== undefined && !keyFits(format, writer.key, reader.key))
    return false;
  return valueFits(format, writer.value, reader.value, to);
}

function shapeFits(format: Format, writer: FieldSchema, reader: FieldSchema): boolean {
  if (writer.shape === reader.shape) return true;
  if (writer.shape === 'map' || reader.shape === 'map') return false;
  if (format === 'JSON' || writer.shape === 'repeated') return false;
  // One value is a list of one; but in a form a text is cut at its commas.
  return format === 'protobuf' || textOf(writer.value) !== 'string';
}

function keyFits(format: Format, writer: ValueType, reader: ValueType): boolean {
  // A key in JSON is a text, whatever it means.
  if (format === 'JSON' && textOf(reader) === 'string') return true;
  return valueFits(format, writer, reader, 'server');
}

function valueFits(format: Format, writer: ValueType, reader: ValueType, to: Route['to']): boolean {
  if (format === 'forms' || format === 'links in pages') return formFits(format, writer, reader);
  if (writer.kind === 'message' && reader.kind === 'message') {
    return format === 'JSON' || writer.delimited === reader.delimited;
  }
  if (writer.kind === 'enum' && reader.kind === 'enum') return true;
  return format === 'protobuf' ? protobufFits(writer, reader) : jsonFits(writer, reader, to);
}

function protobufFits(writer: ValueType, reader: ValueType): boolean {
  const from = numberOf(writer);
  const into = numberOf(reader);
  if (from === undefined || into === undefined) return false;
  if (from === into) return true;
  if (!encodings.some((group) => group.includes(from) && group.includes(into))) return false;
  // Texts are bytes, but not all bytes are a text.
  if (into === 'bytes') return true;
  if (into === 'string') return false;
  return from === 'bool' || rangeFits(from, into);
}

/** An enum is sent as an int32. */
function numberOf(value: ValueType): ScalarName | undefined {
  if (value.kind === 'enum') return 'int32';
  return value.kind === 'scalar' ? value.scalar : undefined;
}

function jsonFits(writer: ValueType, reader: ValueType, to: 'server' | 'client'): boolean {
  const from = scalarOf(writer);
  const into = scalarOf(reader);
  if (from === undefined || into === undefined) return false;
  // Who reads JSON without codecs sees whether it is a number or a text, and null where nothing is wrapped.
  if (to === 'client' && (jsonType(from) !== jsonType(into) || writer.kind !== reader.kind)) return false;
  return from === into || rangeFits(from, into);
}

function formFits(format: Format, writer: ValueType, reader: ValueType): boolean {
  // What no form could send is not missed; a file fills bytes, or a message of a download.
  if (isFile(writer)) return format !== 'forms' || isFile(reader);
  if (writer.kind !== 'scalar') return true;
  if (reader.kind !== 'scalar' || reader.scalar === 'bytes') return false;
  const [from, into] = [writer.scalar, reader.scalar];
  return from === into || into === 'string' || rangeFits(from, into);
}

function isFile(value: ValueType): boolean {
  return value.kind === 'message' ? value.type.kind === 'download' : textOf(value) === 'bytes';
}

function scalarOf(value: ValueType): ScalarName | undefined {
  if (value.kind === 'message') return wrappedScalars.get(value.type.fullName);
  return value.kind === 'scalar' ? value.scalar : undefined;
}

function textOf(value: ValueType): ScalarName | undefined {
  return value.kind === 'scalar' ? value.scalar : undefined;
}

function jsonType(scalar: ScalarName): string {
  if (scalar === 'bool') return 'boolean';
  if (scalar === 'float' || scalar === 'double') return 'number';
  const range = ranges[scalar];
  if (range === undefined) return scalar;
  return range[1] > 2n ** 32n ? 'text of digits' : 'number';
}

/** Every value of one type of numbers is one of the other. */
function rangeFits(from: ScalarName, into: ScalarName): boolean {
  if (from === 'float') return into === 'double' || into === 'float';
  const range = ranges[from];
  if (range === undefined) return false;
  const [lower, upper] = range;
  if (into === 'float' || into === 'double') return -lower <= exact[into] && upper <= exact[into];
  const wide = ranges[into];
  return wide !== undefined && wide[0] <= lower && wide[1] >= upper;
}

function sameFor<T>(names: readonly ScalarName[], value: T): Partial<Record<ScalarName, T>> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** A field's type as a proto declares it: `repeated int64`, `map<string, user.v1.User>`. */
export function typeText(field: FieldSchema): string {
  const value = valueText(field.value);
  if (field.key !== undefined) return `map<${field.key.scalar}, ${value}>`;
  if (field.shape === 'repeated') return `repeated ${value}`;
  if (field.presence === 'required') return `required ${value}`;
  if (field.oneof !== undefined) return `${value} in oneof ${field.oneof}`;
  return field.presence === 'explicit' && field.value.kind !== 'message' ? `optional ${value}` : value;
}

function valueText(value: ValueType): string {
  if (value.kind === 'scalar') return value.scalar;
  return value.kind === 'message' && value.delimited ? `group ${value.type.fullName}` : value.type.fullName;
}
