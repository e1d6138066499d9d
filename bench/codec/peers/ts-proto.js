import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { compile } from '../../lib/compile.js';
import { generateWithProtoc } from '../workspace.js';

export const tsProto = {
  id: 'ts-proto',
  title: 'ts-proto',
  packages: ['ts-proto'],

  generate(out) {
    const plugin = join(packageFolder('ts-proto'), 'protoc-gen-ts_proto');
    generateWithProtoc(
      out,
      plugin,
      'forceLong=bigint,esModuleInterop=true,importSuffix=.js,emitDefaultValues=json-methods',
    );
    compile(out, 'esm');
  },

  async load(out, schema, message) {
    const type = (await import(join(out, `${schema}.js`)))[message];
    return {
      jsonNames: 'camel',
      decode: (bytes) => type.decode(bytes),
      encode: (value) => type.encode(value).finish(),
      toJsonBytes: (value) => Buffer.from(JSON.stringify(type.toJSON(value))),
      fromJsonBytes: (bytes) => type.fromJSON(JSON.parse(bytes.toString())),
    };
  },
};
