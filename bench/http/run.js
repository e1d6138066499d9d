import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../lib/machine.js';
import { choose } from '../lib/options.js';
import { bench, packageVersion } from '../lib/paths.js';
import { writeTable } from '../lib/results-page.js';
import { formats } from './call.js';
import { requirePrograms } from '../lib/cores.js';
import { peers } from './peers/index.js';
import { profile } from './profile.js';
import { goalTable, goalsOf, report } from './report.js';
import { measureRounds } from './rounds.js';

const help = `bench:http [options]: requests per second and CPU time of one small call, over HTTP
  --peer <names>    only these peers: ${peers.map(({ id }) => id).join(', ')}
  --format <names>  only these formats: ${Object.keys(formats).join(', ')}
  --rounds <n>      rounds, default 7
  --seconds <n>     of load a measurement, whole ones, default 2
  --quick           2 rounds of 1 s
  --profile         CPU profiles instead of numbers; peer defaults to pipit-fastify
Ratios are to the peer "fastify", so choose it too. A full run (no filter, 5 rounds or more, 2 s or more)
writes http/results.json and the README's table.`;

const { values } = parseArgs({
  options: {
    peer: { type: 'string' },
    format: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  await run().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

async function run() {
  const ids = peers.map(({ id }) => id);
  const chosenIds = choose(values.peer, ids, values.profile ? ['pipit-fastify'] : ids);
  const chosenFormats = choose(values.format, Object.keys(formats));
  const rounds = wholeNumber('--rounds', values.rounds ?? (values.quick ? '2' : '7'));
  const seconds = wholeNumber('--seconds', values.seconds ?? (values.quick ? '1' : '2'));
  const chosen = peers.filter(({ id }) => chosenIds.includes(id));
  requirePrograms(['wrk', 'taskset']);
  // Says what is not installed before anything is measured.
  const used = versions(chosen);

  for (const peer of chosen) await peer.generate?.();
  const cells = chosenFormats.flatMap((format) =>
    chosen
      .filter((peer) => peer.formats.includes(format))
      .map((peer) => ({ peer: peer.id, format, rounds: [] })),
  );

  if (values.profile) {
    for (const cell of cells) {
      const peer = chosen.find(({ id }) => id === cell.peer);
      await profile(peer, cell.format, seconds);
    }
    return;
  }

  await measureRounds(cells, chosen, rounds, seconds);
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    rounds,
    seconds,
    versions: used,
    cells,
  };
  results.goals = goalsOf(results);
  const markdown = report(results);
  console.log(`${markdown}\n`);
  if (results.goals.length > 0) console.log(goalTable(results.goals));
  if (rounds < 5 || seconds < 2 || (values.peer ?? values.format) !== undefined) {
    console.error('Not a full run: results.json and the README stay as they are.');
    return;
  }
  writeFileSync(join(bench, 'http/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable('bench:http', markdown);
}

function wholeNumber(option, text) {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new Error(`${option}: expected a positive whole number, got "${text}"`);
  return value;
}

function versions(chosen) {
  const names = chosen.flatMap(({ packages }) => packages);
  return Object.fromEntries(names.map((name) => [name, packageVersion(name)]));
}
