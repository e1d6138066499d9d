import type { MessageType } from '@pipit/runtime/codec';
import { Any } from '@pipit/runtime/google/protobuf/any';
import { Duration } from '@pipit/runtime/google/protobuf/duration';
import { Empty } from '@pipit/runtime/google/protobuf/empty';
import { FieldMask } from '@pipit/runtime/google/protobuf/field_mask';
import { ListValue, Struct, Value } from '@pipit/runtime/google/protobuf/struct';
import { Timestamp } from '@pipit/runtime/google/protobuf/timestamp';
import * as wrappers from '@pipit/runtime/google/protobuf/wrappers';
import type { DeclaredEnum } from '../descriptor/schema.ts';

export const nullValue = 'google.protobuf.NullValue';
const value = 'google.protobuf.Value';

/** Types whose JSON only the runtime knows; what a set says about them is not looked at. By full name. */
export const wellKnownTypes: ReadonlyMap<string, MessageType<unknown>> = new Map(
  [Any, Duration, Empty, FieldMask, ListValue, Struct, Timestamp, Value, ...Object.values(wrappers)]
    .filter((type) => 'typeName' in type)
    .map((type) => [type.typeName, type as unknown as MessageType<unknown>]),
);

/** Struct's neighbour: sets without struct.proto refer to it too. */
export const wellKnownEnums: ReadonlyMap<string, DeclaredEnum> = new Map([
  [
    nullValue,
    {
      fullName: nullValue,
      closed: false,
      descriptor: {
        name: 'NullValue',
        values: [{ name: 'NULL_VALUE', number: 0 }],
        features: {
          fieldPresence: 0,
          enumType: 0,
          repeatedFieldEncoding: 0,
          utf8Validation: 0,
          messageEncoding: 0,
        },
      },
    },
  ],
]);

/** Types for which JSON's `null` is a value. */
export const acceptsNull: ReadonlySet<string> = new Set([value, nullValue]);
