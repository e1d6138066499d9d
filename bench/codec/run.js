import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from '../lib/machine.js';
import { choose } from '../lib/options.js';
import { bench, packageVersion } from '../lib/paths.js';
import { writeTable } from '../lib/results-page.js';
import { generatePeers, writeFixtures } from './build.js';
import { isPinned, runChild } from './child.js';
import { operations } from './operations.js';
import { peers } from './peers/index.js';
import { profile } from './profile.js';
import { goalTable, goalsOf, report } from './report.js';
import { item, measureRounds } from './rounds.js';
import { schemas } from './schemas.js';

const help = `bench:codec [options]: CPU time of the codecs of Pipit and its peers
  --schema <names>  only these schemas, comma-separated: ${Object.keys(schemas).join(', ')}
  --op <names>      only these operations: ${Object.keys(operations).join(', ')}
  --peer <names>    only these peers: ${peers.map((peer) => peer.id).join(', ')}
  --rounds <n>      rounds, default 3
  --quick           2 short rounds, to see that it works
  --profile         CPU profiles instead of numbers; peer defaults to pipit
A full run (no filter, 3 rounds or more, not quick) writes codec/results.json and the README's table.`;

const { values } = parseArgs({
  options: {
    schema: { type: 'string' },
    op: { type: 'string' },
    peer: { type: 'string' },
    rounds: { type: 'string' },
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
  const peerIds = peers.map((peer) => peer.id);
  const chosenSchemas = choose(values.schema, Object.keys(schemas));
  const chosenOperations = choose(values.op, Object.keys(operations));
  const chosenPeers = choose(values.peer, peerIds, values.profile ? ['pipit'] : peerIds);
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: expected a positive whole number');

  console.error('Generating code and fixtures …');
  // protobuf-es makes the fixtures, whoever is measured.
  generatePeers(peers.filter((peer) => peer.id === 'protobuf-es' || chosenPeers.includes(peer.id)));
  await writeFixtures();

  console.error('Comparing every output with protobuf-es …');
  const cells = chosenSchemas.flatMap((schema) =>
    chosenPeers.flatMap((peer) => checkedCells(peer, schema, chosenOperations)),
  );
  for (const { peer, schema, operation, status, note } of cells) {
    if (status !== 'ok') console.error(`  ${status}: ${peer} ${schema} ${operation}: ${note}`);
  }

  if (values.profile) {
    for (const cell of cells) if (cell.status !== 'missing') profile(cell.peer, cell.schema, item(cell));
    return;
  }

  measureRounds(cells, rounds, values.quick ? 20 : 60);
  const results = {
    date: new Date().toISOString(),
    machine: { ...machine(), pinned: isPinned },
    method: 'CPU time per operation, of the half of many batches of 4 ms that took least',
    rounds,
    versions: versions(chosenPeers),
    cells,
  };
  results.goals = goalsOf(results);
  const markdown = report(results);
  console.log(`${markdown}\n`);
  if (results.goals.length > 0) console.log(goalTable(results.goals));
  if (values.quick || rounds < 3 || (values.schema ?? values.op ?? values.peer) !== undefined) {
    console.error('Not a full run: results.json and the README stay as they are.');
    return;
  }
  writeFileSync(join(bench, 'codec/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable('bench:codec', markdown);
}

/** One cell for each operation the peer has, with how its output compares. */
function checkedCells(peer, schema, wanted) {
  const checked = runChild('check.js', [peer, schema]);
  return wanted
    .filter((operation) => operation in checked)
    .map((operation) => ({ peer, schema, operation, ...checked[operation] }));
}

function versions(ids) {
  const names = peers.filter((peer) => ids.includes(peer.id)).flatMap((peer) => peer.packages);
  return Object.fromEntries(names.map((name) => [name, packageVersion(name)]));
}
