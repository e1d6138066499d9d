import { describe, expect, test } from 'vitest';
import type { Bus } from '../../../src/server/cluster/bus.ts';
import type { IncomingRequest } from '../../../src/server/requests/incoming-request.ts';
import type { RequestHandle, Sink } from '../../../src/server/requests/sink.ts';
import { turn } from '../../virtual-clock.ts';
import { keyOf, nothingLeft, World } from './harness.ts';

const counts = (world: World): number[] => world.services.map(({ requests }) => requests.length);

describe('which connection is asked', () => {
  test('of two the one with less to do', async () => {
    const world = new World();
    world.service();
    world.service();
    for (let n = 0; n < 100; n += 1) world.call();
    await turn();
    expect(counts(world)).toEqual([50, 50]);
  });

  test('of many none has much more to do than another', async () => {
    const world = new World();
    for (let n = 0; n < 20; n += 1) world.service();
    for (let n = 0; n < 400; n += 1) world.call();
    await turn();
    expect(Math.max(...counts(world))).toBeLessThan(30);
  });

  test('by weight', async () => {
    const world = new World();
    world.service({ weight: 1 });
    world.service({ weight: 3 });
    for (let n = 0; n < 400; n += 1) world.call();
    await turn();
    expect(counts(world)).toEqual([100, 300]);
  });

  test('never one that may be dead, and one that goes only where there is no other', async () => {
    const world = new World();
    const [suspect, draining, ready] = [world.service(), world.service(), world.service()];
    suspect.peer.state = 'suspect';
    draining.peer.state = 'draining';
    for (let n = 0; n < 50; n += 1) world.call();
    await turn();
    expect(counts(world)).toEqual([0, 0, 50]);
    ready.peer.state = 'draining';
    for (let n = 0; n < 50; n += 1) world.call();
    await turn();
    expect(counts(world)).toEqual([0, 50, 50]);
  });

  test('none that has as many as it takes, or as many bytes', async () => {
    const world = new World({ maxBacklog: 1_000 });
    const few = world.service({ maxInFlight: 3 });
    const stalled = world.service({ window: 10 });
    stalled.pause();
    for (let n = 0; n < 5; n += 1) {
      world.call({ payload: Buffer.alloc(2_000) });
      await turn();
    }
    expect(world.forwarder.pendingOf(few.peer)).toBe(3);
    expect(world.forwarder.pendingOf(stalled.peer)).toBe(1);
    expect(world.forwarder.queued).toBe(1);
    stalled.resume();
    await turn();
    expect(world.forwarder.queued).toBe(0);
  });

  test('only connections of the service', async () => {
    const world = new World();
    world.service({ names: ['test.Other'] });
    const both = world.service({ names: ['test.Other', 'test.Echo'] });
    for (let n = 0; n < 10; n += 1) world.call();
    await turn();
    expect(counts(world)).toEqual([0, 10]);
    both.lose();
    world.call({ service: 'test.Other' });
    await turn();
    expect(counts(world)).toEqual([1, 10]);
  });
});

describe('overload', () => {
  test('what does not fit waits in its order, and is answered 429 after two seconds', async () => {
    const world = new World();
    const service = world.service({ maxInFlight: 1 });
    const calls = [1, 2, 3].map((n) => world.call({ method: `M${n}` }));
    await turn();
    world.clock.advance(1_000);
    service.answer();
    await turn();
    expect(service.requests.map(({ methodPath }) => methodPath)).toEqual(['/test.Echo/M1', '/test.Echo/M2']);
    world.clock.advance(1_000);
    expect(calls[2]?.failure).toMatchObject({ error: { code: 'resource_exhausted' }, retryAfter: 1 });
    service.answer();
    await turn();
    expect(calls.map(({ code }) => code)).toEqual(['ok', 'ok', 'resource_exhausted']);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('a flood is shed at once: twice what the connections take may wait', async () => {
    const world = new World();
    const service = world.service({ maxInFlight: 50 });
    const calls = Array.from({ length: 500 }, () => world.call());
    expect(world.forwarder.queued).toBe(100);
    expect(calls.filter(({ told }) => told > 0)).toHaveLength(350);
    expect(calls.at(-1)?.failure).toMatchObject({ error: { code: 'resource_exhausted' }, retryAfter: 1 });
    // Whoever was let in is answered.
    for (let n = 0; n < 150; n += 1) {
      await turn();
      service.answer(service.requests[n]?.requestId);
    }
    await turn();
    expect(calls.filter(({ code }) => code === 'ok')).toHaveLength(150);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('the queue of a service is bounded, also where its only connection is gone', () => {
    const world = new World({ queuePerService: 20 });
    world.service().lose();
    const calls = Array.from({ length: 30 }, () => world.call());
    expect(world.forwarder.queued).toBe(20);
    expect(calls.at(-1)?.code).toBe('resource_exhausted');
    // Other services have queues of their own.
    world.service({ names: ['test.Other'], maxInFlight: 1 });
    expect(world.call({ service: 'test.Other' }).told).toBe(0);
    expect(world.call({ service: 'test.Other' }).told).toBe(0);
  });

  test('the gateway takes so many requests, and so many bytes of them', async () => {
    const world = new World({ maxInFlight: 3, maxInFlightBytes: 1_000 });
    const service = world.service();
    world.call({ payload: Buffer.alloc(600) });
    expect(world.call({ payload: Buffer.alloc(600) }).code).toBe('resource_exhausted');
    world.call();
    world.call();
    expect(world.call().failure).toMatchObject({ error: { code: 'resource_exhausted' }, retryAfter: 1 });
    await turn();
    for (const { requestId } of service.requests) service.answer(requestId);
    await turn();
    expect(world.call({ payload: Buffer.alloc(600) }).told).toBe(0);
  });

  test('a key has as many under way as it may', async () => {
    const world = new World();
    const service = world.service();
    const key = keyOf('few', 2);
    const first = world.call({ key });
    world.call({ key });
    expect(world.call({ key }).failure).toMatchObject({
      error: { code: 'resource_exhausted' },
      retryAfter: 1,
    });
    expect(world.call({ key: keyOf('other', 1) }).told).toBe(0);
    expect(world.call().told).toBe(0);
    await turn();
    first.handle?.cancel();
    expect(world.call({ key }).told).toBe(0);
    expect(service.failed).toBeUndefined();
  });
});

/** Another gateway, as far as its bus goes. */
class OtherGateway implements Bus {
  readonly calls: { readonly request: IncomingRequest; readonly sink: Sink }[] = [];
  cancelled = 0;

  offer(): () => void {
    return () => undefined;
  }

  publish(): void {}

  subscribe(): () => void {
    return () => undefined;
  }

  watch(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {}

  forward(request: IncomingRequest, sink: Sink): RequestHandle | undefined {
    if (request.service !== 'test.Remote') return undefined;
    this.calls.push({ request, sink });
    return { cancel: () => (this.cancelled += 1) };
  }
}

/** The first request that was passed on, at the gateway that has it. */
function take(there: World, { calls: [first] }: OtherGateway): void {
  if (first !== undefined) there.forwarder.forwardHere(first.request, first.sink);
}

describe('another gateway', () => {
  test('gets what no connection here serves', async () => {
    const bus = new OtherGateway();
    const world = new World({}, bus);
    const call = world.call({ service: 'test.Remote', timeout: 700 });
    expect(bus.calls).toHaveLength(1);
    expect(bus.calls[0]?.request.timeout).toBe(700);
    // There the answer comes from a connection of its own.
    const there = new World();
    const service = there.service({ names: ['test.Remote'] });
    take(there, bus);
    await turn();
    service.answer();
    await turn();
    expect(call.code).toBe('ok');
    expect(world.settled).toMatchObject([{ code: 'ok', attempts: 1, connectionId: undefined }]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('streams its answer through, and is cancelled with the caller', async () => {
    const bus = new OtherGateway();
    const world = new World({}, bus);
    const call = world.call({ service: 'test.Remote' });
    const there = new World();
    const service = there.service({ names: ['test.Remote'] });
    take(there, bus);
    await turn();
    service.chunk(service.request.requestId, 0, Buffer.from('ab'));
    await turn();
    expect(world.forwarder.inFlight).toBe(1);
    service.chunk(service.request.requestId, 1, Buffer.from('cd'), true);
    await turn();
    expect([call.received.toString(), call.complete]).toEqual(['abcd', true]);
    expect(world.settled).toMatchObject([{ code: 'ok', responseBytes: 4 }]);

    const second = world.call({ service: 'test.Remote' });
    second.handle?.cancel();
    const third = world.call({ service: 'test.Remote', timeout: 100 });
    world.clock.advance(100);
    expect(bus.cancelled).toBe(2);
    expect([second.told, third.code]).toEqual([0, 'deadline_exceeded']);
    // Late news of a call that is over.
    bus.calls[2]?.sink.failed({ error: (third.failure as NonNullable<typeof third.failure>).error });
    expect(third.told).toBe(1);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('comes after connections here, and passes nothing back', () => {
    const bus = new OtherGateway();
    const world = new World({}, bus);
    world.service({ names: ['test.Remote'], maxInFlight: 1 });
    world.call({ service: 'test.Remote' });
    world.call({ service: 'test.Remote' });
    expect([bus.calls.length, world.forwarder.queued]).toEqual([0, 1]);
    world.services[0]?.lose();
    const from = new World({}, bus);
    const call = world.calls[0]!;
    from.forwarder.forwardHere(call.request, call);
    expect(bus.calls).toHaveLength(0);
  });
});
