import { Agent } from 'node:http';
import { expect, test } from 'vitest';
import { callHello } from './call-hello.ts';
import { haproxy } from './haproxy.ts';
import { ids, nameOf, ThreeGateways } from './three-gateways.ts';

/** `PIPIT_SERVICES` and `PIPIT_CALLS` for more; as many at each gateway. */
const services = 3 * Math.ceil(Number(process.env['PIPIT_SERVICES'] ?? 60) / 3);
const calls = Number(process.env['PIPIT_CALLS'] ?? 5_000);
const callers = 12;
/** Faults that only show on a gateway that is older than its time limits, in milliseconds. */
const age = 31_000;

test('three gateways on NATS, restarted in turn: no call is lost, wherever its service is connected', async () => {
  const cluster = await ThreeGateways.start(services);
  const began = performance.now();
  cluster.serve();
  const record: Record<string, number> = { services };
  record['all there, ms'] = Math.max(...(await Promise.all(ids.map((_, index) => cluster.allBack(index)))));
  const front = await haproxy(cluster.ports, cluster.adminPorts);
  await expect
    .poll(() => callHello(new Agent(), front, nameOf(0)).then(({ status }) => status, String), {
      timeout: 60_000,
    })
    .toBe(200);
  await sleep(age - (performance.now() - began));

  const outcomes = new Map<string, number>();
  const over = new AbortController();
  let made = 0;
  const calling = Array.from({ length: callers }, async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    while (!over.signal.aborted || made < calls) {
      made += 1;
      const outcome = await callHello(agent, front, nameOf(made % services)).then(
        ({ status }) => String(status),
        (error: Error) => error.message,
      );
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    agent.destroy();
  });
  for (const [index, id] of ids.entries()) {
    const since = performance.now();
    cluster.running[index]!.child.kill('SIGTERM');
    expect(await cluster.running[index]!.exit).toBe(0);
    record[`exit ${id}, ms`] = Math.round(performance.now() - since);
    await cluster.startGateway(index);
    record[`all back ${id}, ms`] = await cluster.allBack(index);
    await cluster.ready(index);
  }
  over.abort();
  await Promise.all(calling);
  // Of the last that was restarted, since the others heard of it.
  const overBus = await cluster.requestsOverBus(2);
  console.log(JSON.stringify({ ...record, calls: made, overBus, outcomes: [...outcomes] }));
  expect([...outcomes]).toEqual([['200', made]]);
  expect(overBus).toBeGreaterThan(0);
  for (const id of ids) expect(record[`all back ${id}, ms`]).toBeLessThan(45_000);
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
