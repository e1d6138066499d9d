import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForwardResponse } from '../../../src/protocol/registry.pb.ts';
import { turn } from '../../virtual-clock.ts';
import type { IncomingRequest } from '../../../src/server/requests/incoming-request.ts';
import { BusWorld, Caller, request, service, type Node } from './bus-world.ts';

let world: BusWorld;
beforeEach(() => {
  world = new BusWorld();
});
afterEach(() => world.end());

describe('an owner that stood still', () => {
  test('has the same request several times over and begins it once', async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    b.carrier.freeze();
    const caller = world.send(a);
    await turn();
    // The second time it is asked is so recent that it could begin at once.
    await world.clock.pass(1_050, 10);
    b.carrier.thaw();
    await turn();
    await turn();
    expect(b.taken).toHaveLength(1);
    b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
    await turn();
    expect(caller.answer).toBeDefined();
  });

  test('after it had said that it waits for the word of the entry is asked again', async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.wallError = 3_600_000;
    b.offer();
    await world.clock.pass(1_100);
    const caller = world.send(a);
    queueMicrotask(() => b.carrier.busy());
    await turn();
    await world.clock.pass(3_100, 100);
    expect(b.taken).toEqual([]);
    b.carrier.idle();
    await turn();
    await turn();
    expect(b.taken).toHaveLength(1);
    b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
    await turn();
    expect(caller.answer).toBeDefined();
  });
});

describe('what is lost on the way', () => {
  const large = Buffer.alloc(3 * 1024 * 1024, 'abcdefghij');

  /** Gateways a and b, and a request of a's that b has. */
  async function asked(changes: Partial<IncomingRequest> = {}): Promise<{
    a: Node;
    b: Node;
    caller: Caller;
  }> {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    const caller = world.send(a, changes);
    await turn();
    return { a, b, caller };
  }

  /** What is said between the two meanwhile is lost, and neither of them knows. */
  async function losing(node: Node, meanwhile: () => void): Promise<void> {
    node.carrier.isUp = false;
    meanwhile();
    await turn();
    node.carrier.isUp = true;
  }

  test('an answer: its caller hears within three seconds that the outcome is unknown', async () => {
    const { a, b, caller } = await asked();
    await losing(a, () => b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined }));
    await world.clock.pass(3_000, 50);
    expect(caller.failure?.error).toMatchObject({
      code: 'unavailable',
      msg: expect.stringContaining('outcome unknown'),
    });
  });

  test('an answer to a request that may be asked twice: it is', async () => {
    const { a, b, caller } = await asked({ safe: true });
    await losing(a, () => b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined }));
    await world.clock.pass(3_000, 50);
    b.taken[1]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
    await turn();
    expect(caller.answer).toBeDefined();
  });

  test('the head of a stream', async () => {
    const { a, b, caller } = await asked();
    await losing(a, () =>
      b.taken[0]!.sink.answered({
        head: ForwardResponse.create(),
        rest: { totalSize: undefined, read: () => undefined, consumed: () => undefined },
      }),
    );
    await world.clock.pass(3_000, 50);
    expect(caller.failure?.error.code).toBe('unavailable');
    expect(b.taken[0]!.cancelled).toBe(true);
  });

  test("a caller's going away: the handler is cancelled within three seconds", async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    const handle = a.bus.forward(request, new Caller());
    await turn();
    await losing(b, () => handle?.cancel());
    expect(b.taken[0]!.cancelled).toBe(false);
    await world.clock.pass(3_000, 50);
    expect(b.taken[0]!.cancelled).toBe(true);
  });

  test('all chunks of an answer that may be on their way: it is broken', async () => {
    const { a, b, caller } = await asked();
    caller.reads = false;
    b.taken[0]!.sink.answered({ head: ForwardResponse.create({ payload: large }), rest: undefined });
    await turn();
    caller.answer?.rest?.consumed(caller.payload.length);
    // Its word comes, in the next turn, and what follows on it does not.
    await Promise.resolve();
    await losing(a, () => undefined);
    await world.clock.pass(3_000, 50);
    expect(caller.broken?.msg).toBe("a part of shop.v1.Shop's answer was lost between two gateways");
  });

  test('word that chunks were taken: the rest comes all the same', async () => {
    const { a, b, caller } = await asked();
    caller.reads = false;
    b.taken[0]!.sink.answered({ head: ForwardResponse.create({ payload: large }), rest: undefined });
    await turn();
    caller.reads = true;
    await losing(a, () => caller.answer?.rest?.consumed(caller.payload.length));
    expect(caller.isWhole).toBe(false);
    await world.clock.pass(3_000, 50);
    expect([caller.isWhole, caller.broken]).toEqual([true, undefined]);
    expect(large.equals(caller.payload)).toBe(true);
  });

  test('the last chunk of a stream: it is broken', async () => {
    const { a, b, caller } = await asked();
    let chunk: ((bytes: Uint8Array, last: boolean) => void) | undefined;
    b.taken[0]!.sink.answered({
      head: ForwardResponse.create({ payload: Buffer.from('1') }),
      rest: {
        totalSize: undefined,
        read: (reader) => (chunk = (...args) => reader.chunk(...args)),
        consumed: () => undefined,
      },
    });
    await turn();
    await losing(a, () => chunk?.(Buffer.from('2'), false));
    await world.clock.pass(3_000, 50);
    expect(caller.broken).toMatchObject({
      code: 'internal',
      msg: "a part of shop.v1.Shop's answer was lost between two gateways",
    });
    expect(b.taken[0]!.cancelled).toBe(true);
  });

  test('chunks of a body: the owner is asked again, and begins the request when it has it whole', async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    world.send(a, { body: large });
    // A turn each: the request comes, b says that it has it; and the chunks are lost.
    await Promise.resolve();
    await Promise.resolve();
    await losing(b, () => undefined);
    expect(b.taken).toEqual([]);
    await world.clock.pass(3_000, 50);
    expect(b.taken).toHaveLength(1);
    expect(large.equals(b.taken[0]!.request.body)).toBe(true);
  });

  test('nothing: a request that takes long is left alone, and costs nothing where there is none', async () => {
    const { a, b, caller } = await asked({ timeout: undefined });
    await world.clock.pass(60_000, 100);
    expect(b.taken[0]!.cancelled).toBe(false);
    b.taken[0]!.sink.answered({ head: ForwardResponse.create(), rest: undefined });
    await turn();
    expect(caller.answer).toBeDefined();
    world.network.sent.length = 0;
    await world.clock.pass(5_000, 100);
    expect(new Set(world.network.sent)).toEqual(new Set(['gw1.here']));
    expect(a.bus.look().gateways).toHaveLength(1);
  });
});

describe('a gateway that is started again within three seconds, under its id', () => {
  test('had a request: outcome unknown, at once', async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    const caller = world.send(a);
    await turn();
    b.carrier.kill();
    await world.clock.pass(500);
    world.node('b').offer();
    await world.settle();
    expect(caller.failure?.error).toMatchObject({
      code: 'unavailable',
      msg: expect.stringContaining('outcome unknown'),
    });
  });

  test('had asked: the handler is cancelled', async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    world.send(a);
    await turn();
    a.carrier.kill();
    await world.clock.pass(500);
    world.node('a');
    await world.settle();
    expect(b.taken[0]!.cancelled).toBe(true);
  });

  test('and whose old process leaves only then is there', async () => {
    const [a, b] = [world.node('a'), world.node('b')];
    b.offer();
    await world.settle();
    await world.clock.pass(500);
    world.node('b').offer();
    await world.settle();
    await b.bus.close();
    await world.settle();
    expect(a.bus.look().gateways).toMatchObject([{ id: 'b', services: [service] }]);
  });
});
