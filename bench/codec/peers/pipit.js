import { join } from 'node:path';
import { packageFolder, root } from '../../lib/paths.js';
import { compile } from '../../lib/compile.js';
import { generateWithProtoc } from '../workspace.js';

/** Ours, as a user's project has it: generated from the same protos and compiled by tsc. */
export const pipit = {
  id: 'pipit',
  title: 'Pipit',
  packages: ['@pipit/runtime', 'protoc-gen-twirp-ts'],
  // The plugin changes between runs; nothing of it is kept from the last one.
  alwaysGenerate: true,

  generate(out) {
    const plugin = join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js');
    generateWithProtoc(out, plugin, 'import_extension=js');
    compile(out, 'esm');
  },

  async load(out, schema, message) {
    const type = (await import(join(out, `${schema}.pb.js`)))[message];
    // Not a public export: the doors of the server call it, and the bench stands in for a door here.
    const { parseForm } = await import(join(packageFolder('@pipit/runtime'), 'dist/form/parse-form.js'));
    return {
      jsonNames: 'proto',
      decode: (bytes) => type.decode(bytes),
      encode: (value) => type.encode(value),
      toJsonBytes: (value) => type.toJsonBytes(value),
      fromJsonBytes: (bytes) => type.fromJsonBytes(bytes),
      fromForm: (bytes) => type.fromForm(parseForm(bytes, undefined)),
    };
  },
};
