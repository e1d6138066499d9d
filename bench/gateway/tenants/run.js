import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants, loadavg, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newKey } from '@pipit/gateway/keys';
import { cpuOf } from '../../lib/cpu.js';
import { machine, machineLine } from '../../lib/machine.js';
import { choose } from '../../lib/options.js';
import { bench, root } from '../../lib/paths.js';
import { freePort } from '../../lib/processes.js';
import { median, percentile } from '../../lib/stats.js';
import { table } from '../../lib/table.js';
import { titles } from './attacks.js';

/** What docs/gateway.md says: the memory of a gateway with the settings that it comes with. */
const mostMemory = 512 * 2 ** 20;
/** Beside the lines of requests, which are off. */
const mostLog = 256 * 1024;
const mostRatio = 2;

const help = `test:tenants [options]: an honest tenant's calls through a gateway beside one hostile tenant of each kind
  --kinds <names>   only these: ${Object.keys(titles).join(', ')}
  --seconds <n>     of each measurement, quiet and hostile in turn, default 5
  --rounds <n>      default 3
  --rate <n>        honest calls a second, default 100
  --write           gateway/tenants.json
Fails where an honest call fails, their p99 is above ${mostRatio} × that without the tenant (medians of the rounds), the gateway
takes more than ${mostMemory / 2 ** 20} MiB, or writes more than ${mostLog / 1024} KiB of log for one kind.`;

const { values } = parseArgs({
  options: {
    kinds: { type: 'string' },
    seconds: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(help);
else process.exitCode = (await main()) ? 0 : 1;

/** @returns whether all is well */
async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tenants-'));
  const children = new Set();
  try {
    const gateway = await startGateway(folder, children);
    const honest = start(children, 'honest.js', [
      gateway.services,
      gateway.callers,
      gateway.honest,
      values.rate,
    ]);
    await once(honest, 'message');
    const rows = [];
    for (const kind of choose(values.kinds, Object.keys(titles))) {
      const row = await measureKind(kind, gateway, honest, children);
      rows.push(row);
      console.log(JSON.stringify(row));
    }
    return report(rows);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function start(children, script, args) {
  const child = fork(join(bench, 'gateway/tenants', script), args.map(String));
  children.add(child);
  return child;
}

/** The gateway as it is started for real, with the settings that it comes with, on plaintext. */
async function startGateway(folder, children) {
  const [port, servicesPort, adminPort] = [await freePort(), await freePort(), await freePort()];
  const tenant = (owner) => {
    const names = [`${owner}.*`];
    return newKey({ owner, register: names, call: names, publish: names, subscribe: names });
  };
  const [honest, hostile] = [tenant('honest'), tenant('hostile')];
  const keys = join(folder, 'keys.yaml');
  writeFileSync(keys, JSON.stringify({ keys: [honest.entry, hostile.entry] }));
  const config = join(folder, 'gateway.yaml');
  writeFileSync(config, JSON.stringify({ port, servicesPort, adminPort, keys, log: { requests: false } }));
  const log = join(folder, 'log');
  const bin = join(root, 'cmd/gateway/bin/gateway.js');
  const file = openSync(log, 'w');
  const child = spawn(process.execPath, ['--initial-old-space-size=256', bin, '--config', config], {
    stdio: ['ignore', file, file],
  });
  children.add(child);
  while (!readFileSync(log, 'utf8').includes('listening')) {
    if (child.exitCode !== null) throw new Error(`the gateway ended:\n${readFileSync(log, 'utf8')}`);
    await sleep(50);
  }
  return {
    callers: `http://127.0.0.1:${port}`,
    services: `http://127.0.0.1:${servicesPort}`,
    honest: honest.text,
    hostile: hostile.text,
    logBytes: () => statSync(log).size,
    /** The longest that its event loop stood still since it was asked before, in milliseconds. */
    async stood() {
      const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
      return 1_000 * Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(metrics)?.[1]);
    },
    cpu: () => cpuOf(child.pid) / 1e9,
    memory() {
      const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      return Number(kilobytes) * 1024;
    },
  };
}

/** Quiet and hostile in turn, so that whatever else the machine does hits both alike. */
async function measureKind(kind, gateway, honest, children) {
  const phases = { quiet: [], hostile: [] };
  const failed = {};
  let [rss, stood, cpu, time] = [0, 0, 0, 0];
  const watching = setInterval(() => (rss = Math.max(rss, gateway.memory())), 100);
  const logBefore = gateway.logBytes();
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const phase of round % 2 === 0 ? ['quiet', 'hostile'] : ['hostile', 'quiet']) {
      let tenant;
      if (phase === 'hostile') {
        const { callers, services, hostile: key } = gateway;
        tenant = start(children, 'hostile.js', [kind, JSON.stringify({ callers, services, key })]);
        // It shall not take the machine from those whom it cannot reach otherwise.
        setPriority(tenant.pid, constants.priority.PRIORITY_LOW);
        await once(tenant, 'message');
        await sleep(1_000);
      }
      await gateway.stood();
      const [cpuBefore, before] = [gateway.cpu(), performance.now()];
      honest.send({ seconds: Number(values.seconds) });
      const [{ latencies, outcomes }] = await once(honest, 'message');
      if (tenant !== undefined) {
        cpu += gateway.cpu() - cpuBefore;
        time += performance.now() - before;
        stood = Math.max(stood, await gateway.stood());
      }
      phases[phase].push(percentile(latencies, 0.99));
      for (const [outcome, count] of Object.entries(outcomes)) {
        if (outcome !== '200') failed[`${phase}: ${outcome}`] = (failed[`${phase}: ${outcome}`] ?? 0) + count;
      }
      if (tenant !== undefined) {
        const exit = once(tenant, 'exit');
        tenant.kill('SIGKILL');
        await exit;
        children.delete(tenant);
        await sleep(1_000);
      }
    }
  }
  clearInterval(watching);
  const [quiet, hostile] = [median(phases.quiet), median(phases.hostile)];
  const log = gateway.logBytes() - logBefore;
  return {
    kind,
    quiet,
    hostile,
    ratio: hostile / quiet,
    rounds: phases,
    stood,
    cpu: (1_000 * cpu) / time,
    rss,
    log,
    failed,
  };
}

function report(rows) {
  const problems = rows.flatMap(({ kind, ratio, rss, log, failed }) => [
    ...Object.entries(failed).map(([outcome, count]) => `${kind}: ${count} × ${outcome}`),
    ...(ratio > mostRatio ? [`${kind}: p99 is ${ratio.toFixed(1)} × that of quiet`] : []),
    ...(rss > mostMemory ? [`${kind}: ${mib(rss)} of memory`] : []),
    ...(log > mostLog ? [`${kind}: ${(log / 1024).toFixed(0)} KiB of log`] : []),
  ]);
  const shown = rows.map(({ kind, quiet, hostile, ratio, stood, cpu, rss, log }) => [
    titles[kind],
    quiet.toFixed(1),
    hostile.toFixed(1),
    ratio.toFixed(2),
    stood.toFixed(0),
    cpu.toFixed(2),
    mib(rss),
    `${(log / 1024).toFixed(1)} KiB`,
  ]);
  console.log(
    table(
      ['tenant', 'p99 quiet, ms', 'p99 beside it, ms', 'ratio', 'loop stood, ms', 'cores', 'RSS', 'log'],
      shown,
    ),
  );
  for (const problem of problems) console.error(`FAILED: ${problem}`);
  if (values.write) {
    const date = new Date().toISOString();
    const { seconds, rounds, rate } = values;
    const measured = {
      passed: problems.length === 0,
      date,
      machine: machine(),
      load: loadavg(),
      seconds,
      rounds,
      rate,
    };
    const file = join(bench, 'gateway/tenants.json');
    writeFileSync(file, `${JSON.stringify({ ...measured, rows, problems }, undefined, 2)}\n`);
    console.log(machineLine(machine(), date));
  }
  return problems.length === 0;
}

function mib(bytes) {
  return `${(bytes / 2 ** 20).toFixed(0)} MiB`;
}
