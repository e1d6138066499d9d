// The published plugin as one module: Node starts it in two thirds of the CPU time that its seventy modules take. Where
// there is a bundle the program is it, so a checkout has one only while it is packed or measured.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

/**
 * Bundles the compiled plugin of a tree of this repository.
 * @param {string} root the folder of the tree
 * @returns {() => void} removes the bundle
 */
export function bundlePlugin(root) {
  const dist = join(root, 'packages/protoc-gen-twirp-ts/dist');
  const outfile = join(dist, 'bundle.js');
  buildSync({
    entryPoints: [join(dist, 'main.js')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    // Those of others stay packages of their own.
    external: ['@bufbuild/*'],
    logLevel: 'error',
  });
  return () => rmSync(outfile, { force: true });
}
