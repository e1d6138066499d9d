import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { adminServer, type ReadinessCheck } from '@pipit/process';
import { Registry } from 'prom-client';
import { expect, onTestFinished, test } from 'vitest';

/** What `/readyz` answers of a process with these checks. */
async function readyz(...checks: ReadinessCheck[]): Promise<[status: number, text: string]> {
  const server = adminServer(new Registry(), { state: 'ready', checks }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } });
  return [response.status, await response.text()];
}

test('/readyz is 200 where every check passes, whatever it returns', async () => {
  const checks = [
    { name: 'cache', check: () => false },
    { name: 'database', check: () => Promise.resolve([]) },
  ];
  expect(await readyz(...checks)).toEqual([200, 'ready\n']);
});

test('/readyz is 503 and says which fail and why, one that throws at once too', async () => {
  const checks = [
    { name: 'cache', check: () => undefined },
    { name: 'database', check: () => Promise.reject(new Error('pool is empty')) },
    {
      name: 'queue',
      check: () => {
        throw new Error('gone');
      },
    },
  ];
  expect(await readyz(...checks)).toEqual([503, 'not ready: database: pool is empty\nqueue: gone\n']);
});

test('a check that hangs is told to stop, and fails', async () => {
  let stopped: AbortSignal | undefined;
  const check = (signal: AbortSignal): Promise<void> => {
    stopped = signal;
    return new Promise(() => undefined);
  };
  expect(await readyz({ name: 'database', check })).toEqual([
    503,
    'not ready: database: no answer within 1000 ms\n',
  ]);
  expect(stopped?.aborted).toBe(true);
});
