import { afterEach, expect, test, vi } from 'vitest';
import { budgets } from '../../../src/protocol/budgets.ts';
import { turn } from '../../virtual-clock.ts';
import { ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

const rev1 = { protocolRevision: 1, capabilities: ['chunks', 'window', 'cancel', 'drain'] };

/** Clocks that go on by so many milliseconds whenever somebody looks, that of the thread's CPU time too. */
function clockedBy(ms: number): void {
  let now = 0;
  const usage = (): NodeJS.CpuUsage => ({ user: (now += ms) * 1_000, system: 0 });
  vi.spyOn(performance, 'now').mockImplementation(() => (now += ms));
  vi.spyOn(process, 'cpuUsage').mockImplementation(usage);
  const newer = process as typeof process & { threadCpuUsage?: typeof usage };
  if (newer.threadCpuUsage !== undefined) vi.spyOn(newer, 'threadCpuUsage').mockImplementation(usage);
}

let under: TestGateway | undefined;
function start(...options: Parameters<typeof testGateway>): TestGateway {
  under = testGateway(...options);
  return under;
}
afterEach(async () => {
  vi.restoreAllMocks();
  if (under) await expectNothingLeft(under);
  under = undefined;
});

test('[openings] half-sent messages of strangers are bounded together, and those that end give back', async () => {
  const { gateway } = start();
  const { bytes } = budgets.openings;
  const strangers = [0, 1, 2].map(() => new ScriptedService(gateway));
  for (const { streams } of strangers) streams.server.events.partial?.(bytes / 2);
  await turn();
  expect(strangers.map(({ closed }) => closed?.code)).toEqual([undefined, undefined, 8]);
  expect(strangers[2]?.closed?.message).toMatch(/^connections that have not registered have sent as much/);
  strangers[0]?.streams.lose();
  await turn();
  const next = new ScriptedService(gateway);
  next.streams.server.events.partial?.(bytes / 2);
  await next.register({ apiKey: 'good', services: ['a.A'] });
  expect(next.id).not.toBe('');
});

test('[openings] connections of one address that have not registered are counted', async () => {
  const { gateway } = start();
  const { count } = budgets.openings;
  const strangers = Array.from({ length: count + 1 }, () => new ScriptedService(gateway));
  const neighbour = new ScriptedService(gateway, { address: '192.0.2.99' });
  await turn();
  expect(strangers.filter(({ closed }) => closed !== undefined)).toHaveLength(1);
  expect(neighbour.closed).toBeUndefined();
});

test('[earlyMessages] what comes between registration and CONNECTED is bounded', async () => {
  const { gateway } = start({ limits: { registersPerSecond: 1 } });
  const services = [0, 1, 2].map(() => new ScriptedService(gateway));
  for (const service of services) service.say({ case: 'register', value: { apiKey: 'good' } });
  await turn();
  const waiting = services.at(-1);
  // A stream that is held back has what is on its way already.
  for (let sent = 0; sent <= budgets.earlyMessages.bytes; sent += 1_024) {
    waiting?.streams.server.events.message(new Uint8Array(1_024));
  }
  await turn();
  expect(waiting?.closed).toMatchObject({ code: 8, message: 'too much was sent before CONNECTED' });
});

test('[connection] one that sends more bytes than its budget is read no further until that is made up for', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', ...rev1 });
  const payload = new Uint8Array(4 * 1024 * 1024);
  const event = { eventType: 'e', payload };
  for (let sent = 0; sent <= 2 * budgets.connection.bytes; sent += payload.length) {
    service.say({ case: 'event', value: event });
  }
  await turn();
  expect(service.streams.server.paused).toBe(true);
  await clock.pass(3_000);
  expect([service.streams.server.paused, service.closed]).toEqual([false, undefined]);
});

test('[connection] one that costs more time than its budget, too; and one that never stops is closed', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', ...rev1 });
  const ms = budgets.connection.cpuMs * 3;
  // Each look at a clock is so much later than the one before.
  clockedBy(ms);
  service.say({ case: 'event', value: { eventType: 'e' } });
  await turn();
  expect(service.streams.server.paused).toBe(true);
  await clock.pass(1_000);
  expect(service.streams.server.paused).toBe(true);
  await clock.pass(1_000);
  expect(service.streams.server.paused).toBe(false);
  for (let second = 0; second < 40; second += 1) {
    service.say({ case: 'event', value: { eventType: 'e' } });
    await clock.pass(1_000);
  }
  expect(service.closed).toMatchObject({ code: 8, message: 'more was sent than the gateway takes' });
});

test('[connection] what an event brings to its subscribers is its publisher’s', async () => {
  const { gateway, clock } = start();
  const join = (): Promise<ScriptedService> =>
    new ScriptedService(gateway).register({ apiKey: 'good', ...rev1 });
  const publisher = await join();
  const subscribers = await Promise.all(Array.from({ length: 20 }, join));
  for (const one of subscribers) one.say({ case: 'subscription', value: { eventTypes: ['e'] } });
  await turn();
  // A busy machine shall not count as time that they cost.
  clockedBy(0);
  const payload = new Uint8Array(16 * 1024);
  const events = Math.ceil(budgets.connection.bytes / subscribers.length / payload.length);
  for (let sent = 0; sent < events; sent++)
    publisher.say({ case: 'event', value: { eventType: 'e', payload } });
  const received = (): number[] => subscribers.map((one) => one.all('event').length);
  await turn();
  expect(publisher.streams.server.paused).toBe(true);
  expect(Math.max(...received())).toBeLessThan(events);
  await clock.pass(2_000);
  expect([publisher.streams.server.paused, publisher.closed]).toEqual([false, undefined]);
  expect(received()).toEqual(subscribers.map(() => events));
});

test('[connection] answers to requests are no part of it', async () => {
  const { gateway } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'], ...rev1 });
  const payload = new Uint8Array(4 * 1024 * 1024);
  service.onRequest = ({ requestId }) => service.respond({ requestId, statusCode: 200, payload });
  for (let sent = 0; sent <= budgets.connection.bytes; sent += payload.length) ask(gateway, 'a.A');
  await turn();
  expect(service.streams.server.paused).toBe(false);
  expect(service.requests.length).toBeGreaterThan(4);
});

test('[mistakes] a hundred are survived, and one line a minute says so', async () => {
  const lines: string[] = [];
  const nothing = (): void => undefined;
  const warn = (_fields: object, text: string): void => void lines.push(text);
  const { gateway, clock } = start({ log: { debug: nothing, info: nothing, error: nothing, warn } });
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', ...rev1 });
  const subscribe = (): void => service.say({ case: 'subscription', value: { eventTypes: [''] } });
  for (let index = 0; index < budgets.mistakes.count; index += 1) subscribe();
  await turn();
  expect([service.closed, lines.length]).toEqual([undefined, 1]);
  for (let index = 0; index < 60; index += 1) {
    service.heartbeat();
    await clock.pass(1_000);
  }
  subscribe();
  await turn();
  expect([service.closed?.code, lines.length]).toEqual([3, 1]);
});

test.each([
  ['[instanceId]', { instanceId: 'x'.repeat(budgets.instanceId.bytes + 1) }, /instance_id has more than/],
  [
    '[idempotentMethods]',
    { idempotentMethods: Array.from({ length: budgets.idempotentMethods.count + 1 }, () => 'a') },
    /more than 4096 idempotent_methods/,
  ],
])('%s: more is refused', async (_, more, text) => {
  const { gateway } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', ...rev1, ...more });
  expect(service.closed).toMatchObject({ code: 3, message: expect.stringMatching(text) as string });
});

test('[eventTypes] their number and length are bounded', async () => {
  const { gateway } = start();
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', ...rev1 });
  const { count, bytes } = budgets.eventTypes;
  const subscribe = (eventTypes: string[]): void =>
    service.say({ case: 'subscription', value: { eventTypes } });
  subscribe(Array.from({ length: count }, (_, index) => `e${index}`));
  subscribe(['e0', 'e1']);
  await turn();
  expect(service.statuses).toHaveLength(1);
  subscribe(['one.more']);
  subscribe(['x'.repeat(bytes + 1)]);
  await turn();
  expect(service.statuses.slice(1).map(({ message }) => message)).toEqual([
    `a connection may subscribe to ${count} event types at most`,
    `an event_type must have 1 to ${bytes} characters`,
  ]);
});

test('[repeatedAnswers] an answer that comes again and again closes the connection, after its first was counted', async () => {
  const strays: string[] = [];
  const { gateway } = start({ observers: [{ unexpectedResponse: (kind) => void strays.push(kind) }] });
  const service = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'] });
  const call = ask(gateway, 'a.A');
  await turn();
  const { requestId = '' } = service.requests[0] ?? {};
  for (let index = 0; index < budgets.repeatedAnswers.count + 10; index += 1) service.respond({ requestId });
  await turn();
  expect(call.answer).toBeDefined();
  expect(service.closed).toMatchObject({
    code: 3,
    message: expect.stringMatching(/or are answered$/) as string,
  });
  expect(strays).toHaveLength(budgets.repeatedAnswers.count + 1);
});

test('[repeatedAnswers] late answers, of which each request has one, do not', async () => {
  const strays: string[] = [];
  const { gateway, clock } = start({ observers: [{ unexpectedResponse: (kind) => void strays.push(kind) }] });
  const service = await new ScriptedService(gateway).register({
    apiKey: 'good',
    services: ['a.A'],
    ...rev1,
  });
  const calls = Array.from({ length: 200 }, () => ask(gateway, 'a.A', { timeout: 50 }));
  await clock.pass(1_000);
  expect(calls.every(({ failure }) => failure?.error.code === 'deadline_exceeded')).toBe(true);
  for (const { requestId } of service.requests) service.respond({ requestId, statusCode: 200 });
  await turn();
  expect([strays.length, new Set(strays), service.closed]).toEqual([200, new Set(['late']), undefined]);
});
