import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ForwardResponse } from '../../../src/protocol/registry.pb.ts';
import { turn } from '../../virtual-clock.ts';
import { BusWorld } from './bus-world.ts';

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
