import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { onLoadCore, requirePrograms } from '../lib/cores.js';
import { machine } from '../lib/machine.js';
import { bench } from '../lib/paths.js';
import { codec } from './codec.js';
import { gateway } from './gateway.js';
import { generate } from './generate.js';
import { http } from './http.js';
import { report } from './report.js';
import { measureUntilDecided } from './rounds.js';
import { treeOf } from './trees.js';

const suites = [codec, generate, http, gateway];

/** The least ratio unless said otherwise. */
const baseline = '846be52';

const help = `bench:compare [${suites.map(({ id }) => id).join('|')}]… [options]: the CPU time of two revisions, in turn
  --old <revision>  or the folder of a built tree; default ${baseline}
  --new <revision>  or a folder; default this working tree, which is built first
  --row <text>      only rows whose name (fastify/json) holds it; several by commas
  --quick           under 2 minutes a suite: half the work, 5 pairs, intervals of 90 %
  --minutes <n>     the most that a suite may take; default 9, quick 1.5
  --first           before everybody else on the machine, for which one must be root: quicker and less disturbed
  --raw <file>      writes every slice of the last suite there, as JSON
Rows are measured in pairs of fresh processes: 8 (quick 5), more for those that are undecided. Ends with 1 where a row
is slower. A full run of the working tree against ${baseline} writes compare/results/<suite>.json and .md.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    old: { type: 'string', default: baseline },
    new: { type: 'string' },
    row: { type: 'string' },
    quick: { type: 'boolean', default: false },
    minutes: { type: 'string' },
    first: { type: 'boolean', default: false },
    raw: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  await run().catch((error) => {
    console.error(error.message);
    process.exitCode = 2;
  });
}

async function run() {
  const chosen = positionals.length === 0 ? suites : positionals.map(suiteOf);
  requirePrograms([...new Set(chosen.flatMap(({ programs }) => programs))]);
  const minutes = Number(values.minutes ?? (values.quick ? 1.5 : 9));
  if (!(minutes > 0)) throw new Error(`--minutes: expected a positive number, got "${values.minutes}"`);
  const settings = values.quick
    ? { rounds: { least: 5, most: 10 }, confidence: 0.9, minutes, scale: (slices) => slices / 2 }
    : { rounds: { least: 8, most: 24 }, confidence: 0.99, minutes, scale: (slices) => slices };
  const trees = { old: treeOf(values.old), new: treeOf(values.new) };
  stayOnLoadCore();
  if (values.first) goFirst();
  for (const suite of chosen) await compare(suite, trees, settings);
}

async function compare(suite, trees, settings) {
  const parts = values.row?.split(',');
  const wanted = (id) => parts?.some((part) => id.includes(part)) ?? true;
  if (!suite.groups.some(({ rows }) => rows.some(({ id }) => wanted(id)))) {
    const ids = suite.groups.flatMap(({ rows }) => rows.map(({ id }) => id));
    throw new Error(`--row: "${values.row}" is in no row of ${suite.id}; there are ${ids.join(', ')}`);
  }
  await suite.prepare(trees);
  const rows = await measureUntilDecided(suite, trees, wanted, settings);
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    old: trees.old.title,
    new: trees.new.title,
    confidence: settings.confidence,
    rows,
  };
  const markdown = report(suite, results);
  console.log(`${markdown}\n`);
  if (values.raw !== undefined) writeFileSync(values.raw, JSON.stringify(rows));
  if (rows.some(({ verdict }) => verdict === 'slower')) process.exitCode = 1;
  if (!values.quick && values.old === baseline && values.new === undefined && values.row === undefined) {
    write(suite, results, markdown);
  }
}

function write(suite, results, markdown) {
  const folder = join(bench, 'compare/results');
  mkdirSync(folder, { recursive: true });
  // Of a pair its ratio is kept; thousands of slices would say no more.
  const rows = results.rows.map(({ pairs, ...row }) => ({ ...row, ...leastOf(pairs) }));
  writeFileSync(join(folder, `${suite.id}.json`), `${JSON.stringify({ ...results, rows }, undefined, 2)}\n`);
  writeFileSync(join(folder, `${suite.id}.md`), `${markdown}\n`);
}

function leastOf(pairs) {
  const of = (name) => Math.round(Math.min(...pairs.flatMap((pair) => pair[name])));
  return { oldNs: of('old'), newNs: of('new') };
}

function suiteOf(id) {
  const suite = suites.find((candidate) => candidate.id === id);
  if (suite === undefined)
    throw new Error(`unknown "${id}"; there are ${suites.map((known) => known.id).join(', ')}`);
  return suite;
}

/** This process makes the calls: it leaves the servers' core to them. */
function stayOnLoadCore() {
  const [taskset, flag, core] = onLoadCore([]);
  execFileSync(taskset, ['-p', flag, core, String(process.pid)], { stdio: 'ignore' });
}

/** Takes precedence, for the processes it starts too. Linux weighs sessions before it looks at who is nice in them. */
function goFirst() {
  setPriority(-15);
  const session = '/proc/self/autogroup';
  if (existsSync(session)) writeFileSync(session, '-15');
}
