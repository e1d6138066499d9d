import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { newKey } from '@pipit/gateway/keys';
import { machine } from '../../lib/machine.js';
import { bench } from '../../lib/paths.js';
import { generate } from '../../soak/generate.js';
import { criterion, growth } from '../../soak/judge.js';

const help = `soak:gateway [options]: services that die, come back, are slow and lie, and callers who check every answer
  --minutes <n>   default 30
  --services <n>  default 200, half of them connectors, half peers of the protocol in the field
  --callers <n>   default 64
Fails when an answer is another request's or no answer at all, the gateway complains, its memory or handles grow, or
something is pending once the callers have left. 30 minutes or more write gateway/soak.json.`;

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
  const { text, entry } = newKey({ owner: 'soak', register: ['*'], call: ['*'] });
  const started = [];
  const start = (script, args, execArgv = []) => {
    const child = fork(join(bench, 'gateway/soak', script), args.map(String), { execArgv });
    started.push(child);
    return child;
  };
  const troubles = [];
  try {
    const gateway = start('gateway.js', [JSON.stringify({ keys: [entry] })], ['--expose-gc']);
    gateway.on('message', ({ trouble }) => trouble !== undefined && troubles.push(trouble));
    const [{ port, services: dialled }] = await once(gateway, 'message');
    const names = services / 2;
    for (let part = 0; part < 4; part++) {
      const count = names / 2;
      const child = start('services.js', [`http://127.0.0.1:${dialled}`, text, (part % 2) * count, count]);
      await once(child, 'message');
    }
    const load = start('callers.js', [port, names, callers]);
    let told = { counts: {} };
    const wrong = new Map();
    load.on('message', (message) => {
      told = message;
      for (const one of message.wrong) wrong.set(one, (wrong.get(one) ?? 0) + 1);
    });
    const samples = await watch(gateway, () => told.counts, minutes * 60);
    load.send('end');
    while (told.done !== true) await once(load, 'message');
    const after = await untilSettled(gateway);
    const grown = growth(samples.filter(({ seconds }) => seconds >= Math.min(120, minutes * 20)));
    const result = {
      date: new Date().toISOString(),
      machine: machine(),
      minutes,
      services,
      counts: told.counts,
      growth: grown,
      after,
    };
    return report(result, wrong, troubles);
  } finally {
    for (const child of started) child.kill('SIGKILL');
  }
}

async function watch(gateway, counts, duration) {
  const samples = [];
  const start = performance.now();
  for (let seconds = 0; seconds < duration;) {
    await sleep(5_000);
    seconds = (performance.now() - start) / 1_000;
    const one = { seconds, ...(await sample(gateway)) };
    samples.push(one);
    if (samples.length % 6 === 0) {
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
