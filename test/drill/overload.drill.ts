import { Agent } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { busyServer, post } from '../overload/busy.ts';

const cheapCalls = 300;

test('60 callers of a method that computes for 50 ms: cheap calls beside are answered, and soon', async () => {
  const { port } = await busyServer(30);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const over = new AbortController();
  const callers = Array.from({ length: 60 }, async () => {
    while (!over.signal.aborted) await post(agent, port, 'Method');
  });
  const times: number[] = [];
  for (let call = 0; call < cheapCalls; call++) {
    const started = performance.now();
    if ((await post(agent, port, 'NoopMethod')) === 200) times.push(performance.now() - started);
  }
  over.abort();
  await Promise.all(callers);
  expect(times.length).toBeGreaterThanOrEqual(cheapCalls * 0.9);
  const p99 = times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1];
  expect(p99).toBeLessThanOrEqual(200);
});
