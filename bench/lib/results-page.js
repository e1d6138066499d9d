import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bench } from './paths.js';

/**
 * Puts a table between `<!-- name -->` and `<!-- /name -->` in RESULTS.md.
 * @throws {Error} where the page has no such place
 */
export function writeTable(name, text) {
  const file = join(bench, 'RESULTS.md');
  const open = `<!-- ${name} -->`;
  const page = readFileSync(file, 'utf8');
  const start = page.indexOf(open);
  const end = page.indexOf(`<!-- /${name} -->`, start);
  if (start === -1 || end === -1) throw new Error(`bench/RESULTS.md has no ${open} … <!-- /${name} -->`);
  writeFileSync(file, `${page.slice(0, start + open.length)}\n${text.trim()}\n${page.slice(end)}`);
}
