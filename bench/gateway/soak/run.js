import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newKey } from '@pipit/gateway/keys';
import { machine } from '../../lib/machine.js';
import { bench } from '../../lib/paths.js';
import { freePort } from '../../lib/processes.js';
import { generate } from '../../soak/generate.js';
import { criterion, growth } from '../../soak/judge.js';
import { titles } from '../tenants/attacks.js';

const help = `soak:gateway [options]: services that die, come back, are slow and lie, hostile tenants of each kind in turn, a gateway
that is restarted at a tenth of the time and killed at two, and callers who check every answer
  --minutes <n>   default 30
  --services <n>  default 200, half of them connectors, half peers of the protocol in the field
  --callers <n>   default 64
Fails when an answer is another request's or no answer at all, the gateway complains, its memory or handles grow after the
restarts, or something is pending once the callers have left. 30 minutes or more write gateway/soak.json.`;

const sampleSeconds = 5;
const attackSeconds = 5;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    services: { type: 'string', default: '200' },
    callers: { type: 'string', default: '64' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  process.exitCode = (await soak(Number(values.minutes), Number(values.services), Number(values.callers)))
    ? 0
    : 1;
}

/** @returns whether all is well */
async function soak(minutes, services, callers) {
  generate();
  const tenant = (owner) => {
    const names = [`${owner}.*`];
    return newKey({ owner, register: names, call: names, publish: names, subscribe: names });
  };
  const [honest, hostile] = [tenant('soak'), tenant('hostile')];
  const keys = JSON.stringify({ keys: [honest.entry, hostile.entry] });
  const [port, dialled] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${dialled}`;
  const started = new Set();
  const start = (script, args, execArgv = []) => {
    const child = fork(join(bench, 'gateway', script), args.map(String), { execArgv });
    started.add(child);
    child.once('exit', () => started.delete(child));
    return child;
  };
  const over = new AbortController();
  const troubles = [];
  const startGateway = async () => {
    const child = start('soak/gateway.js', [keys, port, dialled], ['--expose-gc']);
    child.on('message', ({ trouble }) => trouble !== undefined && troubles.push(trouble));
    await once(child, 'message');
    return child;
  };
  try {
    let gateway = await startGateway();
    const names = services / 2;
    for (let part = 0; part < 4; part++) {
      const count = names / 2;
      const child = start('soak/services.js', [url, honest.text, (part % 2) * count, count]);
      await once(child, 'message');
    }
    const attacks = attackInTurn(
      start,
      { callers: `http://127.0.0.1:${port}`, services: url, key: hostile.text },
      over.signal,
    );
    const load = start('soak/callers.js', [port, names, callers]);
    let told = { counts: {} };
    const wrong = new Map();
    load.on('message', (message) => {
      told = message;
      for (const one of message.wrong) wrong.set(one, (wrong.get(one) ?? 0) + 1);
    });
    for (const last of ['stop', 'kill']) {
      await watch(gateway, () => told.counts, minutes * 6);
      load.send('restart');
      await sleep(1_000);
      const exit = once(gateway, 'exit');
      if (last === 'stop') gateway.send('stop');
      else gateway.kill('SIGKILL');
      await exit;
      gateway = await startGateway();
      await sleep(1_000);
      load.send('restarted');
    }
    const samples = await watch(gateway, () => told.counts, minutes * 48);
    load.send('end');
    while (told.done !== true) await once(load, 'message');
    over.abort();
    await attacks;
    const after = await untilSettled(gateway);
    // Hostile tenants may hold what they are allowed, and each kind holds something else.
    const round = (Object.keys(titles).length * attackSeconds) / sampleSeconds;
    const warm = samples.filter(({ seconds }) => seconds >= Math.min(120, minutes * 15));
    const grown = growth(warm, round);
    const result = {
      date: new Date().toISOString(),
      machine: machine(),
      minutes,
      services,
      restarts: 2,
      hostile: Object.keys(titles),
      counts: told.counts,
      growth: grown,
      after,
    };
    return report(result, wrong, troubles);
  } finally {
    for (const child of started) child.kill('SIGKILL');
  }
}

/** One kind of hostile tenant after the other, at the lowest priority: it shall not take the machine from the others. */
async function attackInTurn(start, to, signal) {
  const kinds = Object.keys(titles);
  for (let turn = 0; !signal.aborted; turn++) {
    const child = start('tenants/hostile.js', [kinds[turn % kinds.length], JSON.stringify(to)]);
    setPriority(child.pid, constants.priority.PRIORITY_LOW);
    await Promise.race([
      sleep(attackSeconds * 1_000, undefined, { signal }).catch(() => undefined),
      once(child, 'exit'),
    ]);
    child.kill('SIGKILL');
  }
}

async function watch(gateway, counts, duration) {
  const samples = [];
  const start = performance.now();
  for (let seconds = 0; seconds < duration;) {
    await sleep(sampleSeconds * 1_000);
    seconds = (performance.now() - start) / 1_000;
    const one = { seconds, ...(await sample(gateway)) };
    samples.push(one);
    if (samples.length % (30 / sampleSeconds) === 0) {
      console.log(
        `${seconds.toFixed(0).padStart(5)} s  RSS ${mib(one.rss)}, heap ${mib(one.heap)}, ${one.handles} handles, ` +
          `${one.connections.ready} connections; ${JSON.stringify(counts())}`,
      );
    }
  }
  return samples;
}

async function sample(gateway) {
  gateway.send('sample');
  for (;;) {
    const [message] = await once(gateway, 'message');
    if (message.sample !== undefined) return message.sample;
  }
}

/** Requests whose services never answer are settled at their deadline. */
async function untilSettled(gateway) {
  for (let attempt = 0; ; attempt++) {
    const one = await sample(gateway);
    if ((one.inFlight === 0 && one.queued === 0) || attempt === 30) return one;
    await sleep(1_000);
  }
}

function report(result, wrong, troubles) {
  const { after, growth: grown } = result;
  const problems = [
    ...troubles.map((text) => `the gateway: ${text}`),
    ...[...wrong].map(([text, count]) => `${count} x ${text}`),
    ...Object.entries(grown)
      .filter(([, { flat }]) => !flat)
      .map(([name, { first, last, limit }]) => `${name} grew from ${first} to ${last} (limit ${limit})`),
    ...(after.inFlight === 0 ? [] : [`${after.inFlight} requests are pending`]),
    ...(after.queued === 0 ? [] : [`${after.queued} requests are queued`]),
  ];
  for (const [name, { first, last }] of Object.entries(grown)) {
    const shown = name === 'handles' ? String : mib;
    console.log(`${name}: ${shown(first)} -> ${shown(last)}`);
  }
  console.log(`(${criterion})`);
  console.log(JSON.stringify({ counts: result.counts, after }));
  for (const problem of problems.slice(0, 50)) console.error(`FAILED: ${problem}`);
  const passed = problems.length === 0;
  console.log(passed ? 'passed' : 'FAILED');
  if (result.minutes >= 30) {
    writeFileSync(
      join(bench, 'gateway/soak.json'),
      `${JSON.stringify({ passed, ...result, problems }, undefined, 2)}\n`,
    );
  } else {
    console.error('Less than 30 minutes: gateway/soak.json stays as it is.');
  }
  return passed;
}

function mib(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
