import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { compile } from '../../lib/compile.js';
import { generateWithProtoc } from '../workspace.js';

const twirpJson = { useProtoFieldName: true, emitDefaultValues: true };

export const protobufTs = {
  id: 'protobuf-ts',
  title: 'protobuf-ts',
  packages: ['@protobuf-ts/plugin', '@protobuf-ts/runtime'],

  generate(out) {
    const plugin = join(packageFolder('@protobuf-ts/plugin'), 'bin/protoc-gen-ts');
    generateWithProtoc(out, plugin, 'generate_dependencies');
    compile(out, 'commonjs');
  },

  async load(out, schema, message) {
    const type = (await import(join(out, `${schema}.js`))).default[message];
    return {
      jsonNames: 'proto',
      decode: (bytes) => type.fromBinary(bytes),
      encode: (value) => type.toBinary(value),
      toJsonBytes: (value) => Buffer.from(type.toJsonString(value, twirpJson)),
      fromJsonBytes: (bytes) => type.fromJsonString(bytes.toString()),
    };
  },
};
