import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorSet, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { rulesProtoPath } from 'protoc-gen-twirp-ts';
import { runProtoc } from '../codec/protobuf-es.ts';

/** The descriptors of validate.proto, of all that it imports, and of the well-known types. @param dir for a file */
export function compiledRules(dir: string): FileDescriptorSet {
  const out = join(dir, 'rules.bin');
  const wellKnown = ['any', 'duration', 'field_mask', 'timestamp', 'wrappers'];
  runProtoc([
    `-I${rulesProtoPath}`,
    '--include_imports',
    `--descriptor_set_out=${out}`,
    'buf/validate/validate.proto',
    ...wellKnown.map((name) => `google/protobuf/${name}.proto`),
  ]);
  return fromBinary(FileDescriptorSetSchema, readFileSync(out));
}
