import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../lib/compile.js';
import { bench, root } from '../lib/paths.js';
import { protoc } from '../lib/protoc.js';

/** The folder of the generated code. */
export const generated = join(bench, 'validate/gen');
const descriptors = join(generated, 'rules.binpb');

/** Generates the code of rules.proto, and its descriptors for those who check without code. */
export function generate() {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  const plugin = join(root, 'packages/protoc-gen-twirp-ts');
  protoc([
    `-I${join(bench, 'validate')}`,
    `-I${join(plugin, 'proto')}`,
    '--include_imports',
    `--descriptor_set_out=${descriptors}`,
    `--plugin=protoc-gen-pipit=${join(plugin, 'bin/protoc-gen-twirp-ts.js')}`,
    `--pipit_out=${generated}`,
    '--pipit_opt=import_extension=js',
    'rules.proto',
  ]);
  compile(generated, 'esm');
}

export function descriptorSet() {
  return readFileSync(descriptors);
}
