import { Agent, request } from 'node:http';
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { machine } from '../lib/machine.js';
import { bench, root } from '../lib/paths.js';
import { freePort, PathProcess } from '../lib/processes.js';
import { percentile } from '../lib/stats.js';
import { table } from '../lib/table.js';

const help = `bench:overload [options]: cmd/server with 60 callers of a method that computes for 50 ms, calls of another and probes beside
  --seconds <n>   of each, default 10
  --delays <list> maxEventLoopDelayMs, default 0,1000 (0: none; 1000: as the server comes)
  --write         overload/results.json
Fails where of the cheap calls less than 90 % are 200, their p99 is above 200 ms, or a probe is not answered, at the last of the delays.`;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    delays: { type: 'string', default: '0,1000' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const callers = 60;
const costlyAgent = new Agent({ keepAlive: true, maxSockets: callers });
// Few connections: Node accepts one a turn of its loop, and here a turn is 3 s where nothing is refused.
const cheapAgent = new Agent({ keepAlive: true, maxSockets: 8 });

if (values.help) console.log(help);
else process.exit((await main()) ? 0 : 1);

/** @returns whether the goals are met */
async function main() {
  const rows = [];
  for (const delay of values.delays.split(',')) {
    const row = { delay, ...(await measure(delay)) };
    console.log(JSON.stringify(row));
    rows.push(row);
  }
  const shown = rows.map(({ delay, cheap, costly, health, ready }) => [
    delay,
    `${cheap.ok} of ${cheap.calls}`,
    cheap.p99.toFixed(0),
    `${costly.ok} of ${costly.calls}`,
    `${health.answered} of ${health.calls}`,
    health.p99.toFixed(0),
    `${ready.answered} of ${ready.calls}`,
  ]);
  const header = [
    'maxEventLoopDelayMs',
    'cheap: 200',
    'their p99, ms',
    'costly: 200',
    '/healthz',
    'p99, ms',
    '/readyz',
  ];
  console.log(table(header, shown));
  const { cheap, health, ready } = rows.at(-1);
  const passed =
    cheap.ok >= 0.9 * cheap.calls &&
    cheap.p99 <= 200 &&
    health.answered === health.calls &&
    ready.answered === ready.calls;
  console.log(passed ? 'passed' : 'FAILED');
  if (values.write) {
    const measured = { passed, date: new Date().toISOString(), machine: machine(), load: loadavg() };
    writeFileSync(
      join(bench, 'overload/results.json'),
      `${JSON.stringify({ ...measured, rows }, undefined, 2)}\n`,
    );
  }
  return passed;
}

async function measure(delay) {
  const [port, admin] = [await freePort(), await freePort()];
  const bin = join(root, 'cmd/server/bin/server.js');
  const env = {
    PORT: String(port),
    ADMIN_PORT: String(admin),
    MAX_EVENT_LOOP_DELAY_MS: delay,
    LOG_REQUESTS: 'false',
  };
  const preload = pathToFileURL(join(bench, 'overload/costly.js')).href;
  const command = [process.execPath, '--import', preload, bin];
  const server = await PathProcess.start(command, { ready: /listening/, env });
  const over = new AbortController();
  try {
    const busy = load(over.signal, () => post(costlyAgent, port, 'user.v0.Echo/Hello', '{"message":"hi"}'));
    await sleep(1_000);
    const measured = await Promise.all([
      pace(20, () => post(cheapAgent, port, 'user.v0.Countdown/Watch', '{}', { 'last-event-id': '1' })),
      pace(4, () => send(cheapAgent, { port: admin, path: '/healthz' })),
      pace(4, () => send(cheapAgent, { port: admin, path: '/readyz' })),
    ]);
    over.abort();
    const [cheap, health, ready] = measured.map(summary);
    return { cheap, health, ready, costly: summary(await busy) };
  } finally {
    over.abort();
    await server.stop();
  }
}

/** So many callers, each as fast as it is answered. */
async function load(signal, call) {
  const outcomes = [];
  const caller = async () => {
    while (!signal.aborted) outcomes.push({ ms: 0, status: await call() });
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return outcomes;
}

/** Calls at fixed times, so many a second; each is measured from the time at which it was due. */
async function pace(rate, call) {
  const began = performance.now();
  const calls = [];
  for (let number = 0; number < Number(values.seconds) * rate; number++) {
    const due = began + (number * 1_000) / rate;
    await sleep(Math.max(0, due - performance.now()));
    calls.push(call().then((status) => ({ status, ms: performance.now() - due })));
  }
  return Promise.all(calls);
}

function summary(outcomes) {
  return {
    calls: outcomes.length,
    ok: outcomes.filter(({ status }) => status === 200).length,
    answered: outcomes.filter(({ status }) => status === 200 || status === 503).length,
    p99: percentile(
      outcomes.map(({ ms }) => ms),
      0.99,
    ),
  };
}

function post(agent, port, method, body, more = {}) {
  const headers = { 'content-type': 'application/json', 'content-length': body.length, ...more };
  return send(agent, { port, method: 'POST', path: `/api/${method}`, headers }, body);
}

/** @returns the status, or the text of an error */
function send(agent, options, body) {
  return new Promise((resolve) => {
    request({ agent, host: '127.0.0.1', ...options }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode));
    })
      .on('error', ({ message }) => resolve(message))
      .end(body);
  });
}
