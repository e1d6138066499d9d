import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  type Message,
  type ScalarType,
} from '@bufbuild/protobuf';
import { reflect, type ReflectMessage } from '@bufbuild/protobuf/reflect';
import fc from 'fast-check';

/** Members of ScalarType, a TypeScript enum that `erasableSyntaxOnly` code cannot take for granted. */
const DOUBLE = 1 as ScalarType;

const int32 = fc.oneof(fc.integer(), fc.constantFrom(0, 1, -1, 127, 128, 0x7fffffff, -0x80000000));
const uint32 = fc.oneof(fc.nat({ max: 0xffffffff }), fc.constantFrom(0, 1, 0xffffffff));
const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 1n, -1n, 2n ** 53n, 2n ** 63n - 1n, -(2n ** 63n)),
);
const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(0n, 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n),
);
const double = fc.oneof(fc.double(), fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 1e21, 0.1));
const float = fc.oneof(
  fc.float(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, Math.fround(0.1), Math.fround(3.4e38)),
);
const text = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.string({ maxLength: 100 }),
  fc.constantFrom(
    '',
    '"\\\u0000\u001f\u2028',
    '世界 👋',
    'x'.repeat(300),
    '__proto__',
    'constructor',
    '\ufeff',
  ),
);
const bytes = fc.uint8Array({ maxLength: 40 });

/** ScalarType by number: FieldDescriptorProto.Type. */
const SCALARS: Readonly<Record<number, fc.Arbitrary<unknown>>> = {
  [DOUBLE]: double,
  2: float,
  3: int64,
  4: uint64,
  5: int32,
  6: uint64,
  7: uint32,
  8: fc.boolean(),
  9: text,
  12: bytes,
  13: uint32,
  15: int32,
  16: int64,
  17: int32,
  18: int64,
};

/** What a value may be, beside what its schema says. */
export interface Limits {
  /** Only what has a JSON form: years 1 to 9999, finite Values, field masks that survive camel case, … */
  readonly json: boolean;
  /** How deep messages may nest. */
  readonly depth: number;
}

/** A message of a schema only known at run time. */
export function messageOf(desc: DescMessage, limits: Limits): fc.Arbitrary<Message> {
  const record = recordOf(desc, limits);
  if (record === undefined)
    throw new Error(`${desc.typeName}: required messages nest deeper than ${limits.depth}`);
  return record.map(({ message }) => message);
}

/** @returns undefined where a required field would nest too deeply */
function recordOf(desc: DescMessage, limits: Limits): fc.Arbitrary<ReflectMessage> | undefined {
  const special = wellKnown(desc, limits);
  if (special !== undefined) return special;
  const plain = desc.fields.filter((field) => field.oneof === undefined);
  const fields = plain.map((field) => ({ field, set: setter(field, limits, limits.json && isValue(field)) }));
  if (fields.some(({ field, set }) => isRequired(field) && set === undefined)) return undefined;
  const members = [
    ...fields.map(({ set }) => set),
    ...desc.oneofs.map((oneof) => {
      const picks = oneof.fields
        .map((field) => setter(field, limits, true))
        .filter((pick) => pick !== undefined);
      return picks.length === 0 ? undefined : fc.option(fc.oneof(...picks), { nil: undefined, freq: 3 });
    }),
  ].filter((member) => member !== undefined);
  return fc.tuple(...members).map((sets) => {
    const message = reflect(desc, create(desc), false);
    for (const set of sets) set?.(message);
    return message;
  });
}

/** As JSON, an unset Value is `null` where defaults are written (as in Go), which reads back as one that is set. */
function isValue(field: DescField): boolean {
  return field.fieldKind === 'message' && field.message.typeName === 'google.protobuf.Value';
}

/** FeatureSet.FieldPresence.LEGACY_REQUIRED */
function isRequired(field: DescField): boolean {
  return (field.presence as number) === 3;
}

type Setter = (message: ReflectMessage) => void;

/** What sets a field, or leaves it; undefined where it would nest too deeply. */
function setter(
  field: DescField,
  limits: Limits,
  always = false,
): fc.Arbitrary<Setter | undefined> | undefined {
  const required = always || isRequired(field);
  const optional = (set: fc.Arbitrary<Setter>): fc.Arbitrary<Setter | undefined> =>
    required ? set : fc.option(set, { nil: undefined, freq: 2 });
  if (field.fieldKind === 'list') {
    const item = valueOf(field, limits);
    return item === undefined
      ? undefined
      : optional(
          fc.array(item, { maxLength: 4 }).map((items) => (m) => {
            for (const value of items) m.get(field).add(value);
          }),
        );
  }
  if (field.fieldKind === 'map') {
    const value = valueOf(field, limits);
    // As a key, `__proto__` is what protobuf-es itself trips over; ours has tests of its own.
    const key = SCALARS[field.mapKey as number]!.filter((name) => name !== '__proto__');
    return value === undefined
      ? undefined
      : optional(
          fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => (m) => {
            for (const [k, v] of entries) m.get(field).set(k, v);
          }),
        );
  }
  const value = valueOf(field, limits);
  if (value === undefined) return undefined;
  return optional(value.map((v) => (m) => m.set(field, v)));
}

function valueOf(field: DescField, limits: Limits): fc.Arbitrary<unknown> | undefined {
  if (field.message !== undefined) {
    const depth = limits.depth - 1;
    return depth > 0 || isShallow(field.message) ? recordOf(field.message, { ...limits, depth }) : undefined;
  }
  if (field.enum !== undefined) return enumOf(field.enum, limits);
  const scalar = SCALARS[(field as { scalar: ScalarType }).scalar as number]!;
  // JS_NUMBER takes what is an exact number in JavaScript.
  if ((field.proto.options?.jstype as number | undefined) !== 2) return scalar;
  return (scalar as fc.Arbitrary<bigint>).filter((value) => Number.isSafeInteger(Number(value)));
}

/** A message of google.protobuf that ends by itself: those of descriptor.proto hold each other without end. */
function isShallow({ file, typeName }: DescMessage): boolean {
  return typeName.startsWith('google.protobuf.') && !file.name.startsWith('google/protobuf/descriptor');
}

function enumOf(type: DescEnum, limits: Limits): fc.Arbitrary<number> {
  if (type.typeName === 'google.protobuf.NullValue') return fc.constant(0);
  const named = fc.constantFrom(...type.values.map(({ number }) => number));
  return type.open && !limits.json
    ? fc.oneof({ weight: 4, arbitrary: named }, { weight: 1, arbitrary: int32 })
    : named;
}

/** Well-known types whose values are fewer than their fields allow. */
function wellKnown(desc: DescMessage, { json, depth }: Limits): fc.Arbitrary<ReflectMessage> | undefined {
  const make = (init: object): ReflectMessage => reflect(desc, create(desc, init as never), false);
  switch (desc.typeName) {
    case 'google.protobuf.Any':
      // What it holds is another test's matter.
      return fc.constant(make({}));
    case 'google.protobuf.Timestamp':
      return fc
        .tuple(fc.bigInt({ min: -62135596800n, max: 253402300799n }), fc.nat({ max: 999_999_999 }))
        .map(([seconds, nanos]) => make({ seconds, nanos }));
    case 'google.protobuf.Duration':
      return fc
        .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 315_576_000_000n }), fc.nat({ max: 999_999_999 }))
        .map(([negative, seconds, nanos]) =>
          make(negative ? { seconds: -seconds, nanos: 0 - nanos } : { seconds, nanos }),
        );
    case 'google.protobuf.FieldMask':
      return fc
        .array(fc.constantFrom('a', 'user_name', 'a.b_c.d', 'x1'), { maxLength: 3 })
        .map((paths) => make({ paths }));
    case 'google.protobuf.Value': {
      const number = json ? double.filter(Number.isFinite) : double;
      const kinds = [
        fc.constant({ case: 'nullValue', value: 0 }),
        number.map((value) => ({ case: 'numberValue', value })),
        text.map((value) => ({ case: 'stringValue', value })),
        fc.boolean().map((value) => ({ case: 'boolValue', value })),
      ];
      const scalar: fc.Arbitrary<object> = fc.oneof(...kinds);
      const list = depth > 1 ? fc.array(scalar, { maxLength: 3 }) : fc.constant([]);
      return fc.oneof(
        scalar.map((kind) => make({ kind })),
        list.map((kinds) =>
          make({ kind: { case: 'listValue', value: { values: kinds.map((kind) => ({ kind })) } } }),
        ),
      );
    }
    case 'google.protobuf.ListValue':
    case 'google.protobuf.Struct':
      if (depth > 0) return undefined;
      return fc.constant(make({}));
    default:
      return undefined;
  }
}
