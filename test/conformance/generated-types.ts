import { createRegistry, type Extension, type MessageType } from '@pipit/runtime/codec';
import * as any from '@pipit/runtime/google/protobuf/any';
import * as duration from '@pipit/runtime/google/protobuf/duration';
import * as fieldMask from '@pipit/runtime/google/protobuf/field_mask';
import * as struct from '@pipit/runtime/google/protobuf/struct';
import * as timestamp from '@pipit/runtime/google/protobuf/timestamp';
import * as wrappers from '@pipit/runtime/google/protobuf/wrappers';
import * as edition2023 from './gen/google/protobuf/test_messages_edition2023.pb.ts';
import * as proto2 from './gen/google/protobuf/test_messages_proto2.pb.ts';
import * as proto2Editions from './gen/google/protobuf/test_messages_proto2_editions.pb.ts';
import * as proto3 from './gen/google/protobuf/test_messages_proto3.pb.ts';
import * as proto3Editions from './gen/google/protobuf/test_messages_proto3_editions.pb.ts';
import type { Types } from './types.ts';

const files = [proto2, proto3, proto2Editions, proto3Editions, edition2023];
const wellKnown = [any, duration, fieldMask, struct, timestamp, wrappers];
const exported = [...files, ...wellKnown].flatMap((file) => Object.values<unknown>(file));

const messages = exported.filter(isMessageType);
const byName = new Map(messages.map((type) => [type.typeName, type]));

/** What our plugin makes of the official protos. */
export const generatedTypes: Types = {
  registry: createRegistry(...messages, ...exported.filter(isExtension)),
  message: (typeName) => byName.get(typeName),
};

function isMessageType(value: unknown): value is MessageType<object> {
  return typeof value === 'object' && value !== null && 'typeName' in value && 'decode' in value;
}

function isExtension(value: unknown): value is Extension<object, object, object> {
  return typeof value === 'object' && value !== null && 'extendee' in value;
}
