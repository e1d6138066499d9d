import { afterEach, expect, test, vi } from 'vitest';
import { cpuWatch } from '../../../src/server/connections/cpu-watch.ts';

afterEach(() => void vi.restoreAllMocks());

test('time during which others have the core is nobody’s', () => {
  const spent = cpuWatch();
  // The thread sleeps: half a second passes, and costs nothing.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  expect(spent()).toBeLessThan(400);
});

test('work counts, and the other threads of the process for no more than what has passed', () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const spent = cpuWatch();
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < 20_000);
  now = 5;
  expect(spent()).toBe(5);
  now = 10_000;
  expect(spent()).toBeGreaterThanOrEqual(10);
});
