import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { onTestFinished, beforeEach, expect, test, vi } from 'vitest';
import type { GatewayStatus } from '../../cmd/gateway/src/admin/status.ts';
import type { GatewayConnection } from '@pipit/gateway/connector';
import {
  folderWithKeys,
  helloPath,
  logged,
  post,
  serveEcho,
  startGatewayWith,
  type Answer,
  type Started,
} from '../gateway-process/gateway.ts';
import { NatsServer } from './nats-server.ts';

const adminToken = 'a-token-for-operators';

let nats: NatsServer;
let keys: { readonly cwd: string; readonly key: string };

beforeEach(async () => {
  nats = await NatsServer.start();
  onTestFinished(() => nats.close());
  keys = folderWithKeys();
});

/** A gateway of its own process, on the NATS there is. */
function gateway(id: string, ...more: string[]): Promise<Started> {
  return startGatewayWith(
    { GATEWAY_ADMIN_TOKEN: adminToken },
    keys.cwd,
    '--keys=keys.yaml',
    `--gateway-id=${id}`,
    `--nats-servers=${nats.url}`,
    '--start-known-for-ms=0',
    '--caller-access=open',
    ...more,
  );
}

/** Gateways on one NATS, and a service at the last of them. */
async function cluster(
  ids: readonly string[],
  hello?: Parameters<typeof serveEcho>[2],
): Promise<{ gateways: Started[]; service: GatewayConnection }> {
  const gateways = await Promise.all(ids.map((id) => gateway(id)));
  const service = await serveEcho(gateways.at(-1)!.services, keys.key, hello);
  for (const one of gateways) await reached(one);
  return { gateways, service };
}

const hello = (at: Started, headers: Record<string, string> = {}): Promise<Answer> =>
  post(at.callers + helloPath, 'message=cluster', { headers });

/** Waits until the service can be called there. */
function reached(at: Started): Promise<void> {
  return vi.waitFor(
    async () => {
      expect((await hello(at)).status).toBe(200);
    },
    { timeout: 20_000, interval: 50 },
  );
}

test('three gateways: the service at one of them is called at each', async () => {
  const { gateways } = await cluster(['a', 'b', 'c']);
  for (const one of gateways) {
    expect(await hello(one)).toMatchObject({ status: 200, body: expect.stringContaining('Hello, cluster!') });
  }
});

test('the status of each gateway names all of them', async () => {
  const { gateways } = await cluster(['a', 'b', 'c']);
  const [a] = gateways;
  const known = async (): Promise<readonly string[]> => {
    const headers = { authorization: `Bearer ${adminToken}` };
    const answer = await fetch(`${a!.admin}/status.json`, { headers });
    return ((await answer.json()) as GatewayStatus).gateways;
  };
  await vi.waitFor(async () => expect((await known()).toSorted()).toEqual(['a', 'b', 'c']), {
    timeout: 20_000,
    interval: 50,
  });
});

test('the owner is killed with a request: unavailable, outcome unknown', async () => {
  let entered = (): void => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  let holds = false;
  const { gateways } = await cluster(['a', 'b'], async () => {
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
  const { gateways } = await cluster(['a', 'b', 'c']);
  const [a, b, c] = gateways as [Started, Started, Started];
  await serveEcho(b.services, keys.key);
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
  const { gateways } = await cluster(['a', 'b']);
  const [a, b] = gateways as [Started, Started];
  await nats.kill();
  await logged(a, 'NATS is gone');
  expect((await hello(b)).status).toBe(200);
  expect(await hello(a)).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
  await nats.restart();
  await reached(a);
});

test('a gateway starts without NATS, and joins when there is one', async () => {
  await nats.kill();
  const a = await gateway('a');
  await logged(a, 'does not answer: the gateway is alone until it does');
  await serveEcho(a.services, keys.key);
  await reached(a);
  await nats.restart();
  const b = await gateway('b');
  await reached(b);
  expect(b.log().some(({ msg }) => String(msg).includes('does not answer'))).toBe(false);
});

test('a rolling restart, the service connected to two gateways: no call is lost', async () => {
  const { gateways } = await cluster(['a', 'b', 'c']);
  const [a, b, c] = gateways as [Started, Started, Started];
  await serveEcho(b.services, keys.key);
  await reached(b);
  const statuses: number[] = [];
  const over = new AbortController();
  const callers = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) statuses.push((await hello(a)).status);
  });
  c.child.kill('SIGTERM');
  await c.exit;
  const again = await gateway('d');
  await serveEcho(again.services, keys.key);
  b.child.kill('SIGTERM');
  await b.exit;
  await reached(a);
  over.abort();
  await Promise.all(callers);
  expect(statuses.length).toBeGreaterThan(10);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
});

test('with accounts, a mere client of the NATS can neither ask nor answer nor listen', async () => {
  await nats.close();
  nats = await NatsServer.start(`
    accounts {
      gateways { users: [{ user: gateway, password: secret }] }
      others { users: [{ user: stranger, password: guess }] }
    }`);
  writeFileSync(join(keys.cwd, 'config.yaml'), 'nats:\n  user: gateway\n  password: secret\n');
  const [a, b] = [
    await gateway('a', '--config', 'config.yaml'),
    await gateway('b', '--config', 'config.yaml'),
  ];
  await serveEcho(b.services, keys.key);
  await reached(a);
  const stranger = await connect({ servers: nats.url, user: 'stranger', pass: 'guess' });
  onTestFinished(() => stranger.close());
  let heard = 0;
  stranger.subscribe('>', { callback: () => void (heard += 1) });
  stranger.subscribe('gw1.svc.user.v0.Echo', { queue: 'gw1', callback: () => void (heard += 1) });
  await stranger.flush();
  for (let i = 0; i < 20; i++) expect((await hello(a)).status).toBe(200);
  await stranger.flush();
  expect(heard).toBe(0);
});
