import type { MessageModel } from './types.ts';

const WELL_KNOWN = new Set(
  'any api descriptor duration empty field_mask source_context struct timestamp type wrappers'
    .split(' ')
    .map((name) => `google/protobuf/${name}`),
);

/** Reports whether the runtime brings what would be generated for a file. */
export function isWellKnown(stem: string): boolean {
  return WELL_KNOWN.has(stem);
}

const WRAPPERS = new Set(
  ['Double', 'Float', 'Int64', 'UInt64', 'Int32', 'UInt32', 'Bool', 'String', 'Bytes'].map(
    (name) => `google.protobuf.${name}Value`,
  ),
);

/** A wrapper's JSON is that of the field it wraps (wrappers.proto). */
export function isWrapper(message: MessageModel): boolean {
  return WRAPPERS.has(message.typeName);
}

const HAND_WRITTEN: ReadonlyMap<string, string> = new Map([
  ['google.protobuf.Any', 'any-json'],
  ['google.protobuf.Duration', 'duration-json'],
  ['google.protobuf.FieldMask', 'field-mask-json'],
  ['google.protobuf.ListValue', 'struct-json'],
  ['google.protobuf.Struct', 'struct-json'],
  ['google.protobuf.Timestamp', 'timestamp-json'],
  ['google.protobuf.Value', 'struct-json'],
]);

/** The file of the runtime that reads and writes the JSON of a message, where no rule could generate it. */
export function handWrittenJson(message: MessageModel): string | undefined {
  return HAND_WRITTEN.get(message.typeName);
}

/** The message that a Date is one of. */
export const TIMESTAMP = 'google.protobuf.Timestamp';

/** Reports whether the JSON of a message is a value of its own and not an object of its fields. */
export function hasJsonValue(message: MessageModel): boolean {
  return handWrittenJson(message) !== undefined || isWrapper(message);
}

/** The enum whose only value is JSON's `null`. */
export const NULL_VALUE = 'google.protobuf.NullValue';
/** The message that holds any JSON value, `null` too. */
export const VALUE = 'google.protobuf.Value';
