import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { echo, wrk } from '../gateway/wrk.js';
import { requirePrograms } from '../lib/cores.js';
import { machine, machineLine } from '../lib/machine.js';
import { bench } from '../lib/paths.js';
import { writeTable } from '../lib/results-page.js';
import { median } from '../lib/stats.js';
import { table } from '../lib/table.js';
import { startGateways } from './gateways.js';
import { startHop } from './hop.js';

const sizes = { '100 B': 100, '10 KB': 10_000, '1 MB': 1_000_000 };
/** By number and not by seconds: V8 compiles what was called often. */
const warmCalls = { '100 B': 20_000, '10 KB': 5_000, '1 MB': 200 };
const callersOf = { '100 B': 64, '10 KB': 64, '1 MB': 4 };

const help = `bench:cluster [options]: what one hop over NATS costs
  --rounds <n>    default 5
  --seconds <n>   of load a measurement, default 2
  --quick         2 rounds of 1 s
  --note <text>   stands below the table: what else the machine did
  --write         cluster/results.json and the table in RESULTS.md, of a quick run too; a full run does so by itself`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    quick: { type: 'boolean', default: false },
    note: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else await main();

async function main() {
  requirePrograms(['wrk', 'taskset', 'nats-server']);
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 5));
  const seconds = Number(values.seconds ?? (values.quick ? 1 : 2));
  const results = {
    date: new Date().toISOString(),
    machine: machine(),
    note: values.note,
    rounds,
    seconds,
    hop: await hops(rounds, seconds),
    path: await paths(rounds, seconds),
    cores: await cores(rounds, seconds),
  };
  const text = report(results);
  console.log(text);
  if (!values.write && (rounds < 5 || seconds < 2)) return;
  writeFileSync(join(bench, 'cluster/results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  writeTable('bench:cluster', text);
}

/** The hop alone: our bus beside a bare request and its reply. */
async function hops(rounds, seconds) {
  const hop = await startHop();
  const cells = Object.keys(sizes).flatMap((size) =>
    ['bus', 'nats'].map((kind) => ({ size, kind, rounds: [] })),
  );
  try {
    await inTurn(rounds, cells, ({ size, kind }) =>
      hop.measure({
        kind,
        bytes: sizes[size],
        callers: callersOf[size],
        seconds,
        // Each measurement has an entry of its own.
        warm: warmCalls[size],
      }),
    );
  } finally {
    await hop.stop();
  }
  return cells.map(({ size, kind, rounds: all }) => ({
    size,
    kind,
    rps: median(all.map(({ rps }) => rps)),
    p50: median(all.map(({ p50 }) => p50)),
    cpu: Object.fromEntries(
      ['entry', 'owner', 'nats'].map((end) => [end, median(all.map(({ cpu }) => cpu[end]))]),
    ),
  }));
}

/** The whole way of a call: at the gateway that has the service, and at another. */
async function paths(rounds, seconds) {
  const cluster = await startGateways({ ids: ['remote', 'local'] });
  const cells = Object.keys(sizes).flatMap((size) =>
    ['local', 'remote'].map((route) => ({ size, route, rounds: [] })),
  );
  try {
    await inTurn(rounds, cells, async ({ size, route, rounds: before }) => {
      const run = (time) =>
        wrk(cluster.ports[route], echo(sizes[size]), { concurrency: callersOf[size], seconds: time });
      if (before.length === 0) for (let calls = 0; calls < warmCalls[size];) calls += (await run(1)).requests;
      const cpu = cluster.cpu();
      const { requests, seconds: taken, p50 } = await run(seconds);
      return { rps: requests / taken, p50, cpu: (cluster.cpu() - cpu) / requests };
    });
  } finally {
    await cluster.stop();
  }
  return cells.map(summary);
}

/** On every core: one gateway, and three, each with callers of its own; services connected to each gateway. */
async function cores(rounds, seconds) {
  const cells = [];
  for (const ids of [['one'], ['one', 'two', 'three']]) {
    const cluster = await startGateways({ ids, everyCore: true, everywhere: true });
    const cell = { gateways: ids.length, rounds: [] };
    cells.push(cell);
    const run = async (time) => {
      const all = await Promise.all(
        ids.map((id) =>
          wrk(cluster.ports[id], echo(100), { concurrency: Math.round(64 / ids.length), seconds: time }),
        ),
      );
      return all.reduce((sum, { requests, seconds: taken }) => sum + requests / taken, 0);
    };
    try {
      for (let calls = 0; calls < warmCalls['100 B'] * ids.length;) calls += await run(1);
      for (let round = 0; round < rounds; round++) {
        const [cpu, from] = [cluster.cpu(), performance.now()];
        const rps = await run(seconds);
        const requests = (rps * (performance.now() - from)) / 1_000;
        cell.rounds.push({ rps, cpu: (cluster.cpu() - cpu) / requests });
      }
    } finally {
      await cluster.stop();
    }
  }
  return cells.map(summary);
}

async function inTurn(rounds, cells, measure) {
  for (let round = 1; round <= rounds; round++) {
    for (const cell of round % 2 === 1 ? cells : cells.toReversed()) {
      const { size, kind, route } = cell;
      console.error(`round ${round}/${rounds}: ${kind ?? route}, ${size}`);
      cell.rounds.push(await measure(cell));
    }
  }
}

function summary({ rounds, ...cell }) {
  const of = (name) => median(rounds.map((round) => round[name]));
  return { ...cell, rps: of('rps'), cpu: of('cpu'), ...('p50' in rounds[0] && { p50: of('p50') }) };
}

function report({ hop, path, cores, machine: on, date, rounds, seconds, note }) {
  const us = (value) => (value < 100 ? value.toFixed(1) : value.toFixed(0));
  const cell = (list, size, key, name) => list.find((one) => one.size === size && one[key] === name);
  const hopRows = Object.keys(sizes).map((size) => {
    const [ours, bare] = ['bus', 'nats'].map((kind) => cell(hop, size, 'kind', kind));
    const cpu = ({ entry, owner, nats }) => entry + owner + nats;
    return [
      `${size}, ${callersOf[size]} callers`,
      `${Math.round(ours.rps)}`,
      `${Math.round(bare.rps)}`,
      us(cpu(ours.cpu)),
      us(cpu(bare.cpu)),
      (cpu(bare.cpu) / cpu(ours.cpu)).toFixed(2),
    ];
  });
  const pathRows = Object.keys(sizes).map((size) => {
    const [near, far] = ['local', 'remote'].map((route) => cell(path, size, 'route', route));
    return [
      `${size}, ${callersOf[size]} callers`,
      `${Math.round(near.rps)}`,
      `${Math.round(far.rps)}`,
      us(near.cpu),
      us(far.cpu),
      (far.cpu / near.cpu).toFixed(1),
    ];
  });
  const coreRows = cores.map(({ gateways, rps, cpu }) => [`${gateways}`, `${Math.round(rps)}`, us(cpu)]);
  return [
    'The hop alone, CPU of both ends and NATS:',
    table(['', 'bus, calls/s', 'bare NATS, calls/s', 'bus, µs', 'bare NATS, µs', 'bare ÷ bus'], hopRows),
    'The whole way, from HTTP to the service, CPU of all processes:',
    table(['', 'local, calls/s', 'remote, calls/s', 'local, µs', 'remote, µs', 'remote ÷ local'], pathRows),
    `Gateways on ${on.cores} cores with everything else, 100 B, a service at each:`,
    table(['gateways', 'calls/s', 'µs'], coreRows),
    `${machineLine(on, date)} ${rounds} rounds of ${seconds} s.${note === '' ? '' : ` ${note}`}`,
  ].join('\n\n');
}
