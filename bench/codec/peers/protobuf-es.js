import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { generateWithProtoc } from '../workspace.js';

/** Proto names and default values, as Twirp servers write JSON. */
export const twirpJson = { useProtoFieldName: true, alwaysEmitImplicit: true };

/** The oracle too: fixtures are made by it, and every peer's output is compared with it. */
export const protobufEs = {
  id: 'protobuf-es',
  title: 'protobuf-es',
  packages: ['@bufbuild/protobuf', '@bufbuild/protoc-gen-es'],

  generate(out) {
    const plugin = join(packageFolder('@bufbuild/protoc-gen-es'), 'bin/protoc-gen-es');
    generateWithProtoc(out, plugin, 'target=js,import_extension=js');
  },

  /** The generated descriptor of a message. */
  async descriptor(out, schema, message) {
    return (await import(join(out, `${schema}_pb.js`)))[`${message}Schema`];
  },

  async load(out, schema, message) {
    const { fromBinary, fromJsonString, toBinary, toJsonString } = await import('@bufbuild/protobuf');
    const type = await this.descriptor(out, schema, message);
    return {
      jsonNames: 'proto',
      decode: (bytes) => fromBinary(type, bytes),
      encode: (value) => toBinary(type, value),
      toJsonBytes: (value) => Buffer.from(toJsonString(type, value, twirpJson)),
      fromJsonBytes: (bytes) => fromJsonString(type, bytes.toString()),
    };
  },
};
