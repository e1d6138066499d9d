import { createClient, type ClientOptions } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { Probe, type ProbeClient } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';

/** A client of a server that fails `failures` times, and how often it was called. */
async function flaky(
  failures: number,
  fail: { status: number; body: string } | 'hang up',
  options: Partial<ClientOptions> = {},
): Promise<{ client: ProbeClient; calls: () => number }> {
  let calls = 0;
  const origin = await rawServer((request, response) => {
    if (++calls > failures) response.end('{"text":"at last"}');
    else if (fail === 'hang up') request.destroy();
    else response.writeHead(fail.status).end(fail.body);
  });
  return { client: createClient(Probe, { baseUrl: origin, retries: 2, ...options }), calls: () => calls };
}

const unavailable = { status: 503, body: '{"code":"unavailable","msg":"nap"}' };

describe('retries', () => {
  test('try a NO_SIDE_EFFECTS method again where the server is unavailable or hangs up', async () => {
    for (const fail of [unavailable, 'hang up'] as const) {
      const { client, calls } = await flaky(2, fail);
      expect(await client.lookUp({})).toMatchObject({ text: 'at last' });
      expect(calls()).toBe(3);
    }
  });

  test('end with the last error', async () => {
    const { client, calls } = await flaky(9, unavailable, { retries: 1 });
    await expect(client.lookUp({})).rejects.toMatchObject({ code: 'unavailable', msg: 'nap' });
    expect(calls()).toBe(2);
  });

  test('leave every other method alone, every other error, and whoever did not ask', async () => {
    const cases = [
      [await flaky(1, unavailable), 'say'],
      [await flaky(1, { status: 404, body: '{"code":"not_found"}' }), 'lookUp'],
      [await flaky(1, unavailable, { retries: 0 }), 'lookUp'],
    ] as const;
    for (const [{ client, calls }, method] of cases) {
      await expect(client[method]({})).rejects.toThrow();
      expect(calls()).toBe(1);
    }
  });

  test('tell the server how much time is left', async () => {
    const told: number[] = [];
    const origin = await rawServer((request, response) => {
      told.push(Number(request.headers['x-request-timeout-ms']));
      response.writeHead(503).end(unavailable.body);
    });
    const client = createClient(Probe, { baseUrl: origin, retries: 1, timeoutMs: 60_000 });
    await expect(client.lookUp({})).rejects.toMatchObject({ code: 'unavailable' });
    expect(told).toHaveLength(2);
    expect(told[1]).toBeLessThan(told[0]!);
  });

  test('end when the time does', async () => {
    const { client } = await flaky(99, unavailable, { retries: 99, timeoutMs: 60 });
    await expect(client.lookUp({})).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });
});
