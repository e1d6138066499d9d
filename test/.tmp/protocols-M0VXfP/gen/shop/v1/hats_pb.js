import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
const set = fromBinary(FileDescriptorSetSchema, readFileSync("/work/h/proto19/test/.tmp/protocols-M0VXfP/set.bin"));
export const Hats = createFileRegistry(set).getService('shop.v1.Hats');