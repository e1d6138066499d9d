import { join, resolve } from 'node:path';

/** The suite's own folder, `test/conformance`. */
export const suite = resolve(import.meta.dirname, '..');

/** The repository's root. */
export const root = resolve(suite, '../..');

/** What is fetched or written by a run. Under node_modules, so git and `npm run clean` leave it alone. */
export const cache = join(root, 'node_modules/.cache/conformance');
