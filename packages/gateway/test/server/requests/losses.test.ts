import { describe, expect, test } from 'vitest';
import type { Transcoder } from '../../../src/transcode/transcoder.ts';
import { turn } from '../../virtual-clock.ts';
import { nothingLeft, World, type Service, type ServiceOptions } from './harness.ts';

/** Two services, the second of which is only there once the first was asked. */
async function asked(world: World, options: ServiceOptions = {}): Promise<Service> {
  const first = world.service(options);
  world.call();
  await turn();
  return first;
}

describe('a service that dies', () => {
  test('before the request was written: another one gets it, without the caller noticing', async () => {
    const world = new World();
    const dying = world.service({ window: 10 });
    dying.pause();
    const stuck = world.call();
    const waiting = world.call();
    const other = world.service();
    dying.lose();
    await turn();
    expect(stuck.code).toBe('unavailable');
    expect(other.requests).toHaveLength(1);
    expect(other.request.attempt).toBe(2);
    other.answer();
    await turn();
    expect(waiting.code).toBe('ok');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('before the request was written and alone: unavailable at once, not after the deadline', () => {
    const world = new World();
    const dying = world.service({ window: 10 });
    dying.pause();
    world.call();
    const waiting = world.call();
    dying.lose('reset by peer');
    expect(waiting.failure?.error.msg).toMatch(/was not asked: its connection is gone \(reset by peer\)/u);
    expect(waiting.failure?.error.code).toBe('unavailable');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('in the handler: outcome unknown, and nobody else is asked', async () => {
    const world = new World();
    const dying = await asked(world);
    const other = world.service();
    dying.lose();
    await turn();
    expect(world.calls[0]?.failure?.error).toMatchObject({ code: 'unavailable' });
    expect(world.calls[0]?.failure?.error.msg).toMatch(/outcome unknown/u);
    expect(other.requests).toEqual([]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  const noSideEffects = {
    method: () => ({ noSideEffects: true }),
  } as unknown as Transcoder;

  test('is told to one caller, who cancels another: that one is told nothing', async () => {
    const world = new World();
    const service = world.service();
    const [first, second] = [world.call(), world.call()];
    await turn();
    first.failed = () => second.handle?.cancel();
    service.lose();
    expect(second.told).toBe(0);
    expect(world.settled.map(({ code }) => code)).toEqual(['unavailable', 'canceled']);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test.each([
    ['the caller says so', { safe: true }, {}],
    ['the service says so', {}, { idempotentMethods: ['test.Echo/Say'] }],
    ['its descriptors say so', {}, { transcoder: noSideEffects }],
  ])(
    'in the handler of what may be asked twice, as %s: another one is asked',
    async (_, callOptions, options) => {
      const world = new World();
      const dying = world.service(options);
      const call = world.call(callOptions);
      await turn();
      const other = world.service(options);
      dying.lose();
      await turn();
      expect(other.request.attempt).toBe(2);
      expect(other.request.requestId).not.toBe(dying.request.requestId);
      // Two attempts, not more.
      world.service(options);
      other.lose();
      expect(call.failure?.error.code).toBe('unavailable');
      expect(world.settled[0]).toMatchObject({ attempts: 2, connectionId: 'c2' });
      expect(world.leftovers()).toEqual(nothingLeft);
    },
  );

  test('in the middle of an answer: the reader is told', async () => {
    const world = new World();
    const service = world.service();
    world.service();
    const call = world.call({ safe: true });
    await turn();
    const server = service.requests.length > 0 ? service : world.services[1];
    server?.chunk(server.request.requestId, 0, Buffer.alloc(10));
    await turn();
    server?.lose();
    expect(call.told).toBe(1);
    expect(call.broken).toMatchObject({ code: 'unavailable' });
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});

describe('a service that does not want a request', () => {
  const notNow = { statusCode: 503, errorMessage: 'busy', notProcessed: true };

  test('another one gets it', async () => {
    const world = new World();
    const first = await asked(world);
    const other = world.service();
    first.answer(undefined, notNow);
    await turn();
    other.answer();
    await turn();
    expect(world.calls[0]?.code).toBe('ok');
    expect(first.requests).toHaveLength(1);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('and there is no other: its answer is the answer', async () => {
    const world = new World();
    const only = await asked(world);
    only.answer(undefined, notNow);
    await turn();
    expect(world.calls[0]?.answer?.head.errorMessage).toBe('busy');
    expect(only.requests).toHaveLength(1);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('the second does not want it either: its answer is the answer', async () => {
    const world = new World();
    const first = await asked(world);
    const second = world.service();
    first.answer(undefined, notNow);
    await turn();
    const third = world.service();
    second.answer(undefined, { ...notNow, errorMessage: 'busy too' });
    await turn();
    expect(world.calls[0]?.answer?.head.errorMessage).toBe('busy too');
    expect(third.requests).toEqual([]);
  });

  test('after its handler has begun it is not believed', async () => {
    const world = new World();
    const first = await asked(world);
    const other = world.service();
    first.say({ messageType: { case: 'accepted', value: { requestId: first.request.requestId } } });
    first.answer(undefined, notNow);
    await turn();
    expect(world.calls[0]?.answer?.head.errorMessage).toBe('busy');
    expect(other.requests).toEqual([]);
  });

  test('waits for another that is busy', async () => {
    const world = new World();
    const first = world.service({ maxInFlight: 1 });
    const second = world.service({ maxInFlight: 1 });
    const calls = [world.call(), world.call()];
    await turn();
    first.answer(undefined, notNow);
    await turn();
    expect(world.forwarder.queued).toBe(1);
    second.answer();
    await turn();
    expect(second.requests).toHaveLength(2);
    second.answer();
    await turn();
    expect(calls.map(({ code }) => code)).toEqual(['ok', 'ok']);
    expect(first.requests).toHaveLength(1);
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});

describe('no connection', () => {
  test('of a name that never was: unimplemented, at once', () => {
    const world = new World();
    expect(world.call({ service: 'test.Typo' }).failure?.error).toMatchObject({ code: 'unimplemented' });
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('of a name that was there less than ten seconds ago: the next one gets the request', async () => {
    const world = new World();
    world.service().lose();
    await world.pass(9_000);
    const call = world.call();
    expect(world.forwarder.queued).toBe(1);
    world.clock.advance(1_900);
    const next = world.service();
    await turn();
    next.answer();
    await turn();
    expect(call.code).toBe('ok');
    expect(world.settled[0]?.queueMs).toBe(1_900);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('and none comes: unavailable after two seconds', () => {
    const world = new World();
    world.service().lose();
    const call = world.call();
    world.clock.advance(1_999);
    expect(call.told).toBe(0);
    world.clock.advance(1);
    expect(call.failure?.error.code).toBe('unavailable');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('for longer: unavailable at once', async () => {
    const world = new World();
    world.service().lose();
    await world.pass(10_000);
    expect(world.call().failure?.error.code).toBe('unavailable');
  });

  test('but one that may be dead: the request waits for it to show up', async () => {
    const world = new World();
    const service = world.service();
    service.peer.state = 'suspect';
    const first = world.call();
    service.peer.state = 'ready';
    world.forwarder.peerReady(service.peer);
    await turn();
    service.answer();
    await turn();
    service.peer.state = 'suspect';
    const second = world.call();
    world.clock.advance(2_000);
    expect([first.code, second.code]).toEqual(['ok', 'unavailable']);
    expect(service.requests).toHaveLength(1);
  });
});
