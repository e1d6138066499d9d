import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { onServerCore, requirePrograms } from '../lib/cores.js';
import { machine } from '../lib/machine.js';
import { choose } from '../lib/options.js';
import { bench, packageVersion } from '../lib/paths.js';
import { writeTable } from '../lib/results-page.js';
import { median } from '../lib/stats.js';
import { cases } from './cases.js';
import { generate } from './generate.js';
import { measureCalls } from './calls.js';
import { report } from './report.js';

const help = `bench:validate [options]: a message held against its rules, beside protovalidate-es, and what that costs a call
  --case <names>  only these: ${Object.keys(cases).join(', ')}
  --no-calls      without the calls through Fastify
  --rounds <n>    rounds, default 5
  --quick         2 short rounds, to see that it works
A full run writes validate/results.json and the table of RESULTS.md.`;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    case: { type: 'string' },
    calls: { type: 'boolean', default: true },
    rounds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else await run();

async function run() {
  requirePrograms(['taskset']);
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: expected a positive whole number');
  const chosen = choose(values.case, Object.keys(cases));
  generate();
  const checks = chosen.map((id) => ({ id, rounds: [] }));
  for (let round = 1; round <= rounds; round++) {
    for (const { id, rounds: measured } of checks) {
      console.error(`round ${round}/${rounds}: ${cases[id].title}`);
      measured.push(check(id));
    }
  }
  const calls = values.calls ? await measureCalls(values.quick ? 10 : 60) : [];
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    rounds,
    versions: Object.fromEntries(
      ['@bufbuild/protovalidate', '@bufbuild/cel', 'fastify'].map((name) => [name, packageVersion(name)]),
    ),
    checks: checks.map(({ id, rounds: measured }) => ({
      id,
      pipit: median(measured.map(({ pipit }) => pipit)),
      protovalidate: median(measured.map(({ protovalidate }) => protovalidate)),
      ratio: median(measured.map(({ pipit, protovalidate }) => protovalidate / pipit)),
    })),
    calls,
  };
  const markdown = report(results);
  console.log(`\n${markdown}`);
  if (values.quick || !values.calls || values.case !== undefined || rounds < 5) {
    console.error('Not a full run: results.json and RESULTS.md stay as they are.');
    return;
  }
  writeFileSync(join(bench, 'validate/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable('bench:validate', markdown);
}

/** Both in turn, in a fresh process. */
function check(id) {
  const script = fileURLToPath(new URL('check.js', import.meta.url));
  const [command, ...args] = onServerCore([process.execPath, script, id, values.quick ? '20' : '60']);
  return JSON.parse(execFileSync(command, args, { encoding: 'utf8' }));
}
