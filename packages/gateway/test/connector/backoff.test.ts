import { expect, test } from 'vitest';
import { backoff } from '../../src/connector/backoff.ts';

test('the pause is random, from nothing to twice as long each time, 30 s at most', () => {
  const longest = Array.from({ length: 8 }, (_, failures) => backoff(failures, () => 1));
  expect(longest).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  expect(backoff(5, () => 0)).toBe(0);
  expect(backoff(10_000, () => 0.5)).toBe(15_000);
});
