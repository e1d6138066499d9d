import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine, machineLine } from '../lib/machine.js';
import { bundlePlugin } from '../../scripts/bundle-plugin.js';
import { choose } from '../lib/options.js';
import { bench, packageVersion, root } from '../lib/paths.js';
import { writeTable } from '../lib/results-page.js';
import { cases } from './cases.js';
import { generators } from './generators.js';
import { linearity, report } from './report.js';
import { measureRounds } from './rounds.js';

const help = `bench:generate [options]: time and memory of whole code generator processes
  --case <names>       only these, comma-separated: ${Object.keys(cases).join(', ')}
  --generator <names>  only these: ${generators.map(({ id }) => id).join(', ')}
  --rounds <n>         rounds at most (a case's own number otherwise, 5 or 7)
  --cap <seconds>      end a run that takes longer, default 180
  --quick              1 round, cap 10 s
A full run (no filter, no --rounds, not quick) writes generate/results.json and the README's table.`;

const { values } = parseArgs({
  options: {
    case: { type: 'string' },
    generator: { type: 'string' },
    rounds: { type: 'string' },
    cap: { type: 'string' },
    quick: { type: 'boolean', default: false },
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
  const ids = generators.map(({ id }) => id);
  const chosenCases = choose(values.case, Object.keys(cases));
  const chosenIds = choose(values.generator, ids);
  const chosen = generators.filter(({ id }) => chosenIds.includes(id));
  const cap = positive('--cap', values.cap ?? (values.quick ? '10' : '180'));
  const rounds = positive('--rounds', values.rounds ?? (values.quick ? '1' : '99'));

  // As it is published.
  process.on('exit', bundlePlugin(root));
  const cells = await measureRounds(chosenCases, chosen, { rounds, cap });
  const names = chosen.flatMap(({ packages }) => packages);
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    cap,
    versions: Object.fromEntries(names.map((name) => [name, packageVersion(name)])),
    cells,
    linearity: linearity(cells),
  };
  const markdown = `${report(results)}\n\n${machineLine(results.machine, results.date)}`;
  console.log(markdown);
  for (const line of results.linearity) console.log(line.text);
  if (values.quick || Object.keys(values).some((key) => key !== 'quick' && key !== 'help')) {
    console.error('Not a full run: results.json and the README stay as they are.');
    return;
  }
  writeFileSync(join(bench, 'generate/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable('bench:generate', markdown);
}

function positive(option, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`${option}: expected a positive number, got "${text}"`);
  return value;
}
