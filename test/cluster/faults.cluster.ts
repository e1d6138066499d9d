import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import type { GatewayStatus } from '../../cmd/gateway/src/admin/status.ts';
import { logged, type Started } from '../gateway-process/gateway.ts';
import { runFile } from '../server-process/server.ts';
import { adminToken, Cluster, hello, reached, waiting } from './gateways.ts';

const pipit = fileURLToPath(new URL('../../cmd/pipit/bin/pipit.js', import.meta.url));

test('three gateways: the service at one of them is called at each', async () => {
  const cluster = await Cluster.start();
  const gateways = await cluster.gateways(['a', 'b', 'c']);
  for (const one of gateways) {
    expect(await hello(one)).toMatchObject({ status: 200, body: expect.stringContaining('Hello, cluster!') });
  }
});

test('the status, and pipit gateway status, show who is there, who owns what and what went over the bus', async () => {
  const cluster = await Cluster.start();
  const gateways = await cluster.gateways(['a', 'b', 'c']);
  const [a] = gateways as [Started];
  const known = async (): Promise<GatewayStatus['cluster']> => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const answer = await fetch(`${a.admin}/status.json`, { headers });
    return ((await answer.json()) as GatewayStatus).cluster;
  };
  await vi.waitFor(
    async () => expect((await known())?.gateways.map(({ id }) => id)).toEqual(['b', 'c']),
    waiting,
  );
  expect(await known()).toMatchObject({
    isUp: true,
    sent: { messages: expect.any(Number), bytes: expect.any(Number) },
    gateways: [
      { id: 'b', services: [], requestsTo: 0 },
      { id: 'c', services: ['user.v0.Echo'], lag: expect.any(Number), requestsTo: expect.any(Number) },
    ],
  });
  const env = { GATEWAY_ADMIN_TOKEN: adminToken };
  const shown = runFile(pipit, env, ['gateway', 'status', '--admin', a.admin]);
  expect([await shown.exit, shown.err()]).toEqual([0, '']);
  expect(shown.out()).toMatch(/over the bus: \d+ messages sent/);
  expect(shown.out()).toMatch(/c +user\.v0\.Echo +[1-9]\d* +0 +\d+\.\d ms/);
});

test('the owner is killed with a request: unavailable, outcome unknown', async () => {
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  let holds = false;
  const cluster = await Cluster.start();
  const gateways = await cluster.gateways(['a', 'b'], async () => {
    if (!holds) return {};
    entered();
    return new Promise(() => undefined);
  });
  holds = true;
  const [a, b] = gateways as [Started, Started];
  const answer = hello(a);
  await inside;
  b.child.kill('SIGKILL');
  expect(await answer).toMatchObject({ status: 503, body: expect.stringContaining('outcome unknown') });
});

test('the owner stands still before it has the request: another that has the service answers', async () => {
  const cluster = await Cluster.start();
  const gateways = await cluster.gateways(['a', 'b', 'c']);
  const [a, b, c] = gateways as [Started, Started, Started];
  await cluster.serve(b);
  await reached(b);
  c.child.kill('SIGSTOP');
  try {
    const answers = await Promise.all(Array.from({ length: 20 }, () => hello(a)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
  } finally {
    c.child.kill('SIGCONT');
  }
});

test('NATS is killed and comes back: own services go on, others are refused at once, then all is well', async () => {
  const cluster = await Cluster.start();
  const gateways = await cluster.gateways(['a', 'b']);
  const [a, b] = gateways as [Started, Started];
  await cluster.nats.kill();
  await logged(a, 'NATS is gone');
  expect((await hello(b)).status).toBe(200);
  expect(await hello(a)).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
  await cluster.nats.restart();
  await reached(a);
});

test('a gateway starts without NATS, and joins when there is one', async () => {
  const cluster = await Cluster.start();
  await cluster.nats.kill();
  const a = await cluster.gateway('a');
  await logged(a, 'does not answer: the gateway is alone until it does');
  await cluster.serve(a);
  await reached(a);
  await cluster.nats.restart();
  const b = await cluster.gateway('b');
  await reached(b);
  expect(b.log().some(({ msg }) => String(msg).includes('does not answer'))).toBe(false);
});

test('a rolling restart, the service connected to two gateways: no call is lost', async () => {
  const cluster = await Cluster.start();
  const gateways = await cluster.gateways(['a', 'b', 'c']);
  const [a, b, c] = gateways as [Started, Started, Started];
  await cluster.serve(b);
  await reached(b);
  const statuses: number[] = [];
  const over = new AbortController();
  const callers = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) statuses.push((await hello(a)).status);
  });
  c.child.kill('SIGTERM');
  await c.exit;
  const again = await cluster.gateway('d');
  await cluster.serve(again);
  b.child.kill('SIGTERM');
  await b.exit;
  await reached(a);
  over.abort();
  await Promise.all(callers);
  expect(statuses.length).toBeGreaterThan(10);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});
