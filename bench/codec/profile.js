import { mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bench } from '../lib/paths.js';
import { table } from '../lib/table.js';
import { runChild } from './child.js';

const profiles = join(bench, 'codec/profiles');

/** Profiles one operation for three seconds and prints where its own time went; the file opens in DevTools. */
export function profile(peer, schema, item) {
  const folder = join(profiles, `${peer}-${schema}-${item.split(':')[0]}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  runChild('measure.js', [peer, schema, '500', '3000', item], {
    pin: true,
    nodeArgs: ['--expose-gc', '--cpu-prof', '--cpu-prof-interval', '200', `--cpu-prof-dir=${folder}`],
  });
  const file = join(folder, readdirSync(folder)[0]);
  console.log(`\n${file}\n${table(['self', 'function', 'where'], hottest(file, 20))}`);
}

/** The functions that took most time themselves, `[share, name, place]`. */
function hottest(file, count) {
  const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(file, 'utf8'));
  const byNode = new Map(nodes.map((node) => [node.id, node.callFrame]));
  const self = new Map();
  let total = 0;
  samples.forEach((id, index) => {
    const { functionName, url, lineNumber } = byNode.get(id);
    const key = `${functionName || '(anonymous)'}\t${url === '' ? '' : `${basename(url)}:${lineNumber + 1}`}`;
    self.set(key, (self.get(key) ?? 0) + timeDeltas[index]);
    total += timeDeltas[index];
  });
  return [...self]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, count)
    .map(([key, time]) => [`${((100 * time) / total).toFixed(1)} %`, ...key.split('\t')]);
}
