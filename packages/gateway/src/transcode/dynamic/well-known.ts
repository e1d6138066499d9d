import type { MessageType } from '@pipit/runtime/codec';
import { Any } from '@pipit/runtime/google/protobuf/any';
import { Duration } from '@pipit/runtime/google/protobuf/duration';
import { Empty } from '@pipit/runtime/google/protobuf/empty';
import { FieldMask } from '@pipit/runtime/google/protobuf/field_mask';
import { ListValue, Struct, Value } from '@pipit/runtime/google/protobuf/struct';
import { Timestamp } from '@pipit/runtime/google/protobuf/timestamp';
import * as wrappers from '@pipit/runtime/google/protobuf/wrappers';
import { enumShape, enumValueShape, type FileDescriptor, fileShape, messageShape } from '@pipit/schema';

export const nullValue = 'google.protobuf.NullValue';
const value = 'google.protobuf.Value';

/** Types whose JSON only the runtime knows; what a set says about them is not looked at. By full name. */
export const wellKnownTypes: ReadonlyMap<string, MessageType<unknown>> = new Map(
  [Any, Duration, Empty, FieldMask, ListValue, Struct, Timestamp, Value, ...Object.values(wrappers)]
    .filter((type) => 'typeName' in type)
    .map((type) => [type.typeName, type as unknown as MessageType<unknown>]),
);

/** The same types for a schema, by name, and Struct's neighbour: sets without these files refer to them too. */
export const wellKnownFile: FileDescriptor = {
  ...fileShape.empty(),
  name: 'well-known types',
  package: 'google.protobuf',
  syntax: 'proto3',
  messages: [...wellKnownTypes.keys()].map((typeName) => ({
    ...messageShape.empty(),
    name: typeName.slice('google.protobuf.'.length),
  })),
  enums: [
    { ...enumShape.empty(), name: 'NullValue', values: [{ ...enumValueShape.empty(), name: 'NULL_VALUE' }] },
  ],
};

/** Types for which JSON's `null` is a value. */
export const acceptsNull: ReadonlySet<string> = new Set([value, nullValue]);
