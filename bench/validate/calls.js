import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Load } from '../compare/load.js';
import { freePort, PathProcess } from '../lib/processes.js';
import { leastHalf } from '../lib/stats.js';
import { cases } from './cases.js';
import { generated } from './generate.js';

/** The calls, and the one that each is compared with. `goal` is the most that it may cost more. */
export const calls = {
  five: {
    title: 'five rules',
    path: '/api/bench.validate.v1.Bench/Five',
    type: 'Order',
    beside: 'off',
    goal: 0.05,
  },
  off: { title: 'five rules, `validate: false`', path: '/off/bench.validate.v1.Bench/Five', type: 'Order' },
  none: {
    title: 'no rules',
    path: '/api/bench.validate.v1.Bench/None',
    type: 'PlainOrder',
    beside: 'noneOff',
    goal: 0.01,
  },
  noneOff: {
    title: 'no rules, `validate: false`',
    path: '/off/bench.validate.v1.Bench/None',
    type: 'PlainOrder',
  },
};

const script = fileURLToPath(new URL('server.js', import.meta.url));
const warm = 20_000;
const callers = 16;
const count = 2_000;

/** CPU time of the server a call, in nanoseconds: of the half of the slices that took least, all calls in turn. */
export async function measureCalls(slices) {
  const types = await import(join(generated, 'rules.pb.js'));
  const port = await freePort();
  const server = await PathProcess.startListening([process.execPath, script, String(port)], { port });
  try {
    const loads = Object.entries(calls).map(([id, { path, type }]) => {
      const body = Buffer.from(types[type].encode(cases.five.value));
      return { id, load: Load.http1(port, path, 'application/protobuf', body, callers), times: [] };
    });
    for (const { load } of loads) await load.run(warm);
    for (let slice = 1; slice <= slices; slice++) {
      if (slice % 10 === 0) console.error(`calls: slice ${slice}/${slices}`);
      for (const { load, times } of slice % 2 === 0 ? loads : loads.toReversed()) {
        const before = server.cpu();
        await load.run(count);
        times.push((server.cpu() - before) / count);
      }
    }
    for (const { load } of loads) load.close();
    return loads.map(({ id, times }) => ({ id, cpu: leastHalf(times) }));
  } finally {
    await server.stop();
  }
}
