import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../lib/compile.js';
import { bench, root } from '../lib/paths.js';
import { protoc } from '../lib/protoc.js';

const folder = join(bench, 'soak');

/** Generated code, not committed. */
export const generated = join(folder, 'gen');

/** Generates soak.proto with our plugin and compiles it, as a user's project would. */
export function generate() {
  rmSync(generated, { recursive: true, force: true });
  mkdirSync(generated, { recursive: true });
  const plugin = join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js');
  protoc([
    `-I${folder}`,
    `--plugin=protoc-gen-pipit=${plugin}`,
    `--pipit_out=${generated}`,
    '--pipit_opt=import_extension=js',
    'soak.proto',
  ]);
  compile(generated, 'esm');
}
