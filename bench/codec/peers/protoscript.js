import { join } from 'node:path';
import { packageFolder } from '../../lib/paths.js';
import { generateWithProtoc } from '../workspace.js';

export const protoscript = {
  id: 'protoscript',
  title: 'protoscript',
  packages: ['protoscript'],

  generate(out) {
    const plugin = join(packageFolder('protoscript'), 'dist/compiler.js');
    generateWithProtoc(
      out,
      plugin,
      'language=javascript,json=emitFieldsWithDefaultValues,json=useProtoFieldName',
    );
  },

  async load(out, schema, message) {
    const module = await import(join(out, `${schema}.pb.js`));
    const type = module[message];
    const json = module[`${message}JSON`];
    return {
      jsonNames: 'proto',
      decode: (bytes) => type.decode(bytes),
      encode: (value) => type.encode(value),
      toJsonBytes: (value) => Buffer.from(json.encode(value)),
      fromJsonBytes: (bytes) => json.decode(bytes.toString()),
    };
  },
};
