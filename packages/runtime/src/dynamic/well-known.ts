import type { MessageType } from '../codec/index.ts';
import { Any } from '../google/protobuf/any.pb.ts';
import { Duration } from '../google/protobuf/duration.pb.ts';
import { Empty } from '../google/protobuf/empty.pb.ts';
import { FieldMask } from '../google/protobuf/field_mask.pb.ts';
import { ListValue, Struct, Value } from '../google/protobuf/struct.pb.ts';
import { Timestamp } from '../google/protobuf/timestamp.pb.ts';
import * as wrappers from '../google/protobuf/wrappers.pb.ts';
import { enumShape, enumValueShape, type FileDescriptor, fileShape, messageShape } from '@pipit/schema';

export const nullValue = 'google.protobuf.NullValue';
export const valueType = 'google.protobuf.Value';

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
export const acceptsNull: ReadonlySet<string> = new Set([valueType, nullValue]);
