// npm run soak:cluster: three gateways under load, with a random fault every 20 s.
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { connectGateway } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { Cluster } from '../../examples/cluster/cluster.js';
import { machine } from '../lib/machine.js';
import { random as randomOf } from '../lib/random.js';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    every: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    callers: { type: 'string', default: '8' },
  },
});
const [minutes, every] = [Number(values.minutes), Number(values.every)];
/** Bytes of memory that a gateway may have. */
const mostMemory = 400e6;
/** Longer than any time limit of the gateway, in milliseconds. */
const patience = 60_000;
const gateways = ['a', 'b', 'c'];
const random = randomOf(Number(values.seed));
const any = (list) => list[Math.floor(random() * list.length)];

/** How often each call was begun, by its name. */
const begun = new Map();
const outcomes = {};
const faults = {};
const wrong = [];
const memory = {};
const over = new AbortController();

const cluster = await Cluster.create({ port: 0, gateways, services: [] });
await cluster.start();
const silent = () => undefined;
const connections = ['one', 'two'].map(() =>
  connectGateway({
    url: cluster.services.origin,
    apiKey: cluster.key,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    services: [Echo.serve({ hello: greet })],
  }),
);
await Promise.all(connections.map(({ ready }) => ready));

const callers = Array.from({ length: Number(values.callers) }, (_, caller) => callOn(caller));
const end = performance.now() + minutes * 60_000;
while (performance.now() + every * 1_000 < end) {
  await wait(every * 1_000);
  await fault();
  look();
}
await wait(Math.max(0, end - performance.now()));
over.abort();
await Promise.all(callers);
await sound();
for (const connection of connections) void connection.close();
await cluster.end();

for (const [name, times] of begun) if (times > 1) wrong.push(`${name} was begun ${times} times`);
const result = {
  date: new Date().toISOString(),
  machine: machine(),
  minutes,
  every,
  seed: Number(values.seed),
  outcomes,
  faults,
  memoryMB: Object.fromEntries(
    Object.entries(memory).map(([id, bytes]) => [id, bytes.map((one) => Math.round(one / 1e6))]),
  ),
  wrong,
};
writeFileSync(new URL('soak.json', import.meta.url), `${JSON.stringify(result, undefined, 2)}\n`);
console.log(JSON.stringify(result, undefined, 2));
process.exit(wrong.length === 0 ? 0 : 1);

async function greet({ message }) {
  begun.set(message, (begun.get(message) ?? 0) + 1);
  await wait(random() * 20);
  return { data: { message: `Hello, ${message}!` } };
}

async function callOn(caller) {
  for (let i = 0; !over.signal.aborted; i++) {
    const name = `call-${caller}-${i}`;
    const outcome = await call(name);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const times = begun.get(name) ?? 0;
    if (outcome === '200' && times !== 1) wrong.push(`${name} was answered and begun ${times} times`);
    if (outcome === 'no answer') wrong.push(`${name} had no answer within ${patience} ms`);
    await wait(random() * 40);
  }
}

/** The status, `cut off` where the gateway or the balancer went away with the call. */
async function call(message) {
  try {
    const response = await fetch(`${cluster.callers.origin}/api/user.v0.Echo/Hello`, {
      method: 'POST',
      // The next call goes to another gateway.
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({ message }),
      signal: AbortSignal.timeout(patience),
    });
    await response.text();
    return String(response.status);
  } catch (error) {
    return error.name === 'TimeoutError' ? 'no answer' : 'cut off';
  }
}

/** Something goes wrong; one that stands still goes on after five seconds. */
async function fault() {
  const kind = any(['kill', 'end', 'stop', 'nats']);
  faults[kind] = (faults[kind] ?? 0) + 1;
  if (kind === 'nats') {
    cluster.parts.get('nats').signal('SIGKILL');
    return;
  }
  const part = cluster.parts.get(any(gateways));
  part.signal({ kill: 'SIGKILL', end: 'SIGTERM', stop: 'SIGSTOP' }[kind]);
  if (kind !== 'stop') return;
  await wait(5_000);
  part.signal('SIGCONT');
}

function look() {
  for (const id of gateways) {
    const { pid } = cluster.parts.get(id);
    if (pid === undefined) continue;
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    // One that has just ended.
    if (kilobytes === undefined) continue;
    const bytes = Number(kilobytes) * 1024;
    (memory[id] ??= []).push(bytes);
    if (bytes > mostMemory) wrong.push(`gateway ${id} takes ${bytes} bytes`);
  }
}

/** All is well again: so many calls in a row succeed. */
async function sound() {
  const late = performance.now() + 30_000;
  for (let inRow = 0, i = 0; inRow < 20; i++) {
    inRow = (await call(`last-${i}`)) === '200' ? inRow + 1 : 0;
    if (performance.now() > late) {
      wrong.push('30 s after the last fault calls still fail');
      return;
    }
  }
}
