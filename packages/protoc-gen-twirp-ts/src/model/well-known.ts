import type { MessageModel } from './types.ts';

/** The types that the runtime brings, by the file of it that declares them. */
const types: Readonly<Record<string, string>> = {
  any: 'Any',
  api: 'Api Method Mixin',
  descriptor:
    'DescriptorProto Edition EnumDescriptorProto EnumOptions EnumValueDescriptorProto EnumValueOptions ' +
    'ExtensionRangeOptions FeatureSet FeatureSetDefaults FieldDescriptorProto FieldOptions FileDescriptorProto ' +
    'FileDescriptorSet FileOptions GeneratedCodeInfo MessageOptions MethodDescriptorProto MethodOptions ' +
    'OneofDescriptorProto OneofOptions ServiceDescriptorProto ServiceOptions SourceCodeInfo SymbolVisibility ' +
    'UninterpretedOption',
  duration: 'Duration',
  empty: 'Empty',
  field_mask: 'FieldMask',
  source_context: 'SourceContext',
  struct: 'ListValue NullValue Struct Value',
  timestamp: 'Timestamp',
  type: 'Enum EnumValue Field Option Syntax Type',
  wrappers:
    'BoolValue BytesValue DoubleValue FloatValue Int32Value Int64Value StringValue UInt32Value UInt64Value',
};

const stems = new Set(Object.keys(types).map((name) => `google/protobuf/${name}`));

const stemsByType = new Map(
  Object.entries(types).flatMap(([name, declared]) =>
    declared.split(' ').map((type): [string, string] => [type, `google/protobuf/${name}`]),
  ),
);

/** Reports whether the runtime brings what would be generated for a file. */
export function isWellKnown(stem: string): boolean {
  return stems.has(stem);
}

/**
 * The file of the runtime that declares a type, whatever file of the request does: a copy of timestamp.proto may lie
 * anywhere. A nested type lies where the one around it does.
 * @param names of the type and those around it, without the package
 */
export function wellKnownStem(fullName: string, names: readonly string[]): string | undefined {
  return fullName === `google.protobuf.${names.join('.')}` ? stemsByType.get(names[0]!) : undefined;
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
