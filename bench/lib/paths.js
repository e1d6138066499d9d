import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The bench folder and the repository around it. */
export const bench = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(bench);

/** The folder of an installed package, from bench's node_modules or the repository's. */
export function packageFolder(name) {
  for (const folder of require.resolve.paths(name)) {
    try {
      return dirname(require.resolve(join(folder, name, 'package.json')));
    } catch {
      // Not in this one.
    }
  }
  throw new Error(`${name} is not installed: run npm install in the repository and npm ci in bench`);
}

/** The version of an installed package. */
export function packageVersion(name) {
  return require(join(packageFolder(name), 'package.json')).version;
}
