import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ConnectionStatus_Reason as Reason,
  ConnectionStatus_StatusType as StatusType,
} from '../../../src/protocol/registry.pb.ts';
import type { Observer } from '../../../src/server/observer.ts';
import { turn } from '../../virtual-clock.ts';
import { echo, ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

const rev1 = { protocolRevision: 1, capabilities: ['chunks', 'window', 'cancel', 'drain'] };
const served = { apiKey: 'good', services: ['a.A'] };

let under: TestGateway | undefined;
function start(...options: Parameters<typeof testGateway>): TestGateway {
  under = testGateway(...options);
  return under;
}
afterEach(async () => {
  if (under) await expectNothingLeft(under);
  under = undefined;
});

describe('heartbeats', () => {
  test('that stop: not routable after 45 s, closed after 90 s', async () => {
    const { gateway, clock } = start();
    const service = await new ScriptedService(gateway).register(served);
    await clock.pass(44_000);
    expect(gateway.serviceHealth('a.A')).toBe('serving');
    await clock.pass(2_000);
    expect(gateway.serviceHealth('a.A')).toBe('not_serving');
    const call = ask(gateway, 'a.A');
    await clock.pass(3_000);
    expect(service.requests).toEqual([]);
    expect(call.failure?.error.code).toBe('unavailable');
    await clock.pass(42_000);
    expect(service.closed).toMatchObject({
      code: 14,
      message: expect.stringContaining('heartbeat') as string,
    });
    expect(service.statuses.at(-1)).toMatchObject({ status: StatusType.DISCONNECTED });
  });

  test('that come back make it routable again, and what waits is sent', async () => {
    const { gateway, clock } = start();
    const service = echo(new ScriptedService(gateway));
    await service.register(served);
    await clock.pass(50_000);
    const call = ask(gateway, 'a.A');
    service.heartbeat();
    await turn();
    expect(gateway.serviceHealth('a.A')).toBe('serving');
    expect(call.answer).toBeDefined();
  });

  test('keep a connection for ever', async () => {
    const { gateway, clock } = start();
    const service = await new ScriptedService(gateway).register(served);
    for (let i = 0; i < 20; i++) {
      await clock.pass(30_000, 10_000);
      service.heartbeat();
    }
    await turn();
    expect(gateway.admin.connections()).toMatchObject([{ state: 'ready' }]);
  });

  test('are echoed to revision 1, and never to revision 0', async () => {
    const { gateway } = start();
    const old = await new ScriptedService(gateway).register(served);
    const fresh = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    old.heartbeat();
    fresh.heartbeat();
    await turn();
    expect(old.got.map((message) => message.case)).toEqual(['status']);
    expect(fresh.all('heartbeat')).toMatchObject([{ connectionId: fresh.id, timestamp: 1 }]);
  });

  test('with a wrong id do not count, and never touch the connection whose id it is', async () => {
    const mismatches: string[] = [];
    const observer: Observer = { heartbeatMismatch: (_, claimed) => mismatches.push(claimed) };
    const { gateway, clock } = start({ observers: [observer] });
    const victim = await new ScriptedService(gateway).register(served);
    const liar = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    const old = await new ScriptedService(gateway).register(served);
    for (let i = 0; i < 9; i++) {
      await clock.pass(10_000);
      liar.heartbeat(victim.id);
      old.heartbeat(victim.id);
    }
    await clock.pass(2_000);
    expect([victim, liar, old].map(({ closed }) => closed?.code)).toEqual([14, 14, 14]);
    // Reported once a minute: at 10 s and at 70 s.
    expect(mismatches).toEqual([victim.id, victim.id, victim.id, victim.id]);
    expect(liar.statuses.filter(({ reason }) => reason === Reason.HEARTBEAT_MISMATCH)).toHaveLength(2);
    expect(old.statuses.map(({ status }) => status)).toEqual([StatusType.CONNECTED, StatusType.DISCONNECTED]);
  });

  test('with a wrong id count for their own stream where the gateway is lenient', async () => {
    const { gateway, clock } = start({ heartbeat: 'lenient' });
    const victim = await new ScriptedService(gateway).register(served);
    const other = await new ScriptedService(gateway).register(served);
    for (let i = 0; i < 10; i++) {
      await clock.pass(10_000);
      other.heartbeat(victim.id);
    }
    await turn();
    expect(victim.closed?.code).toBe(14);
    expect(gateway.admin.connections()).toMatchObject([{ id: other.id, state: 'ready' }]);
  });

  test('in a flood are dropped, then the stream is closed', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    for (let i = 0; i < 50; i++) service.heartbeat();
    await turn();
    expect(service.all('heartbeat')).toHaveLength(10);
    for (let i = 0; i < 51; i++) service.heartbeat();
    await turn();
    expect(service.closed?.code).toBe(8);
  });

  test('a process that stood still for a minute expires nobody', async () => {
    const { gateway, clock } = start();
    const service = await new ScriptedService(gateway).register(served);
    const opening = new ScriptedService(gateway);
    await clock.pass(1_000);
    clock.stall(60_000);
    clock.advance(1_000);
    await turn();
    expect(gateway.admin.connections()).toMatchObject([{ state: 'ready' }]);
    service.heartbeat();
    await turn();
    expect([service.closed, opening.closed]).toEqual([undefined, undefined]);
    expect(gateway.admin.connections()[0]!.silentFor).toBe(0);
  });
});

describe('a service that goes', () => {
  test('by losing its connection fails what it had in the same turn', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register(served);
    const call = ask(gateway, 'a.A');
    await turn();
    service.streams.lose();
    await turn();
    expect(call.failure?.error).toMatchObject({ code: 'unavailable' });
    expect(call.failure?.error.message).toContain('outcome unknown');
    expect(gateway.admin.stats()).toMatchObject({ inFlight: 0, services: 0 });
  });

  test('by half-closing: answers sent before count, the rest is lost, the stream ends in order', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register(served);
    const [one, two] = [ask(gateway, 'a.A'), ask(gateway, 'a.A')];
    await turn();
    service.respond({ requestId: service.requests[0]!.requestId, statusCode: 200 });
    service.streams.client.end();
    await turn();
    expect(one.answer).toBeDefined();
    expect(two.failure?.error.message).toContain('outcome unknown');
    expect(service.closed?.code).toBe(0);
    expect(service.statuses.at(-1)?.status).toBe(StatusType.DISCONNECTED);
  });

  test('by half-closing still gets the answers to its own calls', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register(served);
    const caller = await new ScriptedService(gateway).register({ apiKey: 'good' });
    caller.request({ requestId: 'r1', methodPath: '/a.A/Do' });
    caller.streams.client.end();
    await turn();
    expect(caller.closed).toBeUndefined();
    service.respond({
      requestId: service.requests[0]!.requestId,
      statusCode: 200,
      payload: new Uint8Array([7]),
    });
    await turn();
    expect(caller.responses).toMatchObject([
      { requestId: 'r1', statusCode: 200, payload: new Uint8Array([7]) },
    ]);
    expect(caller.closed?.code).toBe(0);
  });

  test('by saying DISCONNECTED gets no more requests, and its answers count', async () => {
    const { gateway, clock } = start();
    const service = await new ScriptedService(gateway).register(served);
    const call = ask(gateway, 'a.A');
    await turn();
    service.say({ case: 'status', value: { status: StatusType.DISCONNECTED } });
    await turn();
    const late = ask(gateway, 'a.A');
    await turn();
    expect(service.requests).toHaveLength(1);
    service.respond({ requestId: service.requests[0]!.requestId, statusCode: 200 });
    await turn();
    expect(call.answer).toBeDefined();
    await clock.pass(3_000);
    expect(late.failure?.error.code).toBe('unavailable');
  });

  test('by draining gets requests only where nobody else is', async () => {
    const { gateway } = start();
    const leaving = echo(new ScriptedService(gateway));
    await leaving.register({ ...served, ...rev1 });
    leaving.say({ case: 'drain', value: { reason: 'deploy' } });
    await turn();
    const first = ask(gateway, 'a.A');
    await turn();
    expect(first.answer).toBeDefined();
    const staying = echo(new ScriptedService(gateway));
    await staying.register({ ...served, ...rev1 });
    for (let i = 0; i < 10; i++) ask(gateway, 'a.A');
    await turn();
    expect([leaving.requests.length, staying.requests.length]).toEqual([1, 10]);
  });
});

test('a silent connection that is drained gets nothing, not even what nobody else takes', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register({ ...served, ...rev1 });
  await clock.pass(46_000);
  gateway.admin.drain(service.id);
  const call = ask(gateway, 'a.A');
  await clock.pass(3_000);
  expect(service.requests).toEqual([]);
  expect(call.failure?.error.code).toBe('unavailable');
});

describe('what a service says', () => {
  test('that is no ConnectionMessage ends its stream, and no other', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register(served);
    const other = await new ScriptedService(gateway).register(served);
    service.bytes(new Uint8Array([0x0a, 0xff]));
    await turn();
    expect(service.closed?.code).toBe(13);
    expect(service.statuses.at(-1)).toMatchObject({ status: StatusType.ERROR });
    expect(other.closed).toBeUndefined();
  });

  test('in random bytes harms nobody else', async () => {
    const { gateway } = start({ limits: { registersPerSecond: 1_000_000 } });
    const other = echo(new ScriptedService(gateway));
    await other.register(served);
    // Of each kind of message, its tag and what may look like its length.
    const tag = fc.constantFrom(0x0a, 0x12, 0x1a, 0x22, 0x2a, 0x32, 0x3a).map((first) => [first]);
    const bytes = fc.tuple(tag, fc.array(fc.nat({ max: 255 }), { maxLength: 40 })).map(([start, rest]) => {
      return Uint8Array.from([...start, rest.length, ...rest]);
    });
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(bytes, { minLength: 1, maxLength: 5 }),
        async (registered, all) => {
          const service = new ScriptedService(gateway);
          if (registered) await service.register({ apiKey: 'good', ...rev1 });
          for (const message of all) service.bytes(message);
          await turn();
          service.streams.lose();
          await turn();
          const call = ask(gateway, 'a.A');
          await turn();
          expect(call.answer).toBeDefined();
        },
      ),
      { numRuns: 500 },
    );
    expect(gateway.admin.connections()).toHaveLength(1);
  });

  test('of a future kind is passed over', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register(served);
    service.bytes(new Uint8Array([0xc2, 0x3e, 0]));
    await turn();
    expect(service.closed).toBeUndefined();
  });

  test('names to serve from now on, within its rights', async () => {
    const { gateway, keys } = start();
    keys.add('k', { register: ['a.*'] });
    const service = echo(new ScriptedService(gateway));
    await service.register({ apiKey: 'k', services: ['a.A'], ...rev1 });
    service.say({ case: 'updateServices', value: { add: ['a.B', 'z.Z'], remove: ['a.A'] } });
    await turn();
    expect(gateway.admin.services().map(({ name }) => name)).toEqual(['a.B']);
    expect(service.statuses.at(-1)).toMatchObject({
      reason: Reason.SERVICE_NOT_ALLOWED,
      rejectedServices: ['z.Z'],
    });
    service.say({ case: 'updateServices', value: { add: ['registry.X'] } });
    await turn();
    expect(service.statuses.at(-1)).toMatchObject({ reason: Reason.INVALID_REGISTRATION });
    const call = ask(gateway, 'a.B');
    await turn();
    expect(call.answer).toBeDefined();
    expect(service.closed).toBeUndefined();
  });

  test('in a flood holds it back, and ends it when it does not stop', async () => {
    const { gateway, clock } = start();
    const service = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    const other = echo(new ScriptedService(gateway));
    await other.register({ apiKey: 'good', services: ['b.B'] });
    for (let second = 0; second < 31; second++) {
      for (let i = 0; i < 10_500; i++) service.say({ case: 'window', value: { requestId: 'x', bytes: 1 } });
      await turn();
      if (second === 0) expect(service.streams.server.paused).toBe(true);
      other.heartbeat();
      await clock.pass(1_000);
    }
    expect(service.closed?.code).toBe(8);
    expect(other.closed).toBeUndefined();
  });

  test('wrongly again and again ends its stream', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register(served);
    for (let i = 0; i < 101; i++) service.say({ case: 'register', value: { apiKey: 'good' } });
    await turn();
    expect(service.closed?.code).toBe(3);
  });
});

describe('descriptors', () => {
  /** Those that were asked for a method. */
  const seen: unknown[] = [];
  const transcoder = {
    has: () => true,
    schema: () => undefined,
    method: () => {
      seen.push(transcoder);
      return undefined;
    },
  };
  beforeEach(() => {
    seen.length = 0;
  });

  test('are put together and used for that connection', async () => {
    const sets: Uint8Array[] = [];
    const { gateway } = start({
      transcoderOf: (set) => {
        sets.push(set);
        return transcoder;
      },
    });
    const service = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    service.say({ case: 'descriptorUpload', value: { index: 0, data: new Uint8Array([1, 2]) } });
    service.say({ case: 'descriptorUpload', value: { index: 1, data: new Uint8Array([3]), last: true } });
    await turn();
    expect(sets.map((set) => [...set])).toEqual([[1, 2, 3]]);
    ask(gateway, 'a.A');
    expect(seen).toEqual([transcoder]);
  });

  test('[descriptorSet] that are bad, too large or in a wrong order are told, and the connection lives', async () => {
    const { gateway } = start({
      transcoderOf: () => {
        throw new Error('not a FileDescriptorSet');
      },
    });
    const service = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    const said = (): string => service.statuses.at(-1)!.message;
    service.say({ case: 'descriptorUpload', value: { last: true } });
    await turn();
    expect(said()).toContain('not a FileDescriptorSet');
    service.say({ case: 'descriptorUpload', value: { index: 3, last: true } });
    await turn();
    expect(said()).toContain('part 3 came');
    for (const index of [0, 1]) {
      service.say({ case: 'descriptorUpload', value: { index, data: new Uint8Array(3 * 1024 * 1024) } });
    }
    await turn();
    expect(said()).toContain('larger than');
    expect(service.closed).toBeUndefined();
  });

  test('of the configuration serve who uploads none', async () => {
    const { gateway } = start({ transcoder: () => transcoder });
    await new ScriptedService(gateway).register(served);
    ask(gateway, 'a.A');
    expect(seen).toEqual([transcoder]);
  });
});

describe('names', () => {
  test('are found by both spellings, and remembered when nobody is there', async () => {
    const { gateway, clock } = start();
    const service = await new ScriptedService(gateway).register({
      apiKey: 'good',
      services: ['v1.my_service'],
    });
    expect(gateway.resolve('v1.my_service')).toBe('v1.my_service');
    expect(gateway.resolve('v1.MyService')).toBe('v1.my_service');
    expect(gateway.resolve('v1.Other')).toBeUndefined();
    service.streams.lose();
    await turn();
    expect(gateway.resolve('v1.MyService')).toBe('v1.my_service');
    expect(gateway.serviceHealth('v1.my_service')).toBe('not_serving');
    expect(gateway.serviceHealth('v1.Other')).toBe('unknown');
    expect(gateway.serviceHealth('')).toBe('serving');
    await clock.pass(1_000);
    const soon = ask(gateway, 'v1.my_service');
    const never = ask(gateway, 'v1.Other');
    expect(never.failure?.error.code).toBe('unimplemented');
    const back = echo(new ScriptedService(gateway));
    await back.register({ apiKey: 'good', services: ['v1.my_service'] });
    expect(soon.answer).toBeDefined();
  });

  test('of two that are spelled the same the one that is there is found', async () => {
    const { gateway } = start();
    const one = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['my_service'] });
    one.streams.lose();
    await turn();
    await new ScriptedService(gateway).register({ apiKey: 'good', services: ['my_Service'] });
    expect(gateway.resolve('my_Service')).toBe('my_Service');
  });
});

describe('the operator', () => {
  test('drains a connection: one of revision 1 moves, one of revision 0 is ended when idle', async () => {
    const { gateway, clock } = start();
    const fresh = await new ScriptedService(gateway).register({ ...served, ...rev1 });
    const old = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['b.B'] });
    const call = ask(gateway, 'b.B');
    await turn();
    expect(gateway.admin.drain(fresh.id)).toBe(true);
    expect(gateway.admin.drain(old.id)).toBe(true);
    expect(gateway.admin.drain('nobody')).toBe(false);
    await clock.pass(2_000);
    expect(fresh.all('drain')).toHaveLength(1);
    expect([fresh.closed, old.closed]).toEqual([undefined, undefined]);
    old.respond({ requestId: old.requests[0]!.requestId, statusCode: 200 });
    await clock.pass(2_000);
    expect(call.answer).toBeDefined();
    expect(old.closed?.code).toBe(14);
    await clock.pass(22_000);
    expect(fresh.closed?.code).toBe(14);
    expect(fresh.statuses.at(-1)).toMatchObject({ reason: Reason.CLOSED_BY_OPERATOR });
  });

  test('kills a connection, and sees what there is', async () => {
    const { gateway } = start();
    const service = await new ScriptedService(gateway).register({ ...served, ...rev1, sdk: 'test/1' });
    const call = ask(gateway, 'a.A');
    await turn();
    expect(gateway.admin.connections()).toMatchObject([
      { id: service.id, state: 'ready', sdk: 'test/1', inFlight: 1, keyId: 'good', services: ['a.A'] },
    ]);
    expect(gateway.admin.services()).toMatchObject([{ name: 'a.A', connections: { ready: 1 }, inFlight: 1 }]);
    expect(gateway.admin.stats()).toMatchObject({ inFlight: 1, connections: { ready: 1 } });
    expect(gateway.admin.kill(service.id)).toBe(true);
    expect(call.failure).toBeDefined();
    await turn();
    expect(service.closed?.code).toBe(14);
    expect(gateway.admin.kill(service.id)).toBe(false);
  });
});

test('a stream whose peer does not read its end is cut off', async () => {
  const { gateway, clock } = start();
  const service = await new ScriptedService(gateway).register(served);
  service.streams.client.pause();
  gateway.admin.kill(service.id);
  await clock.pass(4_000);
  expect(gateway.admin.stats().connections.closed).toBe(1);
  await clock.pass(2_000);
  expect(gateway.admin.stats().connections.closed).toBe(0);
});
