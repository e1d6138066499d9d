import { expect, test } from 'vitest';
import { MethodCosts } from '../../src/observe/method-costs.ts';

test('what a method takes is learnt in a few calls', () => {
  const cost = new MethodCosts().of(undefined);
  for (let calls = 0; calls < 8; calls++) cost.add(50);
  expect(cost.ms).toBeGreaterThan(10);
  for (let calls = 0; calls < 30; calls++) cost.add(50);
  expect(cost.ms).toBeCloseTo(50, 0);
});

test('one pause of the machine makes no method costly', () => {
  const cost = new MethodCosts().of(undefined);
  for (let calls = 0; calls < 30; calls++) cost.add(0.1);
  cost.add(2_000);
  expect(cost.ms).toBeLessThan(1);
});
