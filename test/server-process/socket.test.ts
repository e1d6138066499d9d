import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hello, placeOf, run, type Run } from './server.ts';

/** A path in a folder of its own, gone after the test. */
function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'server.sock');
}

async function listening(server: Run): Promise<void> {
  await expect.poll(() => placeOf(server)).toBeDefined();
}

async function helloAt(path: string): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const call = request({
    socketPath: path,
    method: 'POST',
    path: '/api/user.v0.Echo/Hello',
    headers,
    agent: false,
  });
  call.end('{"message":"hi"}');
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return text(response);
}

describe('a Unix socket', () => {
  test('is listened on, told to whoever starts the server, and gone with it', async () => {
    const path = socketPath();
    const server = run({ HOST: `unix:${path}` });
    await listening(server);
    expect(placeOf(server)).toMatchObject({
      public: `unix:${path}`,
      try: `curl --unix-socket ${path} -d 'message=hello&age=1&ids=1,2,3' http://localhost/api/user.v0.Echo/Hello`,
    });
    expect(await helloAt(path)).toContain('Hello, hi!');
    server.child.kill('SIGTERM');
    expect(await server.exit).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  test('that a killed server left is replaced; one that is served, and what is not a socket, are not', async () => {
    const path = socketPath();
    const killed = run({ HOST: `unix:${path}` });
    await listening(killed);
    killed.child.kill('SIGKILL');
    await killed.exit;
    expect(existsSync(path)).toBe(true);

    const server = run({ HOST: `unix:${path}` });
    await listening(server);
    expect(await helloAt(path)).toContain('Hello, hi!');

    const inUse = `pipit-server: HOST=unix:${path} is in use: stop what listens there, or set HOST to another path\n`;
    const second = run({ HOST: `unix:${path}` });
    expect([await second.exit, second.err()]).toEqual([1, inUse]);
    expect(await helloAt(path)).toContain('Hello, hi!');

    const file = `${path}.txt`;
    writeFileSync(file, 'mine');
    const third = run({ HOST: `unix:${file}` });
    expect([await third.exit, third.err()]).toEqual([1, inUse.replace(path, file)]);
    expect(existsSync(file)).toBe(true);
  });

  test('in a folder that is not there is one line', async () => {
    const { exit, err } = run({ HOST: 'unix:/no/such/folder/x' });
    expect([await exit, err()]).toEqual([
      1,
      "pipit-server: HOST=unix:/no/such/folder/x is in a folder that is not there, or not this user's to write to: set HOST to a path in another\n",
    ]);
  });
});

test('a socket that systemd listens on is served in place of the public one', async () => {
  const socket = createServer().listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  const bin = fileURLToPath(new URL('../../cmd/server/bin/server.js', import.meta.url));
  // The shell becomes node, so that the pid is node's, as systemd has it.
  const child = spawn('sh', ['-c', 'LISTEN_PID=$$ exec "$0" "$1"', process.execPath, bin], {
    env: { PATH: process.env['PATH'], PORT: '1', LISTEN_FDS: '1' },
    stdio: ['ignore', 'pipe', 'inherit', fd],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  socket.close();
  let out = '';
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  const origin = `http://127.0.0.1:${port}`;
  await expect.poll(() => out).toContain(`"public":"${origin}"`);
  const answer = await hello(`${origin}/api/user.v0.Echo/Hello`, 'hi');
  expect(await answer.text()).toContain('Hello, hi!');
});
