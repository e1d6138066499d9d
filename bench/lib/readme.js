import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './paths.js';

/**
 * Puts `text` between `<!-- name -->` and `<!-- /name -->` in the README of the repository.
 * Says so and changes nothing where the markers are missing.
 */
export function writeReadme(name, text) {
  const file = join(root, 'README.md');
  const open = `<!-- ${name} -->`;
  const close = `<!-- /${name} -->`;
  const readme = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const start = readme.indexOf(open);
  const end = readme.indexOf(close, start);
  if (start === -1 || end === -1) {
    console.error(`README.md has no ${open} … ${close}: the table was not written there.`);
    return;
  }
  writeFileSync(file, `${readme.slice(0, start + open.length)}\n${text.trim()}\n${readme.slice(end)}`);
}
