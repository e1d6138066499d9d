import { once } from 'node:events';
import { request } from 'node:http';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { folder } from '../gateway-process/gateway.ts';
import { beginHello, hello, placeOf, run, start, type Run, type Started } from './server.ts';

const env = { WORKERS: '2', ADMIN_PORT: '0' };

/** Processes whose log has a line like this. */
function pidsOf({ log }: Run, text: RegExp): unknown[] {
  return log()
    .filter(({ msg }) => text.test(String(msg)))
    .map(({ pid }) => pid);
}

async function admin(server: Started, path: string): Promise<string> {
  return (await fetch(server.admin + path)).text();
}

/** Calls that were answered, as the metrics have it. */
async function counted(server: Started): Promise<number> {
  const [, count] =
    /rpc_server_calls_total\{.*Hello".*"ok"\} (\d+)/.exec(await admin(server, '/metrics')) ?? [];
  return Number(count);
}

/** Calls on connections of their own, which go to the workers in turn. */
async function calls(server: Started, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    expect((await hello(server.url, `call ${i}`, { connection: 'close' })).status).toBe(200);
  }
}

test('workers share one port, one log, one page of metrics, one readiness; their calls finish at the end', async () => {
  const server = await start(env);
  await calls(server, 6);
  expect(await admin(server, '/readyz')).toBe('ready\n');
  expect(await counted(server)).toBe(6);
  const metrics = await admin(server, '/metrics');
  expect(metrics).toMatch(/^server_workers 2$/m);
  expect(metrics.match(/^process_start_time_seconds /gm)).toHaveLength(1);
  await expect.poll(() => pidsOf(server, /^call$/)).toHaveLength(6);
  expect(new Set(pidsOf(server, /^call$/)).size).toBe(2);
  expect(pidsOf(server, /^listening$/)).toEqual([server.child.pid]);

  const body = '{"message":"late"}';
  const sockets = [await beginHello(server.port, body.length), await beginHello(server.port, body.length)];
  server.child.kill('SIGTERM');
  await expect.poll(() => admin(server, '/readyz')).toBe('shutting down\n');
  const answers = sockets.map(text);
  for (const socket of sockets) socket.write(body);
  for (const answer of answers) expect(await answer).toContain('Hello, late!');
  expect(await server.exit).toBe(0);
  expect(pidsOf(server, /^stopped$/)).toHaveLength(3);
  expect(server.err()).toBe('');
});

test('a worker that dies is replaced, the others go on, and no count falls', async () => {
  const server = await start(env);
  await calls(server, 4);
  expect(await counted(server)).toBe(4);
  const [one] = pidsOf(server, /public listener/);
  process.kill(one as number, 'SIGKILL');
  await expect
    .poll(() => pidsOf(server, new RegExp(`worker ${String(one)} has ended \\(SIGKILL\\)`)))
    .toHaveLength(1);
  expect(await admin(server, '/readyz')).toBe('ready\n');
  await calls(server, 2);
  expect(await counted(server)).toBe(6);
  await expect.poll(() => admin(server, '/metrics')).toMatch(/^server_workers 2$/m);
  expect(await admin(server, '/metrics')).toMatch(/^server_worker_ends_total 1$/m);
});

test('SIGHUP: new workers take the place of the old ones, and no call fails', async () => {
  const server = await start(env);
  const over = new AbortController();
  const statuses: number[] = [];
  const callers = Array.from({ length: 4 }, async () => {
    while (!over.signal.aborted) {
      statuses.push((await hello(server.url, 'on and on', { connection: 'close' })).status);
    }
  });
  const old = pidsOf(server, /public listener/);
  server.child.kill('SIGHUP');
  await expect.poll(() => pidsOf(server, /^all workers are new$/)).toHaveLength(1);
  over.abort();
  await Promise.all(callers);
  expect(statuses.filter((status) => status !== 200)).toEqual([]);
  for (const pid of old) expect(() => process.kill(pid as number, 0)).toThrow('ESRCH');
  expect(await counted(server)).toBe(statuses.length);
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});

test('a worker that cannot start ends the whole, with what is to be done', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void taken.close());
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  const server = run({ WORKERS: '3', PORT: String(port) });
  expect(await server.exit).toBe(1);
  expect(server.err().split('\n')).toEqual([
    `pipit-server: port ${port} on 127.0.0.1 is in use: stop what uses it, or set PORT to another (0 takes a free one)`,
    'pipit-server: a worker ended before it was ready (exit 1); why stands above',
    '',
  ]);
});

test('workers share a socket, which is gone after them', async () => {
  const path = join(folder(), 'server.sock');
  const server = run({ WORKERS: 'auto', HOST: `unix:${path}` });
  await expect.poll(() => placeOf(server)).toBeDefined();
  const call = request({ socketPath: path, path: '/api/user.v0.Echo/Hello', method: 'POST', agent: false });
  call.setHeader('content-type', 'application/json').end('{"message":"socket"}');
  const [response] = await once(call, 'response');
  expect(await text(response)).toContain('Hello, socket!');
  server.child.kill('SIGINT');
  expect(await server.exit).toBe(0);
  const again = run({ WORKERS: '2', HOST: `unix:${path}` });
  await expect.poll(() => placeOf(again)).toBeDefined();
});

test('workers share out how many connections there may be', async () => {
  const server = await start({ WORKERS: '2', MAX_CONNECTIONS: '2' });
  const body = '{"message":"one of two"}';
  const sockets = [await beginHello(server.port, body.length), await beginHello(server.port, body.length)];
  const third = connect(server.port, '127.0.0.1');
  onTestFinished(() => void third.destroy());
  await once(
    third.on('error', () => undefined),
    'close',
  );
  for (const socket of sockets) {
    socket.write(body);
    expect(String((await once(socket, 'data'))[0])).toContain('Hello, one of two!');
    socket.destroy();
  }
});

test('during the delay of a shutdown workers take calls, and tell callers to open another connection', async () => {
  const server = await start({ ...env, SHUTDOWN_DELAY_MS: '60000' });
  server.child.kill('SIGTERM');
  await expect.poll(() => admin(server, '/readyz')).toBe('shutting down\n');
  await expect.poll(async () => (await hello(server.url, 'late')).headers.get('connection')).toBe('close');
  // Half a second later at least; sooner it counts as the first.
  await wait(600);
  server.child.kill('SIGTERM');
  expect(await server.exit).toBe(0);
});
