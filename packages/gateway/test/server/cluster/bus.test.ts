import { notFound } from '@pipit/runtime';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForwardResponse } from '../../../src/protocol/registry.pb.ts';
import { createClusterBus } from '../../../src/server/cluster/cluster-bus.ts';
import type { IncomingRequest } from '../../../src/server/requests/incoming-request.ts';
import type { RestReader } from '../../../src/server/requests/sink.ts';
import { turn, type VirtualClock } from '../../virtual-clock.ts';
import { BusWorld, Caller, request, service, type Node } from './bus-world.ts';
import type { MemoryNetwork } from './memory-carrier.ts';

let world: BusWorld;
let network: MemoryNetwork;
let clock: VirtualClock;

const node = (id: string, maxMessageBytes?: number): Node => world.node(id, maxMessageBytes);
const settle = (): Promise<void> => world.settle();
const send = (from: Node, changes?: Partial<IncomingRequest>): Caller => world.send(from, changes);

/** The other gateways, as one knows them. */
const idsFrom = ({ bus }: Node): string[] => bus.look().gateways.map(({ id }) => id);

beforeEach(() => {
  world = new BusWorld();
  ({ network, clock } = world);
});
afterEach(() => world.end());

test('a request comes to the gateway that offers its service as it was, and its answer back', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  const caller = send(a);
  await turn();
  const { keyLimit: _, timeout, ...same } = request;
  expect(b.taken.map((taken) => taken.request)).toMatchObject([same]);
  expect(b.taken[0]!.request.timeout).toBe(timeout);
  expect(b.taken[0]!.request.keyLimit).toBeUndefined();
  const head = ForwardResponse.create({ headers: { a: 'b' }, payload: Uint8Array.of(0x7b, 0x7d) });
  b.taken[0]!.sink.answered({ head, rest: undefined });
  await turn();
  expect(caller.answer).toEqual({ head, rest: undefined });
});

test('a failure comes back with its code, its meta and when to try again', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  const caller = send(a);
  await turn();
  b.taken[0]!.sink.failed({
    error: notFound('no such shop', { meta: { id: '1' } }),
    retryAfter: 2,
    status: 413,
  });
  await turn();
  expect(caller.failure).toMatchObject({
    error: { code: 'not_found', msg: 'no such shop', meta: { id: '1' } },
    retryAfter: 2,
    status: 413,
  });
});

describe('who is asked', () => {
  test('nobody, where no other gateway has a connection: that is known at once', async () => {
    const [a, b] = [node('a'), node('b')];
    a.offer();
    await settle();
    expect(a.bus.forward(request, new Caller())).toBeUndefined();
    const withdraw = b.offer();
    await settle();
    expect(idsFrom(a)).toEqual(['b']);
    send(a);
    withdraw();
    await settle();
    expect(a.bus.forward(request, new Caller())).toBeUndefined();
  });

  test('a gateway that comes later hears what others offer, and they what it does', async () => {
    const a = node('a');
    a.offer('one.A');
    await settle();
    const b = node('b');
    b.offer('two.B');
    await settle();
    expect(b.bus.forward({ ...request, service: 'one.A' }, new Caller())).toBeDefined();
    expect(a.bus.forward({ ...request, service: 'two.B' }, new Caller())).toBeDefined();
  });

  test('ten thousand names come in parts, and are known all', async () => {
    const [a, b] = [node('a'), node('b')];
    const names = Array.from({ length: 10_000 }, (_, i) => `tenant${i}.some.long.package.name.v1.Service`);
    for (const name of names) b.offer(name);
    const offered: string[] = [];
    a.bus.watch({ offered: (name) => offered.push(name), withdrawn: () => undefined });
    await settle();
    expect(offered.toSorted()).toEqual(names.toSorted());
  });

  test('a service that comes or goes is one name to say, however long the list is', async () => {
    const [a, b] = [node('a'), node('b')];
    for (let i = 0; i < 1_000; i++) b.offer(`shop.v1.Shop${i}`);
    await settle();
    const before = b.bus.look().sent.bytes;
    const withdraw = b.offer('shop.v1.New');
    await settle();
    expect(a.bus.forward({ ...request, service: 'shop.v1.New' }, new Caller())).toBeDefined();
    withdraw();
    await settle();
    expect(a.bus.forward({ ...request, service: 'shop.v1.New' }, new Caller())).toBeUndefined();
    expect(b.bus.look().sent.bytes - before).toBeLessThan(500);
  });

  test('what a gateway did not hear it asks for, once, and of the one that said it', async () => {
    const [a, b] = [node('a'), node('b')];
    node('c');
    b.offer('shop.v1.Old');
    await settle();
    // Lost, without anybody's knowing.
    a.carrier.isUp = false;
    b.offer();
    await settle();
    a.carrier.isUp = true;
    network.sent.length = 0;
    await clock.pass(1_100, 100);
    send(a);
    expect(network.sent.filter((subject) => subject.startsWith('gw1.here.'))).toEqual([
      'gw1.here.b',
      'gw1.here.a',
    ]);
  });

  test('a gateway that starts again under its id has the services of now', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer('shop.v1.Old');
    await settle();
    b.carrier.kill();
    const again = node('b');
    again.offer();
    await settle();
    send(a);
    expect(a.bus.forward({ ...request, service: 'shop.v1.Old' }, new Caller())).toBeUndefined();
  });

  test('a gateway that is silent is gone within three seconds, and its services with it', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    const withdrawn: string[] = [];
    a.bus.watch({ offered: () => undefined, withdrawn: (name) => withdrawn.push(name) });
    b.carrier.kill();
    await clock.pass(2_500, 50);
    expect(idsFrom(a)).toEqual(['b']);
    await clock.pass(500, 50);
    expect(idsFrom(a)).toEqual([]);
    expect(withdrawn).toEqual([service]);
  });

  test('a process that stood still for a minute takes nobody for gone', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    clock.stall(60_000);
    await turn();
    expect(idsFrom(a)).toEqual(['b']);
  });

  test('where the last subscriber has just gone, the request is given back and not failed', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    b.carrier.kill();
    const caller = send(a);
    await turn();
    expect(caller).toMatchObject({ isReturned: true, failure: undefined });
  });
});

describe('an owner that is frozen', () => {
  test('another gets the request after a second, and the first does not start it when it is awake', async () => {
    const [a, b, c] = [node('a'), node('b'), node('c')];
    b.offer();
    c.offer();
    await settle();
    b.carrier.freeze();
    network.choose = () => 0;
    const caller = send(a);
    await turn();
    await clock.pass(1_010, 10);
    expect([b.taken.length, c.taken.length]).toEqual([0, 1]);
    c.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
    await turn();
    expect(caller.answer).toBeDefined();
    b.carrier.thaw();
    await turn();
    await clock.pass(5_000);
    expect(b.taken).toEqual([]);
  });

  test('that wakes up in time starts on the word of the entry', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    b.carrier.freeze();
    send(a);
    await turn();
    await clock.pass(500, 500);
    b.carrier.thaw();
    await turn();
    await turn();
    expect(b.taken).toHaveLength(1);
  });

  test('that nobody replaces gives the request back after three attempts, within three seconds', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    b.carrier.freeze();
    const caller = send(a);
    await clock.pass(2_900, 100);
    expect(caller.isReturned).toBe(true);
    b.carrier.thaw();
    await clock.pass(5_000);
    expect(b.taken).toEqual([]);
  });
});

test('an owner whose wall clock differs by an hour starts on the word of the entry', async () => {
  const [a, b] = [node('a'), node('b')];
  b.wallError = 3_600_000;
  b.offer();
  await clock.pass(1_100);
  send(a);
  await turn();
  await turn();
  expect(b.taken).toHaveLength(1);
});

describe('an owner that is gone', () => {
  test('with a request: its caller hears that the outcome is unknown, within three seconds', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    const caller = send(a);
    await turn();
    expect(b.taken).toHaveLength(1);
    b.carrier.kill();
    await clock.pass(3_000);
    expect(caller.failure?.error).toMatchObject({
      code: 'unavailable',
      msg: expect.stringContaining('outcome unknown'),
    });
  });

  test('with a request that may be asked twice: another gateway has it', async () => {
    const [a, b, c] = [node('a'), node('b'), node('c')];
    b.offer();
    await settle();
    const caller = send(a, { safe: true });
    await turn();
    c.offer();
    b.carrier.kill();
    await clock.pass(4_100);
    expect(c.taken).toHaveLength(1);
    expect(caller.failure).toBeUndefined();
  });

  test('in the middle of an answer: the answer is broken', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    const caller = send(a);
    await turn();
    b.taken[0]!.sink.answered({
      head: ForwardResponse.create({ payload: Buffer.alloc(10) }),
      rest: { totalSize: undefined, read: () => undefined, consumed: () => undefined },
    });
    await turn();
    b.carrier.kill();
    await clock.pass(4_000);
    expect(caller.broken?.code).toBe('unavailable');
  });
});

test('with the entry its caller is gone: the handler is cancelled', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  send(a);
  await turn();
  a.carrier.kill();
  await clock.pass(4_100);
  expect(b.taken[0]!.cancelled).toBe(true);
});

test('a caller that goes away cancels the handler', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  const handle = a.bus.forward(request, new Caller());
  await turn();
  handle?.cancel();
  await turn();
  expect(b.taken[0]!.cancelled).toBe(true);
});

test('one that goes away before anybody has the request: whoever then has it is told', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  const handle = a.bus.forward(request, new Caller());
  handle?.cancel();
  await turn();
  expect(b.taken.every(({ cancelled }) => cancelled)).toBe(true);
});

describe('large bodies and answers', () => {
  const large = Buffer.alloc(5 * 1024 * 1024, 'abcdefghij');

  test('a body that no message takes comes whole', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    send(a, { body: large });
    await expect.poll(() => b.taken.length).toBe(1);
    expect(large.equals(b.taken[0]!.request.body)).toBe(true);
  });

  test('an answer of one piece comes whole, by what the caller takes', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    const caller = send(a);
    caller.reads = false;
    await turn();
    b.taken[0]!.sink.answered({ head: ForwardResponse.create({ payload: large }), rest: undefined });
    await settle();
    // A window, and no more, for one that does not read.
    expect(caller.payload.length).toBeLessThanOrEqual(1024 * 1024);
    expect(caller.answer?.rest?.totalSize).toBe(large.length);
    caller.reads = true;
    caller.answer?.rest?.consumed(caller.payload.length);
    await expect.poll(() => caller.isWhole).toBe(true);
    expect(large.equals(caller.payload)).toBe(true);
  });

  test('where a message takes less than usual', async () => {
    const [a, b] = [node('a', 160_000), node('b', 160_000)];
    b.offer();
    await settle();
    const caller = send(a, { body: large });
    await expect.poll(() => b.taken.length).toBe(1);
    b.taken[0]!.sink.answered({ head: ForwardResponse.create({ payload: large }), rest: undefined });
    await expect.poll(() => caller.isWhole).toBe(true);
    expect(large.equals(caller.payload)).toBe(true);
  });

  test('chunks of a service travel as they come, and hold its stream up where the caller does not read', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    const caller = send(a);
    await turn();
    let chunk: ((bytes: Uint8Array, last: boolean) => void) | undefined;
    let consumed = 0;
    b.taken[0]!.sink.answered({
      head: ForwardResponse.create({ payload: Buffer.from('1') }),
      rest: {
        totalSize: undefined,
        read: (reader) => (chunk = (...args) => reader.chunk(...args)),
        consumed: (bytes) => (consumed += bytes),
      },
    });
    await turn();
    expect(caller.payload.toString()).toBe('1');
    chunk?.(Buffer.from('2'), false);
    await turn();
    expect(caller.payload.toString()).toBe('12');
    caller.reads = false;
    for (let i = 0; i < 40; i++) chunk?.(Buffer.alloc(64 * 1024), false);
    await turn();
    expect(consumed).toBeLessThanOrEqual(600 * 1024);
    chunk?.(Buffer.from('3'), true);
    caller.reads = true;
    caller.answer?.rest?.consumed(caller.payload.length);
    await expect.poll(() => caller.isWhole).toBe(true);
    expect(consumed).toBe(3 + 40 * 64 * 1024);
  });
});

test('a stream that fails at its end comes from the other gateway with what it failed with', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  const caller = send(a);
  await turn();
  let reader: RestReader | undefined;
  const rest = {
    totalSize: undefined,
    read: (to: RestReader) => void (reader = to),
    consumed: () => undefined,
  };
  b.taken[0]!.sink.answered({ head: ForwardResponse.create({ payload: Buffer.from('1') }), rest });
  await turn();
  reader!.chunk(Buffer.from('2'), true, { trailers: [], grpcStatus: 11 });
  await turn();
  expect([caller.payload.toString(), caller.end]).toMatchObject(['12', { grpcStatus: 11 }]);
});

describe('a carrier that is cut off', () => {
  test('others are not asked, at once; a request that nobody has is given back; all is well afterwards', async () => {
    const [a, b] = [node('a'), node('b')];
    b.offer();
    await settle();
    b.carrier.freeze();
    const caller = send(a);
    a.carrier.cut();
    expect(caller.isReturned).toBe(true);
    expect(a.bus.forward(request, new Caller())).toBeUndefined();
    b.carrier.thaw();
    await clock.pass(10_000);
    a.carrier.restore();
    await settle();
    send(a);
    await turn();
    expect(b.taken.length).toBeGreaterThan(0);
  });
});

test('events come to other gateways, once, and not back', async () => {
  const [a, b, c] = [node('a'), node('b'), node('c')];
  const heard: string[] = [];
  for (const { bus, id } of [a, b, c]) bus.subscribe(({ eventId }) => heard.push(`${id}:${eventId}`));
  a.bus.publish({
    eventId: 'e',
    eventType: 't',
    publisherId: '',
    payload: Buffer.alloc(0),
    timestamp: 0,
    metadata: {},
  });
  await turn();
  expect(heard.toSorted()).toEqual(['b:e', 'c:e']);
});

test('bytes of a stranger end nothing', async () => {
  const [a, b] = [node('a'), node('b')];
  b.offer();
  await settle();
  const stranger = network.carrier();
  for (const subject of ['gw1.here', 'gw1.to.a', 'gw1.to.b', 'gw1.events', `gw1.svc.${service}`]) {
    stranger.publish(subject, Buffer.from([0xff, 1, 2, 3]));
  }
  await turn();
  const caller = send(a);
  await turn();
  b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
  await turn();
  expect(caller.answer).toBeDefined();
});

test('operators see who is there, what each offers, and what went over the bus', async () => {
  const [a, b] = [node('a'), node('b')];
  for (const name of [service, 'a.A']) b.offer(name);
  await settle();
  await clock.pass(970);
  const before = a.bus.look();
  expect(before).toMatchObject({
    isUp: true,
    gateways: [
      { id: 'b', services: ['a.A', service], lag: null, silentFor: 0, requestsTo: 0, requestsFrom: 0 },
    ],
  });
  const caller = send(a);
  await turn();
  b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
  await clock.pass(500);
  expect(caller.answer).toBeDefined();
  const after = a.bus.look();
  expect(after.sent.messages).toBe(before.sent.messages + 1);
  expect(after.sent.bytes).toBeGreaterThan(before.sent.bytes + request.body.length);
  expect(after.received.messages).toBe(before.received.messages + 2);
  expect(after.gateways).toMatchObject([{ lag: 0, silentFor: 500, requestsTo: 1, requestsFrom: 0 }]);
  expect(b.bus.look().gateways).toMatchObject([{ id: 'a', services: [], requestsTo: 0, requestsFrom: 1 }]);
  a.carrier.cut();
  expect(a.bus.look().isUp).toBe(false);
});

test('an id that cannot be part of a subject is refused', () => {
  expect(() => createClusterBus({ carrier: network.carrier(), gatewayId: 'a.b' })).toThrow(
    '"a.b" is not a valid gatewayId: use 1 to 64 letters, digits, "-" and "_"',
  );
});
