import type { ScalarName } from './declarations.ts';

/** The scalars in the well-known wrappers, by the full name of the wrapper (google/protobuf/wrappers.proto). */
export const wrappedScalars: ReadonlyMap<string, ScalarName> = new Map([
  ['google.protobuf.BoolValue', 'bool'],
  ['google.protobuf.BytesValue', 'bytes'],
  ['google.protobuf.DoubleValue', 'double'],
  ['google.protobuf.FloatValue', 'float'],
  ['google.protobuf.Int32Value', 'int32'],
  ['google.protobuf.Int64Value', 'int64'],
  ['google.protobuf.StringValue', 'string'],
  ['google.protobuf.UInt32Value', 'uint32'],
  ['google.protobuf.UInt64Value', 'uint64'],
]);
