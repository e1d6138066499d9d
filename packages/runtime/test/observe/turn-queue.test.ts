import { expect, test } from 'vitest';
import { TurnQueue } from '../../src/observe/turn-queue.ts';

/** Calls that take `ms` each, all begun now; `ran` is told of each when it may run. */
async function runAll(
  queue: TurnQueue<string>,
  calls: readonly [method: string, ms: number][],
  ran: (method: string) => void,
): Promise<void> {
  await Promise.all(
    calls.map(async ([method, ms]) => {
      await queue.enter(method, ms);
      ran(method);
      queue.leave(ms);
    }),
  );
}

test('a call runs at once where no other ran just before', () => {
  const queue = new TurnQueue<string>();
  expect(queue.enter('A', 50)).toBeUndefined();
  expect(queue.waitMs('A')).toBe(0);
});

test('between two calls that are a slice each, the loop has turns for others', async () => {
  const queue = new TurnQueue<string>();
  const events: string[] = [];
  let over = false;
  const other = (): void => {
    if (over) return;
    if (events.at(-1) !== 'other') events.push('other');
    setImmediate(other);
  };
  setImmediate(other);
  // The first holds its turn, and the others are there by then.
  expect(queue.enter('A', 50)).toBeUndefined();
  queue.leave(50);
  await runAll(
    queue,
    [
      ['A', 50],
      ['A', 50],
      ['A', 50],
    ],
    (method) => events.push(method),
  );
  over = true;
  expect(events).toEqual(['other', 'A', 'other', 'A', 'other', 'A']);
});

test('calls that fit in a slice share one', async () => {
  const queue = new TurnQueue<string>();
  void queue.enter('A', 50);
  queue.leave(50);
  let turns = 0;
  const counts: number[] = [];
  const count = (): void => {
    turns += 1;
    if (counts.length < 4) setImmediate(count);
  };
  setImmediate(count);
  await runAll(
    queue,
    Array.from({ length: 4 }, () => ['A', 5]),
    () => counts.push(turns),
  );
  expect(new Set(counts).size).toBe(1);
});

test('a method waits for one call of another, not for all of them', async () => {
  const queue = new TurnQueue<string>();
  void queue.enter('A', 50);
  queue.leave(50);
  const order: string[] = [];
  await runAll(
    queue,
    [
      ['A', 50],
      ['A', 50],
      ['A', 50],
      ['B', 50],
    ],
    (method) => order.push(method),
  );
  expect(order).toEqual(['A', 'B', 'A', 'A']);
});

test('the wait of a method is what its calls take, for each method that waits', () => {
  const queue = new TurnQueue<string>();
  void queue.enter('A', 50);
  queue.leave(50);
  void queue.enter('A', 30);
  void queue.enter('A', 30);
  expect([queue.waitMs('A'), queue.waitMs('B')]).toEqual([60, 0]);
  void queue.enter('B', 7);
  expect([queue.waitMs('A'), queue.waitMs('B')]).toEqual([120, 14]);
});
