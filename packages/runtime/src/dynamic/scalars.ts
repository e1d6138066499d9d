import type {
  BinaryReader,
  BinaryWriter,
  FormReader,
  JsonKey,
  JsonReader,
  JsonWriter,
} from '../codec/index.ts';
import type { ScalarName } from '@pipit/schema';

/** The functions by which one kind of scalar is read and written in JSON and forms, as generated code does it. */
interface TextScalar<T = unknown> {
  readonly writeJson: (w: JsonWriter, value: T) => void;
  /** For implicit presence. */
  readonly writeJsonField: (w: JsonWriter, key: JsonKey, value: T) => void;
  readonly readJson: (r: JsonReader) => T;
  /** Undefined where a map cannot have such a key. */
  readonly mapKey?: (r: JsonReader) => string | undefined;
  /** Undefined where a form cannot hold it. */
  readonly form?: (form: FormReader, name: string, jsonName: string | undefined) => T | undefined;
  readonly forms?: (form: FormReader, name: string, jsonName: string | undefined) => T[] | undefined;
}

/** The same for the binary format. */
interface WireScalar<T = unknown> {
  readonly wireType: 0 | 1 | 2 | 5;
  readonly zero: T;
  readonly isZero: (value: T) => boolean;
  readonly read: (r: BinaryReader) => T;
  readonly write: (w: BinaryWriter, tag: number, value: T) => void;
  /** Undefined for what is never packed. */
  readonly packed?: (w: BinaryWriter, tag: number, values: readonly T[]) => void;
  /** Of the string an object key is. */
  readonly fromKey: (key: string) => T;
}

export interface Scalar {
  readonly wire: WireScalar;
  readonly text: TextScalar;
}

const int32Text: TextScalar<number> = {
  writeJson: (w, value) => w.int32(value),
  writeJsonField: (w, key, value) => w.int32Field(key, value),
  readJson: (r) => r.int32(),
  mapKey: (r) => r.mapKeyInt32(),
  form: (form, name, jsonName) => form.int32(name, jsonName),
  forms: (form, name, jsonName) => form.int32s(name, jsonName),
};

const uint32Text: TextScalar<number> = {
  writeJson: (w, value) => w.uint32(value),
  writeJsonField: (w, key, value) => w.uint32Field(key, value),
  readJson: (r) => r.uint32(),
  mapKey: (r) => r.mapKeyUint32(),
  form: (form, name, jsonName) => form.uint32(name, jsonName),
  forms: (form, name, jsonName) => form.uint32s(name, jsonName),
};

const int64Text: TextScalar<bigint> = {
  writeJson: (w, value) => w.int64(value),
  writeJsonField: (w, key, value) => w.int64Field(key, value),
  readJson: (r) => r.int64(),
  mapKey: (r) => r.mapKeyInt64(),
  form: (form, name, jsonName) => form.int64(name, jsonName),
  forms: (form, name, jsonName) => form.int64s(name, jsonName),
};

const uint64Text: TextScalar<bigint> = {
  writeJson: (w, value) => w.uint64(value),
  writeJsonField: (w, key, value) => w.uint64Field(key, value),
  readJson: (r) => r.uint64(),
  mapKey: (r) => r.mapKeyUint64(),
  form: (form, name, jsonName) => form.uint64(name, jsonName),
  forms: (form, name, jsonName) => form.uint64s(name, jsonName),
};

const doubleText: TextScalar<number> = {
  writeJson: (w, value) => w.double(value),
  writeJsonField: (w, key, value) => w.doubleField(key, value),
  readJson: (r) => r.double(),
  form: (form, name, jsonName) => form.double(name, jsonName),
  forms: (form, name, jsonName) => form.doubles(name, jsonName),
};

const floatText: TextScalar<number> = {
  writeJson: (w, value) => w.float(value),
  writeJsonField: (w, key, value) => w.floatField(key, value),
  readJson: (r) => r.float(),
  form: (form, name, jsonName) => form.float(name, jsonName),
  forms: (form, name, jsonName) => form.floats(name, jsonName),
};

const boolText: TextScalar<boolean> = {
  writeJson: (w, value) => w.bool(value),
  writeJsonField: (w, key, value) => w.boolField(key, value),
  readJson: (r) => r.bool(),
  mapKey: (r) => r.mapKeyBool(),
  form: (form, name, jsonName) => form.bool(name, jsonName),
  forms: (form, name, jsonName) => form.bools(name, jsonName),
};

const stringText: TextScalar<string> = {
  writeJson: (w, value) => w.string(value),
  writeJsonField: (w, key, value) => w.stringField(key, value),
  readJson: (r) => r.string(),
  mapKey: (r) => r.mapKey(),
  form: (form, name, jsonName) => form.string(name, jsonName),
  forms: (form, name, jsonName) => form.strings(name, jsonName),
};

const bytesText: TextScalar<Uint8Array> = {
  writeJson: (w, value) => w.bytes(value),
  writeJsonField: (w, key, value) => w.bytesField(key, value),
  readJson: (r) => r.bytes(),
  form: (form, name, jsonName) => form.content(name, jsonName),
  forms: (form, name, jsonName) => form.contents(name, jsonName),
};

type Rest<T> = Omit<WireScalar<T>, 'zero' | 'isZero' | 'fromKey'>;

function scalar<T>(text: TextScalar<T>, wire: WireScalar<T>): Scalar {
  return { text, wire } as Scalar;
}

function small(text: TextScalar<number>, rest: Rest<number>): Scalar {
  return scalar(text, { ...rest, zero: 0, isZero: (value) => value === 0, fromKey: Number });
}

function large(text: TextScalar<bigint>, rest: Rest<bigint>): Scalar {
  return scalar(text, { ...rest, zero: 0n, isZero: (value) => value === 0n, fromKey: BigInt });
}

/** -0 is a value to send. */
function fraction(text: TextScalar<number>, rest: Rest<number>): Scalar {
  return scalar(text, { ...rest, zero: 0, isZero: (value) => Object.is(value, 0), fromKey: Number });
}

function text(read: (r: BinaryReader) => string): Scalar {
  return scalar(stringText, {
    wireType: 2,
    zero: '',
    isZero: (value) => value === '',
    read,
    write: (w, tag, value) => w.string(tag, value),
    fromKey: (key) => key,
  });
}

const uncheckedString: Scalar = text((r) => r.uncheckedString());

const scalars: Readonly<Record<ScalarName, Scalar>> = {
  int32: small(int32Text, {
    wireType: 0,
    read: (r) => r.int32(),
    write: (w, tag, value) => w.int32(tag, value),
    packed: (w, tag, values) => w.packedInt32(tag, values),
  }),
  uint32: small(uint32Text, {
    wireType: 0,
    read: (r) => r.uint32(),
    write: (w, tag, value) => w.uint32(tag, value),
    packed: (w, tag, values) => w.packedUint32(tag, values),
  }),
  sint32: small(int32Text, {
    wireType: 0,
    read: (r) => r.sint32(),
    write: (w, tag, value) => w.sint32(tag, value),
    packed: (w, tag, values) => w.packedSint32(tag, values),
  }),
  fixed32: small(uint32Text, {
    wireType: 5,
    read: (r) => r.fixed32(),
    write: (w, tag, value) => w.fixed32(tag, value),
    packed: (w, tag, values) => w.packedFixed32(tag, values),
  }),
  sfixed32: small(int32Text, {
    wireType: 5,
    read: (r) => r.sfixed32(),
    write: (w, tag, value) => w.sfixed32(tag, value),
    packed: (w, tag, values) => w.packedSfixed32(tag, values),
  }),
  int64: large(int64Text, {
    wireType: 0,
    read: (r) => r.int64(),
    write: (w, tag, value) => w.int64(tag, value),
    packed: (w, tag, values) => w.packedInt64(tag, values),
  }),
  uint64: large(uint64Text, {
    wireType: 0,
    read: (r) => r.uint64(),
    write: (w, tag, value) => w.uint64(tag, value),
    packed: (w, tag, values) => w.packedUint64(tag, values),
  }),
  sint64: large(int64Text, {
    wireType: 0,
    read: (r) => r.sint64(),
    write: (w, tag, value) => w.sint64(tag, value),
    packed: (w, tag, values) => w.packedSint64(tag, values),
  }),
  fixed64: large(uint64Text, {
    wireType: 1,
    read: (r) => r.fixed64(),
    write: (w, tag, value) => w.fixed64(tag, value),
    packed: (w, tag, values) => w.packedFixed64(tag, values),
  }),
  sfixed64: large(int64Text, {
    wireType: 1,
    read: (r) => r.sfixed64(),
    write: (w, tag, value) => w.sfixed64(tag, value),
    packed: (w, tag, values) => w.packedSfixed64(tag, values),
  }),
  float: fraction(floatText, {
    wireType: 5,
    read: (r) => r.float(),
    write: (w, tag, value) => w.float(tag, value),
    packed: (w, tag, values) => w.packedFloat(tag, values),
  }),
  double: fraction(doubleText, {
    wireType: 1,
    read: (r) => r.double(),
    write: (w, tag, value) => w.double(tag, value),
    packed: (w, tag, values) => w.packedDouble(tag, values),
  }),
  bool: scalar(boolText, {
    wireType: 0,
    zero: false,
    isZero: (value) => !value,
    read: (r) => r.bool(),
    write: (w, tag, value) => w.bool(tag, value),
    packed: (w, tag, values) => w.packedBool(tag, values),
    fromKey: (key) => key === 'true',
  }),
  string: text((r) => r.string()),
  bytes: scalar(bytesText, {
    wireType: 2,
    zero: new Uint8Array(),
    isZero: (value) => value.length === 0,
    read: (r) => r.bytes(),
    write: (w, tag, value) => w.bytes(tag, value),
    fromKey: (key) => new TextEncoder().encode(key),
  }),
};

export function scalarOf(name: ScalarName, checkUtf8: boolean): Scalar {
  return name === 'string' && !checkUtf8 ? uncheckedString : scalars[name];
}
