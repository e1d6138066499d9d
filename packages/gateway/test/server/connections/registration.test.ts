import { afterEach, describe, expect, test } from 'vitest';
import {
  ConnectionStatus_Reason as Reason,
  ConnectionStatus_StatusType as StatusType,
} from '../../../src/protocol/registry.pb.ts';
import type { Gateway } from '../../../src/server/gateway.ts';
import type { Observer } from '../../../src/server/observer.ts';
import { turn } from '../../virtual-clock.ts';
import { echo, ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const rev1 = { protocolRevision: 1, capabilities: ['chunks', 'window', 'cancel', 'drain'] };

let under: TestGateway | undefined;
function start(...options: Parameters<typeof testGateway>): TestGateway {
  under = testGateway(...options);
  return under;
}
/** At one registration a second the third has to wait. */
async function takeTurns(gateway: Gateway): Promise<void> {
  await new ScriptedService(gateway).register({ apiKey: 'good' });
  await new ScriptedService(gateway).register({ apiKey: 'good' });
}
afterEach(async () => {
  if (under) await expectNothingLeft(under);
  under = undefined;
});

describe('a registration', () => {
  test('of revision 0 gets CONNECTED in the words of the guide, and its service is served', async () => {
    const { gateway } = start();
    const service = echo(new ScriptedService(gateway));
    await service.register({ apiKey: 'good', services: ['post.PostService'] });
    expect(service.statuses).toEqual([
      expect.objectContaining({
        status: StatusType.CONNECTED,
        protocolRevision: 0,
        gatewayId: '',
        capabilities: [],
      }),
    ]);
    expect(service.id).toMatch(uuid);
    const call = ask(gateway, 'post.PostService');
    await turn();
    expect(call.answer?.payload).toEqual(new Uint8Array([1, 2, 3]));
  });

  test('of revision 1 is told what was agreed', async () => {
    const { gateway } = start({ gatewayId: 'gw-a' });
    const service = await new ScriptedService(gateway).register({
      apiKey: 'good',
      ...rev1,
      protocolRevision: 7,
    });
    expect(service.statuses[0]).toMatchObject({
      status: StatusType.CONNECTED,
      protocolRevision: 1,
      gatewayId: 'gw-a',
      heartbeatIntervalMs: 30_000,
      heartbeatTimeoutMs: 90_000,
      maxMessageBytes: 5 * 1024 * 1024,
    });
  });

  test('without services is a connection that only calls', async () => {
    const { gateway } = start();
    const caller = await new ScriptedService(gateway).register({ apiKey: 'good' });
    expect(caller.closed).toBeUndefined();
    expect(gateway.admin.stats()).toMatchObject({ services: 0, connections: { ready: 1 } });
  });

  test.each([
    ['a heartbeat', { case: 'heartbeat', value: {} }],
    ['an answer', { case: 'response', value: { requestId: 'x' } }],
  ] as const)('must come first, not %s', async (_, message) => {
    const { gateway } = start();
    const service = new ScriptedService(gateway);
    service.say(message);
    await turn();
    expect(service.closed).toMatchObject({
      code: 3,
      message: expect.stringContaining('first message') as string,
    });
    expect(service.statuses).toMatchObject([{ status: StatusType.ERROR }]);
  });

  test.each([
    ['an empty message', new Uint8Array(), 3],
    ['a message of a future kind', new Uint8Array([0xc2, 0x3e, 0]), 3],
    ['random bytes', new Uint8Array([0xff, 0xff, 0xff, 7, 1]), 13],
  ])('must come first, not %s', async (_, bytes, code) => {
    const { gateway } = start();
    const service = new ScriptedService(gateway);
    service.bytes(bytes);
    await turn();
    expect(service.closed?.code).toBe(code);
  });

  test('must come within ten seconds', async () => {
    const { gateway, clock } = start();
    const service = new ScriptedService(gateway);
    await clock.pass(9_000);
    expect(service.closed).toBeUndefined();
    await clock.pass(2_000);
    expect(service.closed?.code).toBe(4);
    expect(gateway.admin.stats().connections.opening).toBe(0);
  });

  test('must come before the half-close', async () => {
    const { gateway } = start();
    const service = new ScriptedService(gateway);
    service.streams.client.end();
    await turn();
    expect(service.closed?.code).toBe(3);
  });

  test.each([
    ['bad', ['post.PostService', 'no-name']],
    ['reserved', ['registry.RegistryService']],
    ['reserved', ['grpc.health.v1.Health']],
    ['reserved', ['grpc']],
    ['too long', [`a${'b'.repeat(255)}`]],
    ['too many', Array.from({ length: 10_000 }, (_, i) => `a.S${i}`)],
  ])('with %s names is refused, and nothing is registered', async (_, services) => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register({ apiKey: 'good', services, ...rev1 });
    expect(service.closed?.code).toBe(3);
    expect(service.statuses).toMatchObject([{ reason: Reason.INVALID_REGISTRATION }]);
    expect(gateway.admin.services()).toEqual([]);
  });

  test('that comes again is ignored at revision 0, and rights do not widen', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['a.A'] });
    await service.register({ apiKey: 'good', services: ['a.A', 'b.B'] });
    expect(service.closed).toBeUndefined();
    expect(service.statuses).toHaveLength(1);
    expect(gateway.admin.services().map(({ name }) => name)).toEqual(['a.A']);
  });

  test('that comes again is refused at revision 1 unless it is the same', async () => {
    const { gateway } = start();
    const register = { apiKey: 'good', services: ['a.A'], ...rev1 };
    const service = await new ScriptedService(gateway).register(register);
    await service.register(register);
    expect(service.closed).toBeUndefined();
    await service.register({ ...register, services: ['a.A', 'b.B'] });
    expect(service.closed?.code).toBe(9);
    expect(gateway.admin.services()).toEqual([]);
  });

  test('may be followed at once by what the service has to say', async () => {
    const { gateway } = start({ limits: { registersPerSecond: 1 } });
    await takeTurns(gateway);
    const service = new ScriptedService(gateway);
    service.say({
      case: 'register',
      value: { apiKey: 'good', connectionId: 'mine', services: ['a.A'], ...rev1 },
    });
    service.heartbeat('mine');
    await turn();
    expect(service.got).toEqual([]);
    await under!.clock.pass(1_000);
    expect(service.id).toBe('mine');
    expect(service.all('heartbeat')).toMatchObject([{ connectionId: 'mine' }]);
  });
});

describe('keys', () => {
  test('a wrong one is refused in the same words as an empty one, and slower the more come', async () => {
    const violations: string[] = [];
    const observer: Observer = { violation: (_, what) => violations.push(what) };
    const { gateway, clock } = start({ observers: [observer] });
    const closed: unknown[] = [];
    for (const apiKey of ['wrong', '', 'gwk_x_y']) {
      const service = await new ScriptedService(gateway).register({ apiKey, ...rev1 });
      closed.push(service.closed);
      expect(service.statuses).toMatchObject([{ status: StatusType.ERROR, reason: Reason.INVALID_API_KEY }]);
    }
    expect(new Set(closed.map((status) => JSON.stringify(status))).size).toBe(1);
    expect(closed[0]).toMatchObject({ code: 16 });
    expect(violations).toEqual(['wrong api_key', 'wrong api_key', 'wrong api_key']);

    const fourth = await new ScriptedService(gateway).register({ apiKey: 'wrong' });
    expect(fourth.closed).toBeUndefined();
    // Who has the right key does not wait for the others at the same address.
    const right = await new ScriptedService(gateway).register({ apiKey: 'good' });
    expect(right.statuses).toHaveLength(1);
    await clock.pass(1_000);
    expect(fourth.closed?.code).toBe(16);
  });

  test('a name without right is refused by name; at revision 0 nothing of the rest is registered', async () => {
    const { gateway, keys } = start();
    keys.add('posts', { register: ['post.*'] });
    const victim = echo(new ScriptedService(gateway));
    await victim.register({ apiKey: 'good', services: ['user.UserService'] });
    const thief = await new ScriptedService(gateway).register({
      apiKey: 'posts',
      services: ['post.PostService', 'user.UserService'],
    });
    expect(thief.closed).toMatchObject({
      code: 7,
      message: expect.stringContaining('user.UserService') as string,
    });
    expect(gateway.admin.services().map(({ name }) => name)).toEqual(['user.UserService']);
    const call = ask(gateway, 'user.UserService');
    await turn();
    expect(call.answer).toBeDefined();
  });

  test('at revision 1 the others are registered and the peer is told', async () => {
    const { gateway, keys } = start();
    keys.add('posts', { register: ['post.*'] });
    const service = await new ScriptedService(gateway).register({
      apiKey: 'posts',
      services: ['post.PostService', 'user.UserService'],
      ...rev1,
    });
    expect(service.statuses).toMatchObject([{ rejectedServices: ['user.UserService'] }]);
    expect(gateway.admin.services().map(({ name }) => name)).toEqual(['post.PostService']);
    const none = await new ScriptedService(gateway).register({
      apiKey: 'posts',
      services: ['user.U'],
      ...rev1,
    });
    expect(none.closed?.code).toBe(7);
    expect(none.statuses).toMatchObject([{ reason: Reason.SERVICE_NOT_ALLOWED }]);
  });

  test('may have so many connections and no more', async () => {
    const { gateway, keys } = start();
    keys.add('two', { maxConnections: 2 });
    const first = await new ScriptedService(gateway).register({ apiKey: 'two' });
    await new ScriptedService(gateway).register({ apiKey: 'two' });
    const third = await new ScriptedService(gateway).register({ apiKey: 'two' });
    expect(third.closed?.code).toBe(8);
    first.streams.client.destroy();
    await turn();
    const fourth = await new ScriptedService(gateway).register({ apiKey: 'two' });
    expect(fourth.closed).toBeUndefined();
  });

  test('a revoked one is drained, what is under way ends, then the stream', async () => {
    const { gateway, clock, keys } = start();
    const key = keys.add('k');
    expect(key.id).toBe('k');
    const idle = await new ScriptedService(gateway).register({ apiKey: 'k', ...rev1 });
    const busy = await new ScriptedService(gateway).register({ apiKey: 'k', services: ['a.A'], ...rev1 });
    const legacy = await new ScriptedService(gateway).register({ apiKey: 'k', services: ['b.B'] });
    const [one, two] = [ask(gateway, 'a.A'), ask(gateway, 'b.B')];
    await turn();
    keys.remove('k');
    await turn();
    expect(idle.closed?.code).toBe(16);
    expect(busy.all('drain')).toMatchObject([{ graceMs: 5_000 }]);
    expect(gateway.admin.services()).toEqual([]);
    busy.respond({ requestId: busy.requests[0]!.requestId, statusCode: 200 });
    await clock.pass(2_000);
    expect(one.answer).toBeDefined();
    expect(busy.closed?.code).toBe(16);
    expect(busy.statuses.at(-1)).toMatchObject({ reason: Reason.KEY_REVOKED });
    expect(legacy.closed).toBeUndefined();
    await clock.pass(4_000);
    expect(legacy.closed?.code).toBe(16);
    expect(two.failure?.error.message).toContain('outcome unknown');
    const again = await new ScriptedService(gateway).register({ apiKey: 'k' });
    expect(again.closed?.code).toBe(16);
  });

  test('one that may no longer register a name of a connection ends it; one that still may does not', async () => {
    const { gateway, clock, keys } = start();
    keys.add('k', { register: ['a.*', 'b.*'] });
    const a = await new ScriptedService(gateway).register({ apiKey: 'k', services: ['a.A'] });
    const b = await new ScriptedService(gateway).register({ apiKey: 'k', services: ['b.B'] });
    keys.add('k', { register: ['b.*'] });
    await clock.pass(1_000);
    expect(a.closed).toMatchObject({
      code: 7,
      message: expect.stringContaining('may not register a.A') as string,
    });
    expect(b.closed).toBeUndefined();
  });
});

describe('connection_id', () => {
  test('of a live connection is taken over by the same process only; the old end removes only itself', async () => {
    const { gateway } = start();
    const register = { apiKey: 'good', services: ['a.A'], connectionId: 'c1', instanceId: 'p1', ...rev1 };
    const old = await new ScriptedService(gateway).register(register);
    expect(old.id).toBe('c1');
    old.streams.blackHole();
    const fresh = echo(new ScriptedService(gateway));
    await fresh.register(register);
    expect(fresh.id).toBe('c1');
    expect(gateway.admin.connections()).toHaveLength(1);
    old.streams.lose();
    await turn();
    expect(gateway.admin.connections()).toMatchObject([{ id: 'c1', state: 'ready' }]);
    const call = ask(gateway, 'a.A');
    await turn();
    expect(call.answer).toBeDefined();
    expect(old.requests).toEqual([]);
  });

  test('a replaced connection that can still read is told so', async () => {
    const { gateway } = start();
    const register = { apiKey: 'good', connectionId: 'c1', instanceId: 'p1', ...rev1 };
    const old = await new ScriptedService(gateway).register(register);
    await new ScriptedService(gateway).register(register);
    expect(old.statuses.at(-1)).toMatchObject({ status: StatusType.DISCONNECTED, reason: Reason.REPLACED });
    expect(old.closed).toBeDefined();
  });

  test.each([
    ['another key', { apiKey: 'other', instanceId: 'p1', ...rev1 }],
    ['another process', { apiKey: 'good', instanceId: 'p2', ...rev1 }],
    ['a process that does not say which', { apiKey: 'good', ...rev1 }],
    ['a peer of revision 0', { apiKey: 'good', instanceId: 'p1' }],
  ])('of a live connection is not given to %s', async (_, register) => {
    const { gateway, keys } = start();
    keys.add('other');
    const victim = await new ScriptedService(gateway).register({
      apiKey: 'good',
      connectionId: 'c1',
      instanceId: 'p1',
      ...rev1,
    });
    const other = await new ScriptedService(gateway).register({ connectionId: 'c1', ...register });
    expect(other.id).toMatch(uuid);
    expect(victim.closed).toBeUndefined();
    expect(gateway.admin.connections()).toHaveLength(2);
  });

  test.each(['', 'with space', 'a'.repeat(129), 'é'])(
    '%j is none: a new one is given',
    async (connectionId) => {
      const { gateway } = start();
      const service = await new ScriptedService(gateway).register({ apiKey: 'good', connectionId });
      expect(service.id).toMatch(uuid);
    },
  );
});

describe('many at once', () => {
  test('wait for their turn, and are told when to come back where too many do', async () => {
    const { gateway, clock } = start({ limits: { registersPerSecond: 10 } });
    const services = Array.from({ length: 80 }, () => new ScriptedService(gateway));
    for (const service of services) service.say({ case: 'register', value: { apiKey: 'good', ...rev1 } });
    await turn();
    const connected = (): number => services.filter(({ id }) => id !== '').length;
    const refused = services.filter(({ closed }) => closed?.code === 8);
    expect(connected()).toBeGreaterThanOrEqual(10);
    expect(connected()).toBeLessThan(20);
    expect(refused.length).toBeGreaterThan(10);
    for (const { statuses } of refused) {
      expect(statuses[0]!.reason).toBe(Reason.OVERLOADED);
      expect(statuses[0]!.reconnectAfterMs).toBeGreaterThanOrEqual(5_000);
    }
    await clock.pass(6_000, 100);
    expect(connected()).toBe(80 - refused.length);
  });

  test('one that goes while it waits leaves nothing behind', async () => {
    const { gateway, clock } = start({ limits: { registersPerSecond: 1 } });
    await takeTurns(gateway);
    const third = await new ScriptedService(gateway).register({ apiKey: 'good' });
    expect(gateway.admin.stats().connections).toMatchObject({ opening: 1, ready: 2 });
    third.streams.client.destroy();
    await clock.pass(3_000);
    expect(gateway.admin.stats().connections).toMatchObject({ opening: 0, ready: 2 });
  });

  test('streams of one address that do not register are bounded', async () => {
    const { gateway } = start({ limits: { maxOpeningPerAddress: 2 } });
    const [, , third] = [0, 1, 2].map(() => new ScriptedService(gateway, { address: '192.0.2.7' }));
    const other = new ScriptedService(gateway, { address: '192.0.2.8' });
    await turn();
    expect(third!.closed?.code).toBe(8);
    expect(other.closed).toBeUndefined();
  });

  test('what comes before CONNECTED is bounded', async () => {
    const { gateway } = start({ limits: { registersPerSecond: 1 } });
    await takeTurns(gateway);
    const service = await new ScriptedService(gateway).register({ apiKey: 'good' });
    // A transport may hand over what it had read before it was paused.
    service.streams.server.events.message(new Uint8Array(65 * 1024));
    await turn();
    expect(service.closed?.code).toBe(8);
  });
});
