import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine } from '../lib/machine.js';
import { bench } from '../lib/paths.js';
import { doors } from './doors.js';
import { generate } from './generate.js';
import { criterion, growth } from './judge.js';
import { Load } from './load.js';
import { ServerProcess } from './server-process.js';

const help = `soak:http [options]: 64 connections of calls, errors, aborts, slow clients and garbage
  --minutes <n>  default 10; 1 is enough to see that it works, 2 to judge growth
  --door <name>  ${Object.keys(doors).join(' or ')}, default fastify
  --seed <n>     of the order of calls, default 1
Fails when an answer is not as wire.md says, a request is not answered, a call's hooks do not end, or memory or
handles grow. 10 minutes or more write http/soak.json.`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    door: { type: 'string', default: 'fastify' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(help);
} else {
  try {
    process.exitCode = (await soak(values.door, Number(values.minutes), Number(values.seed))) ? 0 : 1;
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}

/** @returns whether all is well */
async function soak(door, minutes, seed) {
  if (!Object.hasOwn(doors, door)) throw new Error(`--door: there are ${Object.keys(doors).join(' and ')}`);
  if (!(minutes > 0)) throw new Error('--minutes: expected a positive number');
  generate();
  const troubles = [];
  const server = await ServerProcess.start(door, (text) => troubles.push(text));
  const atRest = await server.sample();
  const load = new Load(server.port, seed);
  try {
    const samples = await watch(server, load, minutes * 60);
    await load.stop();
    const after = await untilAtRest(server, atRest);
    // A short run is warm after a third of it.
    const warm = Math.min(60, minutes * 20);
    const result = {
      date: new Date().toISOString(),
      machine: machine(),
      minutes,
      seed,
      requests: load.requests,
      calls: after.received,
      failures: load.failures,
      growth: growth(samples.filter(({ seconds }) => seconds >= warm)),
      atRest: { before: atRest, after },
      scenarios: load.scenarios,
    };
    return report(door, result, load, troubles);
  } catch (error) {
    throw new Error([...troubles, error.message].join('\n'), { cause: error });
  } finally {
    server.stop();
    await load.stop();
  }
}

/** Samples the server every five seconds, and prints some of them. */
async function watch(server, load, duration) {
  const samples = [];
  const start = performance.now();
  for (let seconds = 0; seconds < duration;) {
    await sleep(Math.min(5, duration - seconds) * 1000);
    seconds = (performance.now() - start) / 1000;
    const sample = { seconds: Math.round(seconds), ...(await server.sample()) };
    samples.push(sample);
    if (samples.length % (duration > 120 ? 6 : 2) === 0) print(sample, load);
  }
  return samples;
}

function print({ seconds, rss, heap, handles, received, sent }, { requests, failures }) {
  console.log(
    `${String(seconds).padStart(4)} s  ${requests} requests, ${failures} failures; ` +
      `RSS ${mib(rss)}, heap ${mib(heap)}, ${handles} handles, ${received - sent} calls under way`,
  );
}

/** Waits until the server has noticed that everybody is gone; what is left after 15 s is left. */
async function untilAtRest(server, before) {
  let sample;
  for (let attempt = 0; attempt < 30; attempt++) {
    sample = await server.sample();
    if (sample.received === sample.sent && sample.handles <= before.handles) break;
    await sleep(500);
  }
  return sample;
}

function report(door, result, load, troubles) {
  const { growth: grown, atRest } = result;
  const { received, sent, handles } = atRest.after;
  const problems = [
    ...troubles.map((text) => `the server: ${text}`),
    ...[...load.kinds].map(([text, count]) => `${count} × ${text}`),
    ...Object.entries(grown)
      .filter(([, { flat }]) => !flat)
      .map(([name, { first, last, limit }]) => `${name} grew from ${first} to ${last} (limit ${limit})`),
    ...(received === sent ? [] : [`${received} calls began and ${sent} ended`]),
    ...(handles <= atRest.before.handles
      ? []
      : [
          `handles are left: ${JSON.stringify(atRest.after.kinds)}; before the load: ${JSON.stringify(atRest.before.kinds)}`,
        ]),
  ];
  for (const [name, { first, last }] of Object.entries(grown)) {
    const text = name === 'handles' ? String : mib;
    console.log(`${name}: ${text(first)} → ${text(last)}`);
  }
  console.log(`(${criterion})`);
  for (const problem of problems) console.error(`FAILED: ${problem}`);
  const passed = problems.length === 0 && load.failures === 0;
  console.log(
    `${door}: ${load.requests} requests, ${load.failures} failures: ${passed ? 'passed' : 'FAILED'}`,
  );
  if (result.minutes >= 10) {
    const file = join(bench, 'http/soak.json');
    const all = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    writeFileSync(
      file,
      `${JSON.stringify({ ...all, [door]: { passed, ...result, problems } }, undefined, 2)}\n`,
    );
  } else {
    console.error('Less than 10 minutes: http/soak.json stays as it is.');
  }
  return passed;
}

function mib(bytes) {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
