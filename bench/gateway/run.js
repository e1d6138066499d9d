import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { machine } from '../lib/machine.js';
import { choose } from '../lib/options.js';
import { bench, packageVersion } from '../lib/paths.js';
import { writeTable } from '../lib/results-page.js';
import { goalTable, goalsOf, report, summarise } from './report.js';
import { startPaths } from './paths.js';
import { echo, load, wrk } from './wrk.js';

const sizes = { '100 B': 100, '10 KB': 10_000, '1 MB': 1_000_000 };
/** By number and not by seconds: V8 compiles what was called often. */
const warmCalls = { '100 B': 20_000, '10 KB': 10_000, '1 MB': 200 };
const concurrencies = [1, 64, 512];
const routes = ['direct', 'gateway', 'stream', 'nginx', 'grpc'];
const besides = { none: 0, '4 MiB': 4 * 1024 * 1024, '32 MiB': 32 * 1024 * 1024 };

const help = `bench:gateway [options]: one call straight to its service, through our gateway, through nginx
  --route <names>   only these: ${routes.join(', ')} (stream: our stream and messages alone,
                     grpc: grpc-js unary, straight to a service of its own)
  --size <names>    only these: ${Object.keys(sizes).join(', ')}
  --callers <list>  only these: ${concurrencies.join(', ')}
  --no-beside       without the small calls beside large transfers
  --rounds <n>      rounds, default 5
  --seconds <n>     of load a measurement, default 2
  --quick           2 rounds of 1 s
  --profile         a CPU profile of the gateway, at 100 B and 64 callers, beside the numbers
  --write           gateway/results.json and the README's table, of a part too; a full run does so by itself`;

const { values } = parseArgs({
  allowNegative: true,
  options: {
    route: { type: 'string' },
    size: { type: 'string' },
    callers: { type: 'string' },
    beside: { type: 'boolean', default: true },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  await main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}

async function main() {
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  const seconds = Number(values.seconds ?? (values.quick ? 1 : 2));
  const cells = [];
  for (const size of choose(values.size, Object.keys(sizes))) {
    for (const callers of choose(values.callers, concurrencies.map(String))) {
      // Half a gigabyte at once is more than the gateway takes (maxInFlightBytes); it would measure refusals.
      if (size === '1 MB' && callers === '512') continue;
      for (const route of choose(values.route, routes)) {
        // Alone it knows nothing of chunks.
        if (route === 'stream' && size === '1 MB') continue;
        cells.push({ route, size, callers: Number(callers), rounds: [] });
      }
    }
  }
  const beside = [];
  if (values.beside) {
    for (const route of choose(values.route, ['direct', 'gateway', 'nginx'])) {
      for (const size of Object.keys(besides)) beside.push({ route, size, rounds: [] });
    }
  }
  const paths = await startPaths({ profile: values.profile });
  try {
    for (let round = 1; round <= rounds; round++) {
      const inTurn = (list) => (round % 2 === 1 ? list : list.toReversed());
      for (const cell of inTurn(cells)) {
        console.error(`round ${round}/${rounds}: ${cell.route}, ${cell.size}, ${cell.callers} callers`);
        cell.rounds.push(await measure(paths, cell, seconds, round === 1));
      }
      for (const cell of inTurn(beside)) {
        console.error(`round ${round}/${rounds}: ${cell.route}, small calls beside ${cell.size}`);
        cell.rounds.push(await measureBeside(paths, cell, seconds));
      }
    }
  } finally {
    await paths.stop();
  }
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    rounds,
    seconds,
    versions: { nginx: await nginxVersion(), '@grpc/grpc-js': packageVersion('@grpc/grpc-js') },
    cells: cells.map(summarise),
    beside: beside.map(summarise),
  };
  results.goals = goalsOf(results);
  const markdown = report(results);
  console.log(`${markdown}\n`);
  if (results.goals.length > 0) console.log(goalTable(results.goals));
  const whole = [values.route, values.size, values.callers].every((value) => value === undefined);
  if (!values.write && (!whole || !values.beside || rounds < 5 || seconds < 2)) {
    console.error('Not a full run: results.json and the README stay as they are.');
    return;
  }
  writeFileSync(join(bench, 'gateway/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable('bench:gateway', markdown);
}

/** One measurement, the first after so many calls; CPU by process, in microseconds a request. */
async function measure(paths, { route, size, callers }, seconds, isFirst) {
  const run = (time) =>
    route === 'grpc'
      ? paths.grpcLoad(callers, time, sizes[size])
      : wrk(paths.ports[route], echo(sizes[size]), { concurrency: callers, seconds: time });
  if (isFirst) {
    for (let calls = 0; calls < warmCalls[size];) calls += (await run(1)).requests;
  }
  const before = paths.cpu();
  const { requests, seconds: taken, p50, p99 } = await run(seconds);
  const cpu = Object.fromEntries(
    Object.entries(paths.cpu()).map(([name, time]) => [name, (time - before[name]) / requests]),
  );
  return { rps: requests / taken, p50, p99, cpu };
}

/** One caller of small calls, while another loads one file after the other. */
async function measureBeside(paths, { route, size }, seconds) {
  const port = paths.ports[route];
  const settle = 0.5;
  const transfers =
    besides[size] > 0
      ? wrk(port, load(besides[size]), { concurrency: 1, seconds: seconds + 2 * settle })
      : undefined;
  await wait(settle * 1000);
  const { requests, p50, p99, seconds: taken } = await wrk(port, echo(100), { concurrency: 1, seconds });
  const files = transfers === undefined ? 0 : (await transfers).requests / (await transfers).seconds;
  return { rps: requests / taken, p50, p99, files };
}

async function nginxVersion() {
  const { stderr } = await promisify(execFile)('nginx', ['-v']);
  return stderr.trim().replace(/^.*\//, '');
}
