import { afterEach, expect, test } from 'vitest';
import {
  ConnectionStatus_Reason as Reason,
  ConnectionStatus_StatusType as StatusType,
} from '../../../src/protocol/registry.pb.ts';
import { turn } from '../../virtual-clock.ts';
import { echo, ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

const rev1 = { protocolRevision: 1, capabilities: ['drain'] };
/** Has another gateway to go to. */
const mover = { protocolRevision: 1, capabilities: ['drain', 'elsewhere'] };

let under: TestGateway | undefined;
function start(...options: Parameters<typeof testGateway>): TestGateway {
  under = testGateway(...options);
  return under;
}
afterEach(async () => {
  if (under) await expectNothingLeft(under);
  under = undefined;
});

/** Whether the promise has settled by now. */
function watch(promise: Promise<void>): { done: boolean } {
  const state = { done: false };
  void promise.then(() => {
    state.done = true;
  });
  return state;
}

test('a drain lets requests finish, tells services to move, and ends all streams', async () => {
  const { gateway, clock } = start();
  const fresh = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'], ...rev1 });
  const old = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['b.B'] });
  const calls = [ask(gateway, 'a.A'), ask(gateway, 'b.B')];
  await turn();
  const drain = watch(gateway.drain());
  expect(gateway.state).toBe('draining');
  expect(gateway.serviceHealth('')).toBe('not_serving');
  await turn();
  expect(fresh.all('drain')).toMatchObject([{ graceMs: 25_000 }]);
  expect(old.got.map((message) => message.case)).toEqual(['status', 'request']);

  const late = await new ScriptedService(gateway).register({ apiKey: 'good' });
  expect(late.closed?.code).toBe(14);
  // Who is still routed here is served.
  const another = ask(gateway, 'a.A');
  await clock.pass(5_000);
  expect(drain.done).toBe(false);
  expect([fresh.closed, old.closed]).toEqual([undefined, undefined]);

  for (const service of [fresh, old]) {
    for (const { requestId } of service.requests) service.respond({ requestId, statusCode: 200 });
  }
  await clock.pass(2_000);
  expect([...calls, another].map(({ answer }) => answer?.statusCode)).toEqual([200, 200, 200]);
  expect([fresh.closed?.code, old.closed?.code]).toEqual([14, 14]);
  expect(fresh.statuses.at(-1)).toMatchObject({
    status: StatusType.DISCONNECTED,
    reason: Reason.SHUTTING_DOWN,
  });
  expect(old.statuses.at(-1)).toMatchObject({ status: StatusType.DISCONNECTED, reason: 0 });
  expect(drain.done).toBe(true);
  expect(gateway.state).toBe('stopped');
  expect(clock.timers).toBe(0);
});

test('a drain of a gateway without connections is done at once', async () => {
  const { gateway } = start();
  const drain = watch(gateway.drain());
  await turn();
  expect(drain.done).toBe(true);
});

test('a drain waits no longer than its limit', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'] });
  const call = ask(gateway, 'a.A', { timeout: 300_000 });
  await turn();
  const drain = watch(gateway.drain());
  await clock.pass(24_000);
  expect(drain.done).toBe(false);
  await clock.pass(2_000);
  expect(drain.done).toBe(true);
  expect(call.failure?.error.code).toBe('unavailable');
  expect(service.closed?.code).toBe(14);
});

test('a service that moves in time shortens the drain', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({
    apiKey: 'good',
    services: ['a.A'],
    ...mover,
  });
  const drain = watch(gateway.drain());
  await turn();
  service.streams.client.end();
  await clock.pass(10, 10);
  expect(service.closed?.code).toBe(0);
  expect(drain.done).toBe(true);
});

test('many services are asked to come back at different times', async () => {
  const { gateway } = start();
  const services = Array.from({ length: 150 }, () => new ScriptedService(gateway));
  await Promise.all(services.map((service) => service.register({ apiKey: 'good', ...mover })));
  void gateway.drain();
  await turn();
  const times = services.map((service) => service.all('drain')[0]!.reconnectAfterMs);
  expect(new Set(times).size).toBeGreaterThan(50);
  expect(Math.max(...times)).toBeLessThan(3_000);
});

test.each([
  ['old ones', { protocolRevision: 0, capabilities: [] }],
  ['those that have no other gateway', rev1],
  ['those that have', mover],
])('a thousand idle services do not hold it, nor those that dial meanwhile: %s', async (_, kind) => {
  const { gateway, clock } = start({ limits: { registersPerSecond: 1_000 } });
  const services = Array.from({ length: 1_000 }, () => new ScriptedService(gateway));
  await Promise.all(services.map((service) => service.register({ apiKey: 'good', ...kind })));
  // They read nothing: their streams do not end by themselves.
  for (const { streams } of services) streams.client.pause();
  /** Connections that were there when the port was to be closed. */
  const there: number[] = [];
  const drain = watch(gateway.drain(() => void there.push(gateway.admin.stats().connections.draining)));
  for (let left = 6_000; left > 0; left -= 500) {
    const late = new ScriptedService(gateway);
    late.streams.client.pause();
    await clock.pass(500, 500);
  }
  expect([there, drain.done, gateway.state]).toEqual([[1_000], true, 'stopped']);
});

test('services that have nowhere to go are not given time for it', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'], ...rev1 });
  const drain = watch(gateway.drain());
  await clock.pass(10, 10);
  expect([service.closed?.code, drain.done]).toEqual([14, true]);
});

test('a kill ends everything at once, a drain that is under way too', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'], ...rev1 });
  const opening = new ScriptedService(gateway);
  echo(service).onRequest = undefined;
  const call = ask(gateway, 'a.A');
  await turn();
  const drain = watch(gateway.drain());
  gateway.kill();
  expect(call.failure?.error.code).toBe('unavailable');
  await turn();
  expect([service.closed?.code, opening.closed?.code]).toEqual([14, 14]);
  expect(drain.done).toBe(true);
  expect(clock.timers).toBe(0);
  expect(new ScriptedService(gateway).streams.server.status?.code).toBe(14);
});
