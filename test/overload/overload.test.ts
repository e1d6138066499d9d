import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';

const service = '/api/twirp.clientcompat.CompatService';

test('60 callers of a method that computes: calls of another are answered, and the log names the first', async () => {
  const { port, log } = await busyServer(30);
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  const call = (method: string): Promise<number> => post(agent, port, `${service}/${method}`);
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

async function busyServer(maxDelayMs: number): Promise<{ port: number; log: () => string }> {
  const file = fileURLToPath(new URL('../dist/overload/busy-server.js', import.meta.url));
  const child = spawn(process.execPath, [file, String(maxDelayMs)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(/PORT (\d+)/.exec(String(line))?.[1]), log: () => log };
}

function post(agent: Agent, port: number, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': 2 };
    request({ agent, port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
      void text(response).then(() => resolve(response.statusCode ?? 0), reject);
    })
      .on('error', reject)
      .end('{}');
  });
}
