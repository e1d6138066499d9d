import { median } from '../lib/stats.js';
import { cases, request, withParameter } from './cases.js';
import { runPlugin } from './run-plugin.js';

// Past this a generator runs once a case: a minute more would not change what its number says.
const slow = 15;

/**
 * Runs every generator on every case, alternating within a round.
 * Cells are `{ case, generator, rounds, wall, cpu, rss, files, bytes, samples }` (medians; seconds and bytes) or
 * `{ case, generator, failure }`. A generator that ran into the cap is not tried on larger cases of one file.
 */
export async function measureRounds(names, generators, { rounds, cap }) {
  const cells = [];
  const capped = new Set();
  for (const name of names) {
    const bytes = request(name);
    const runs = new Map(generators.map(({ id }) => [id, []]));
    for (let round = 1; round <= Math.min(rounds, cases[name].rounds); round++) {
      for (const { id, entry, parameter } of generators) {
        const done = runs.get(id);
        if (done.some((result) => result.failure !== undefined || result.wall > slow)) continue;
        if (capped.has(id)) {
          done.push({ failure: 'not run' });
          continue;
        }
        console.error(`${name}, round ${round}: ${id}`);
        const result = await runPlugin(entry, withParameter(bytes, parameter), cap);
        if (result.failure === 'timeout' && cases[name].files === 1) capped.add(id);
        done.push(result);
      }
    }
    for (const { id } of generators) cells.push(summary(name, id, runs.get(id)));
  }
  return cells;
}

function summary(name, generator, runs) {
  const failed = runs.find((result) => result.failure !== undefined);
  if (failed !== undefined) return { case: name, generator, ...failed };
  const of = (key) => median(runs.map((result) => result[key]));
  return {
    case: name,
    generator,
    rounds: runs.length,
    wall: of('wall'),
    cpu: of('cpu'),
    rss: of('rss'),
    files: runs[0].files,
    bytes: runs[0].bytes,
    samples: runs.map((result) => result.wall),
  };
}
