import type {
  BinaryReader,
  BinaryWriter,
  EnumType,
  JsonKey,
  JsonReader,
  JsonWriter,
} from '../codec/index.ts';
import type { ValueType } from '@pipit/schema';
import type { ReadField } from './field.ts';
import type { DynamicMessage } from './message.ts';
import type { MessageFunctions, TypeSource } from './type-source.ts';
import { nullValue } from './well-known.ts';
import { type Scalar, scalarOf } from './scalars.ts';

/** How one value of a field is read and written. */
export interface ValueCodec {
  /** `field number << 3 | wire type` of one value. */
  readonly tag: number;
  /** Of a scalar. */
  readonly scalar: Scalar | undefined;
  /** Of a message. */
  readonly message: MessageFunctions | undefined;
  /** Of an enum. */
  readonly enum: EnumType | undefined;
  /** Its enum keeps numbers it does not name among the unknown fields. */
  readonly closed: boolean;
  /**
   * Reads the value behind a tag.
   * @param end of the message around
   * @param before the message to be merged with, if any
   */
  readonly read: (r: BinaryReader, end: number, before: unknown) => unknown;
  /** With its tag. */
  readonly write: (w: BinaryWriter, value: unknown) => void;
  readonly writeJson: (w: JsonWriter, value: unknown) => void;
  /** @returns undefined for an enum's unknown name where those are ignored */
  readonly readJson: (r: JsonReader) => unknown;
  /** For implicit presence: whether it is left out. Messages have none. */
  readonly isZero: (value: unknown) => boolean;
  readonly writeJsonField: (w: JsonWriter, key: JsonKey, value: unknown) => void;
  /** Undefined for what is never packed. */
  readonly packed: ((w: BinaryWriter, tag: number, values: readonly never[]) => void) | undefined;
  /** The value of a map's entry that comes without one. */
  readonly zero: () => unknown;
}

/** A whole tag, unsigned: numbers go up to 2^29 - 1. */
export function tagOf(number: number, wireType: number): number {
  return ((number << 3) | wireType) >>> 0;
}

export function valueCodec(type: ValueType, number: number, types: TypeSource): ValueCodec {
  if (type.kind === 'scalar') return scalarCodec(scalarOf(type.scalar, type.checkUtf8), number);
  if (type.kind === 'enum') {
    const { values } = type.type.descriptor;
    const first = values[0]?.number ?? 0;
    return enumCodec(types.enum(type.type), type.type.closed, first, number);
  }
  const functions = types.functions(type.type.fullName);
  return type.delimited ? groupCodec(functions, number) : messageCodec(functions, number);
}

function scalarCodec(scalar: Scalar, number: number): ValueCodec {
  const { wire, text } = scalar;
  const tag = tagOf(number, wire.wireType);
  return {
    tag,
    scalar,
    message: undefined,
    enum: undefined,
    closed: false,
    read: wire.read,
    write: (w, value) => wire.write(w, tag, value),
    writeJson: text.writeJson,
    readJson: text.readJson,
    isZero: wire.isZero,
    writeJsonField: text.writeJsonField,
    packed: wire.packed,
    zero: () => wire.zero,
  };
}

function enumCodec(type: EnumType, closed: boolean, first: number, number: number): ValueCodec {
  const tag = tagOf(number, 0);
  const isNull = type.typeName === nullValue;
  return {
    tag,
    scalar: undefined,
    message: undefined,
    enum: type,
    closed,
    read: (r) => r.int32(),
    write: (w, value) => w.int32(tag, value as number),
    writeJson: isNull ? (w) => w.null() : (w, value) => w.enum(type, value as number),
    readJson: isNull ? (r) => r.nullValue(type) : (r) => r.enum(type),
    isZero: (value) => value === 0,
    writeJsonField: isNull
      ? (w, key) => w.default(key, 'null')
      : (w, key, value) => w.enumField(key, type, value as number),
    packed: (w, packedTag, values) => w.packedInt32(packedTag, values),
    zero: () => first,
  };
}

function messageCodec(functions: MessageFunctions, number: number): ValueCodec {
  const tag = tagOf(number, 2);
  return {
    tag,
    scalar: undefined,
    message: functions,
    enum: undefined,
    closed: false,
    read: (r, _end, before) => functions.read(r, r.enter(), before),
    write: (w, value) => {
      const at = w.begin(tag);
      functions.write(value, w);
      w.end(at);
    },
    writeJson: (w, value) => functions.writeJson(value, w),
    readJson: (r) => functions.readJson(r),
    isZero: (value) => value === undefined,
    writeJsonField: (w, key, value) => {
      w.key(key);
      functions.writeJson(value, w);
    },
    packed: undefined,
    zero: () => functions.create(),
  };
}

function groupCodec(functions: MessageFunctions, number: number): ValueCodec {
  const tag = tagOf(number, 3);
  return {
    ...messageCodec(functions, number),
    tag,
    read: (r, end, before) => functions.read(r, r.enterGroup(end), before, number),
    write: (w, value) => {
      w.tag(tag);
      functions.write(value, w);
      w.tag(tagOf(number, 4));
    },
  };
}

/** A closed enum keeps a number it does not name among the unknown fields. */
export function closedEnum(
  { tag, enum: type }: ValueCodec,
  store: (message: DynamicMessage, number: number) => void,
): ReadField {
  const { names } = type!;
  return (r, message) => {
    const start = r.pos;
    const number = r.int32();
    if (names.has(number)) store(message, number);
    else r.unknownEnum(message, tag, start);
  };
}
