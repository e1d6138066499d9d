import { Agent } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { busyServer, post } from './busy.ts';

test('60 callers of a method that computes: calls of another are answered, and the log names the first', async () => {
  const { port, log } = await busyServer(30);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const call = (method: 'Method' | 'NoopMethod'): Promise<number> => post(agent, port, method);
  const costly = new Map<number, number>();
  const cheap = new Map<number, number>();
  const count = (statuses: Map<number, number>, status: number): void =>
    void statuses.set(status, (statuses.get(status) ?? 0) + 1);
  const over = new AbortController();
  const callers = Array.from({ length: 60 }, async () => {
    while (!over.signal.aborted) count(costly, await call('Method'));
  });
  for (let calls = 0; calls < 50; calls++) count(cheap, await call('NoopMethod'));
  over.abort();
  await Promise.all(callers);
  expect(costly.get(200)).toBeGreaterThan(0);
  expect(costly.get(503)).toBeGreaterThan(0);
  expect([...costly.keys()].every((status) => status === 200 || status === 503)).toBe(true);
  expect(cheap.get(200)).toBeGreaterThanOrEqual(45);
  expect(log()).toMatch(/stood still for \d+ ms during twirp\.clientcompat\.CompatService\/Method/);
});
