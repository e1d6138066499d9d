import { expect, test } from 'vitest';
import { startCallers } from './callers.ts';
import { twoGateways } from './two-gateways.ts';

/** `PIPIT_SERVICES` and `PIPIT_CALLS` for more. */
const services = Number(process.env['PIPIT_SERVICES'] ?? 100);
const calls = Number(process.env['PIPIT_CALLS'] ?? 10_000);
/** Faults that only show on a gateway that is older than its time limits, in milliseconds. */
const age = 31_000;
/** In which all services have to be connected again, in milliseconds. */
const backWithin = 45_000;

test('two gateways behind HAProxy, restarted in turn: no call by HTTP or gRPC is lost, all are back within 45 s', async () => {
  const gateways = await twoGateways(services);
  await sleep(age);
  const callers = startCallers(gateways.front, gateways.grpcFront);
  const record: Record<string, number> = { services };
  for (const index of [0, 1]) {
    const { child, exit } = gateways.running[index]!;
    const since = performance.now();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    record[`exit ${index}, ms`] = Math.round(performance.now() - since);
    await gateways.start(index);
    record[`all back ${index}, ms`] = await gateways.allBack(index);
    await gateways.ready(index);
  }
  await callers.stop(calls);
  console.log(JSON.stringify({ ...record, calls: callers.made, outcomes: [...callers.outcomes] }));
  expect([callers.failed, [...callers.outcomes.keys()].toSorted()]).toEqual([0, ['200', 'grpc 0']]);
  for (const index of [0, 1]) expect(record[`all back ${index}, ms`]).toBeLessThan(backWithin);
});

test('one of two gateways is killed, then the network breaks for all services: calls fail for a moment, all are back within 45 s', async () => {
  const gateways = await twoGateways(services);
  const callers = startCallers(gateways.front, gateways.grpcFront);
  gateways.running[0]!.child.kill('SIGKILL');
  await gateways.running[0]!.exit;
  await gateways.start(0);
  const killed = await gateways.allBack(0);
  await gateways.ready(0);
  // What was under way there, and what came until HAProxy knew.
  await callers.stop(calls / 10);
  console.log(JSON.stringify({ services, killed, calls: callers.made, outcomes: [...callers.outcomes] }));
  expect(callers.failed).toBeLessThan(callers.made / 10);

  const after = startCallers(gateways.front, gateways.grpcFront);
  for (const relay of gateways.relays) relay.reset();
  const broken = await Promise.all([gateways.allBack(0), gateways.allBack(1)]);
  await after.stop(calls / 10);
  console.log(JSON.stringify({ services, broken, calls: after.made, outcomes: [...after.outcomes] }));
  for (const outcome of after.outcomes.keys()) {
    expect(outcome).toMatch(/^(200|503 with Retry-After|grpc 0|grpc 14: .*)$/);
  }

  // Nothing is left of it: every call succeeds.
  const last = startCallers(gateways.front, gateways.grpcFront);
  await last.stop(calls / 10);
  expect(last.failed).toBe(0);
  for (const ms of [killed, ...broken]) expect(ms).toBeLessThan(backWithin);
});

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
