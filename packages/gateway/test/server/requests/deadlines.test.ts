import { describe, expect, test } from 'vitest';
import { turn } from '../../virtual-clock.ts';
import { nothingLeft, World } from './harness.ts';

describe('deadlines', () => {
  test('are 30 seconds, what the caller says, or 300 seconds', async () => {
    const world = new World();
    const service = world.service();
    for (const timeout of [undefined, 700, 1_000_000]) {
      world.call(timeout === undefined ? {} : { timeout });
    }
    await turn();
    expect(service.requests.map(({ timeoutMs }) => timeoutMs)).toEqual([30_000, 700, 300_000]);
    expect(service.requests.map(({ timeoutSeconds }) => timeoutSeconds)).toEqual([30, 1, 300]);
    world.clock.advance(300_000);
    expect(world.settled.map(({ totalMs }) => totalMs)).toEqual([700, 30_000, 300_000]);
    expect(world.settled.map(({ code }) => code)).toEqual(
      Array.from({ length: 3 }, () => 'deadline_exceeded'),
    );
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('that have passed on arrival cost no connection a request', async () => {
    const world = new World();
    const service = world.service();
    expect(world.call({ timeout: 0 }).code).toBe('deadline_exceeded');
    await turn();
    expect(service.requests).toEqual([]);
  });

  test('count the time in the queue', async () => {
    const world = new World();
    const service = world.service({ maxInFlight: 1 });
    world.call();
    const waiting = world.call({ timeout: 5_000 });
    const impatient = world.call({ timeout: 900 });
    await turn();
    world.clock.advance(1_500);
    expect(impatient.code).toBe('deadline_exceeded');
    service.answer();
    await turn();
    expect(service.request.timeoutMs).toBe(3_500);
    world.clock.advance(3_500);
    expect(waiting.code).toBe('deadline_exceeded');
  });

  test('the service is told that nobody waits, if it can be', async () => {
    const world = new World();
    const service = world.service();
    world.call({ timeout: 500 });
    await turn();
    world.clock.advance(500);
    await turn();
    expect(service.cancels).toMatchObject([{ requestId: service.request.requestId }]);
  });

  test('a service that cannot be told keeps the slot until it answers', async () => {
    const world = new World();
    const old = world.service({ revision: 0, maxInFlight: 1 });
    const call = world.call({ timeout: 500 });
    await turn();
    world.clock.advance(500);
    expect(call.code).toBe('deadline_exceeded');
    const next = world.call();
    expect(world.forwarder.queued).toBe(1);
    old.answer();
    await turn();
    expect(world.strays).toEqual(['late']);
    expect(old.requests).toHaveLength(2);
    old.answer();
    await turn();
    expect(next.code).toBe('ok');
    expect(old.cancels).toEqual([]);
  });

  test('or until twice the deadline', async () => {
    const world = new World();
    const old = world.service({ revision: 0, maxInFlight: 1 });
    world.call({ timeout: 4_000 });
    await world.pass(7_000);
    const next = world.call();
    expect(world.forwarder.queued).toBe(1);
    await world.pass(1_000);
    expect(old.requests).toHaveLength(2);
    old.answer();
    await turn();
    expect(next.code).toBe('ok');
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});

describe('callers that go', () => {
  test('free the slot, and the service is told', async () => {
    const world = new World();
    const service = world.service({ maxInFlight: 1 });
    const gone = world.call();
    const next = world.call();
    await turn();
    const { requestId } = service.request;
    gone.handle?.cancel();
    gone.handle?.cancel();
    await turn();
    expect(service.cancels).toMatchObject([{ requestId }]);
    expect(service.requests).toHaveLength(2);
    service.answer(requestId);
    service.answer();
    await turn();
    expect([gone.told, next.code]).toEqual([0, 'ok']);
    expect(world.strays).toEqual(['late']);
    expect(world.settled.map(({ code }) => code)).toEqual(['canceled', 'ok']);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('while they wait are forgotten', () => {
    const world = new World();
    world.service({ maxInFlight: 1 });
    world.call();
    const waiting = world.call();
    waiting.handle?.cancel();
    expect(world.forwarder.queued).toBe(0);
    world.clock.advance(60_000);
    expect(waiting.told).toBe(0);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('before the request was written leave nothing behind', async () => {
    const world = new World();
    const old = world.service({ revision: 0, window: 10, maxInFlight: 2 });
    old.pause();
    const written = world.call();
    const waiting = world.call();
    waiting.handle?.cancel();
    expect(world.forwarder.pendingOf(old.peer)).toBe(1);
    // The slot is free although a service of revision 0 cannot be told.
    world.call();
    expect(world.forwarder.queued).toBe(0);
    old.resume();
    await turn();
    expect(old.requests).toHaveLength(2);
    expect(written.told).toBe(0);
  });

  test('two thousand of them leave the connection as it was', async () => {
    const world = new World();
    const service = world.service({ maxInFlight: 5_000, window: 10_000_000 });
    const calls = Array.from({ length: 2_000 }, () => world.call());
    for (const { handle } of calls) handle?.cancel();
    const call = world.call();
    await turn();
    expect(service.cancels).toHaveLength(2_000);
    service.answer();
    await turn();
    expect(call.code).toBe('ok');
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});

describe('a service that takes requests and never answers', () => {
  test('costs each its deadline, and after five in a row is passed over for 30 seconds', async () => {
    const world = new World();
    const mute = world.service();
    for (let n = 0; n < 5; n += 1) {
      const call = world.call({ timeout: 1_000 });
      world.clock.advance(1_000);
      expect(call.code).toBe('deadline_exceeded');
    }
    const refused = world.call();
    expect(refused.failure?.error.code).toBe('unavailable');
    expect(refused.failure?.retryAfter).toBe(30);

    const other = world.service();
    for (let n = 0; n < 20; n += 1) world.call();
    await turn();
    expect([mute.requests.length, other.requests.length]).toEqual([5, 20]);
    await world.pass(30_000);
    for (let n = 0; n < 20; n += 1) world.call();
    await turn();
    expect(mute.requests.length).toBeGreaterThan(5);
  });

  test('is not one that answers others, or late, or has begun', async () => {
    const world = new World();
    const slow = world.service();
    for (let n = 0; n < 20; n += 1) {
      world.call({ timeout: 1_000 });
      await turn();
      if (n % 4 === 1)
        slow.say({ messageType: { case: 'accepted', value: { requestId: slow.request.requestId } } });
      if (n % 4 === 2) {
        world.call();
        await turn();
        slow.answer();
      }
      await turn();
      world.clock.advance(1_000);
      if (n % 4 === 3) slow.answer();
      await turn();
    }
    expect(world.call().told).toBe(0);
    await turn();
    slow.answer();
    await turn();
    expect(world.calls.at(-1)?.code).toBe('ok');
  });

  test('is not one whose gateway stood still', () => {
    const world = new World();
    world.service();
    const calls = Array.from({ length: 5 }, () => world.call());
    world.clock.stall(90_000);
    expect(calls.map(({ code }) => code)).toEqual(Array.from({ length: 5 }, () => 'deadline_exceeded'));
    expect(world.call().told).toBe(0);
  });

  test('is not one whose callers hardly wait', () => {
    const world = new World();
    world.service();
    for (let n = 0; n < 20; n += 1) {
      world.call({ timeout: 5 });
      world.clock.advance(5);
    }
    expect(world.call().told).toBe(0);
  });
});
