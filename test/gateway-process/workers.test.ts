import { expect, test, vi } from 'vitest';
import type { GatewayStatus } from '../../cmd/gateway/src/admin/status.ts';
import {
  folderWithKeys,
  helloPath,
  logged,
  post,
  serveEcho,
  startGatewayWith,
  type Answer,
  type Started,
} from './gateway.ts';

const token = 'a-token-for-operators';
/** For what comes to be seen. */
const waiting = { timeout: 20_000, interval: 50 };

/** Two workers, and a service at one of them. */
async function start(): Promise<Started & { key: string }> {
  const { cwd, key } = folderWithKeys();
  const env = { GATEWAY_ADMIN_TOKEN: token };
  const flags = ['--keys=keys.yaml', '--workers=2', '--gateway-id=here', '--start-known-for-ms=0'];
  const started = await startGatewayWith(env, cwd, ...flags);
  return { ...started, key };
}

/** On a connection of its own: they go to the workers in turn. */
function hello({ callers }: Started, message: string): Promise<Answer> {
  return post(callers + helloPath, `message=${message}`);
}

/** Of both workers: one that is busy may answer too late for one look. */
function status({ admin }: Started): Promise<GatewayStatus> {
  const headers = { authorization: `Bearer ${token}` };
  return vi.waitFor(async () => {
    const known = (await (await fetch(`${admin}/status.json`, { headers })).json()) as GatewayStatus;
    expect(known.cluster?.gateways).toHaveLength(2);
    expect(known.connections).toHaveLength(1);
    return known;
  }, waiting);
}

/** The status once the service is known to both, which calls at both show. */
async function reached(gateway: Started): Promise<void> {
  for (let inRow = 0; inRow < 4;) inRow = (await hello(gateway, 'there')).status === 200 ? inRow + 1 : 0;
}

test('workers are one gateway: one port, one page, one readiness; a service at one is called at each', async () => {
  const gateway = await start();
  await serveEcho(gateway.services, gateway.key);
  await reached(gateway);
  const before = await status(gateway);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => hello(gateway, `call-${i}`)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const readyz = async (): Promise<string> => (await fetch(`${gateway.admin}/readyz`)).text();
  await expect.poll(readyz, waiting).toBe('ready\n');
  const metrics = await (await fetch(`${gateway.admin}/metrics`)).text();
  expect(metrics).toMatch(/^server_workers 2$/m);

  const { gateway: itself, services, connections, cluster } = await status(gateway);
  expect(itself).toMatchObject({ id: 'here', state: 'serving' });
  expect(services).toMatchObject([{ name: 'user.v0.Echo', connections: { ready: 1 } }]);
  expect(connections).toHaveLength(1);
  expect(cluster?.gateways.map(({ id }) => id)).toEqual([
    expect.stringMatching(/^here-\d+$/),
    expect.stringMatching(/^here-\d+$/),
  ]);
  const over = (one: GatewayStatus): number =>
    one.cluster!.gateways.reduce((sum, { requestsTo }) => sum + requestsTo, 0);
  expect(over(await status(gateway))).toBeGreaterThan(over(before));

  const [{ id } = { id: '' }] = connections;
  const headers = { authorization: `Bearer ${token}`, 'x-pipit-admin': '1' };
  const kill = (): Promise<Response> =>
    fetch(`${gateway.admin}/connections/${encodeURIComponent(id)}/kill`, { method: 'POST', headers });
  expect((await kill()).status).toBe(200);
  await expect.poll(async () => (await kill()).status, waiting).toBe(404);

  // Workers that stand still answer nobody, and end nothing.
  const pids = cluster!.gateways.map(({ id: name }) => Number(name.split('-').at(-1)));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  const nobody = await fetch(`${gateway.admin}/status.json`, { headers });
  expect([nobody.status, await nobody.text()]).toEqual([503, 'no worker answers\n']);
  for (const pid of pids) process.kill(pid, 'SIGCONT');

  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);
  expect(gateway.err()).toBe('');
});

test('a worker that dies is replaced, and the service of another is called at both again', async () => {
  const gateway = await start();
  await serveEcho(gateway.services, gateway.key);
  await reached(gateway);
  const { cluster } = await status(gateway);
  const { id = '' } = cluster?.gateways.find(({ services }) => services.length === 0) ?? {};
  const pid = Number(id.split('-').at(-1));
  process.kill(pid, 'SIGKILL');
  await logged(gateway, `worker ${pid} has ended \\(SIGKILL\\)`);
  const ready = async (): Promise<string> => (await fetch(`${gateway.admin}/metrics`)).text();
  await expect.poll(ready, waiting).toMatch(/^server_workers 2$/m);
  await reached(gateway);
});

test('SIGHUP: new workers take the place of the old ones, and a call fails only while a service with one connection comes back', async () => {
  const gateway = await start();
  await serveEcho(gateway.services, gateway.key);
  await reached(gateway);
  const statuses: number[] = [];
  const over = new AbortController();
  const callers = Array.from({ length: 2 }, async () => {
    while (!over.signal.aborted) statuses.push((await hello(gateway, 'go on')).status);
  });
  gateway.child.kill('SIGHUP');
  await logged(gateway, '^all workers are new$');
  await reached(gateway);
  over.abort();
  await Promise.all(callers);
  expect(statuses.length).toBeGreaterThan(10);
  expect(statuses).toContain(200);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
});
