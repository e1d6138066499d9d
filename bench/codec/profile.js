import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hottest } from '../lib/cpu-profile.js';
import { bench } from '../lib/paths.js';
import { table } from '../lib/table.js';
import { runChild } from './child.js';

const profiles = join(bench, 'codec/profiles');

/** Profiles one operation for three seconds and prints where its own time went; the file opens in DevTools. */
export function profile(peer, schema, item) {
  const folder = join(profiles, `${peer}-${schema}-${item.split(':')[0]}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // Some three seconds of batches.
  runChild('measure.js', [peer, schema, '800', item], {
    pin: true,
    nodeArgs: ['--cpu-prof', '--cpu-prof-interval', '200', `--cpu-prof-dir=${folder}`],
  });
  const file = join(folder, readdirSync(folder)[0]);
  console.log(
    `\n${file}\n${table(['self', 'function', 'where'], hottest(JSON.parse(readFileSync(file, 'utf8')), 20))}`,
  );
}
