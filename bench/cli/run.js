import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { machine, machineLine } from '../lib/machine.js';
import { bench, packageVersion, root } from '../lib/paths.js';
import { median } from '../lib/stats.js';
import { table } from '../lib/table.js';
import { edit, makeProject, METHODS, SERVICES } from './project.js';

const help = `bench:cli [options]: pipit gen on a project of ${SERVICES} services and ${SERVICES * METHODS} methods
  --rounds <n>  rounds, default 5
A run of 5 rounds or more writes cli/results.json and the table in bench/README.md.`;

const pipit = join(root, 'cmd/pipit/bin/pipit.js');
const usageHook = fileURLToPath(new URL('../generate/report-usage.cjs', import.meta.url));
const titles = {
  scratch: '`gen`, nothing generated yet',
  unchanged: '`gen`, nothing changed',
  edit: '`gen`, one proto edited',
  watch: '`gen --watch`, from a save to the last file written',
};

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, help: { type: 'boolean', default: false } },
});
if (values.help) console.log(help);
else await run(Number(values.rounds));

async function run(rounds) {
  const samples = { scratch: [], unchanged: [], edit: [], watch: [] };
  for (let round = 0; round < rounds; round++) {
    const folder = mkdtempSync(join(tmpdir(), 'pipit-bench-cli-'));
    try {
      makeProject(folder);
      samples.scratch.push(await gen(folder, `${SERVICES + 1} of ${SERVICES + 1} protos compiled`));
      samples.unchanged.push(await gen(folder, 'up to date'));
      edit(folder, 'Once');
      samples.edit.push(await gen(folder, `1 of ${SERVICES + 1} protos compiled`));
      samples.watch.push(await watch(folder));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    console.error(`round ${round + 1} of ${rounds}`);
  }
  const cells = Object.entries(samples).map(([name, all]) => ({ case: name, ...medians(all), samples: all }));
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    versions: { pipit: packageVersion('pipit'), protoc: packageVersion('protoc') },
    services: SERVICES,
    methods: SERVICES * METHODS,
    rounds,
    cells,
  };
  const markdown = report(results);
  console.log(markdown);
  if (rounds < 5) return console.error('Not a full run: results.json and the README stay as they are.');
  writeFileSync(join(bench, 'cli/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable(markdown);
}

/** One run of the whole command. @returns seconds and bytes @throws {Error} where it did not do `expected` */
async function gen(folder, expected) {
  const usageFile = join(folder, 'usage.json');
  const start = performance.now();
  const child = spawn(process.execPath, ['--require', usageHook, pipit, 'gen'], {
    cwd: folder,
    env: { ...process.env, BENCH_USAGE: usageFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  await new Promise((done) => child.on('close', done));
  const wall = (performance.now() - start) / 1000;
  if (!out.includes(expected)) throw new Error(`pipit gen did not say "${expected}" but:\n${out}`);
  return { wall, ...JSON.parse(readFileSync(usageFile, 'utf8')) };
}

/** The time from a save to the line that says that its code is written; the fifth save counts, the others warm up. */
async function watch(folder) {
  const usageFile = join(folder, 'usage.json');
  const child = spawn(process.execPath, ['--require', usageHook, pipit, 'gen', '--watch'], {
    cwd: folder,
    env: { ...process.env, BENCH_USAGE: usageFile },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const said = async (text) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`pipit gen --watch ended before it said "${text}"`);
      if (value.includes(text)) return;
    }
  };
  await said('up to date');
  let wall = 0;
  for (let save = 0; save < 5; save++) {
    const start = performance.now();
    edit(folder, `Watched${save}`);
    await said('2 files written');
    wall = (performance.now() - start) / 1000;
  }
  const ended = new Promise((done) => child.on('exit', done));
  child.kill('SIGINT');
  await ended;
  return { wall, ...JSON.parse(readFileSync(usageFile, 'utf8')) };
}

function medians(samples) {
  const of = (key) => median(samples.map((sample) => sample[key]));
  return { wall: of('wall'), cpu: of('cpu'), rss: of('rss') };
}

function report({ cells, date, machine: of, services, methods }) {
  const rows = cells.map(({ case: name, wall, cpu, rss }) => [
    titles[name],
    `${wall.toFixed(2)} s`,
    // A watcher's is that of everything since it started.
    name === 'watch' ? '' : `${cpu.toFixed(2)} s`,
    `${(rss / 2 ** 20).toFixed(0)} MB`,
  ]);
  const what = `${services} services, ${methods.toLocaleString('en')} methods, one proto a service. Medians.`;
  return `${table(['', 'time', 'CPU', 'peak memory'], rows)}\n\n${what} ${machineLine(of, date)}`;
}

function writeTable(markdown) {
  const file = join(bench, 'README.md');
  const readme = readFileSync(file, 'utf8');
  const [open, close] = ['<!-- bench:cli -->', '<!-- /bench:cli -->'];
  const start = readme.indexOf(open);
  const end = readme.indexOf(close);
  if (start === -1 || end === -1) return console.error(`bench/README.md has no ${open} … ${close}`);
  writeFileSync(file, `${readme.slice(0, start + open.length)}\n${markdown}\n${readme.slice(end)}`);
}
