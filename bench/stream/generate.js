import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../lib/compile.js';
import { bench, packageFolder, root } from '../lib/paths.js';
import { protoc } from '../lib/protoc.js';

const folder = join(bench, 'stream');

/** Generated code, not committed. */
export const generated = join(folder, 'gen');
export const protoFile = join(folder, 'ticker.proto');

/** Generates ticker.proto with our plugin and with protobuf-es. */
export function generate() {
  rmSync(generated, { recursive: true, force: true });
  run('pipit', join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js'), 'import_extension=js');
  compile(join(generated, 'pipit'), 'esm');
  run(
    'es',
    join(packageFolder('@bufbuild/protoc-gen-es'), 'bin/protoc-gen-es'),
    'target=js,import_extension=js',
  );
}

function run(id, plugin, parameter) {
  const out = join(generated, id);
  mkdirSync(out, { recursive: true });
  protoc([
    `-I${folder}`,
    `--plugin=protoc-gen-peer=${plugin}`,
    `--peer_out=${out}`,
    `--peer_opt=${parameter}`,
    'ticker.proto',
  ]);
}
