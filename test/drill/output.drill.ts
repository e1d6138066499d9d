import { spawnSync } from 'node:child_process';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { hello, start, type Started } from '../server-process/server.ts';

/** Makes calls that end in all ways, and what is no call. */
async function drive({ url, origin, port, child, exit }: Started): Promise<void> {
  await hello(url, 'hi', { 'x-request-id': 'a"\u0080', 'user-agent': 'x\u0080y' });
  await hello(url, '');
  await fetch(url, { method: 'POST', body: new URLSearchParams({ age: '-1' }) });
  await fetch(`${origin}/nothing?token=s3cret`);
  const socket = connect(port, '127.0.0.1');
  socket.end('NONSENSE\r\n\r\n');
  await text(socket);
  child.kill('SIGHUP');
  child.kill('SIGTERM');
  expect(await exit).toBe(0);
}

test.each(['json', 'gcp', 'ecs', 'datadog'])(
  'everything on stdout and stderr is an object of JSON in a line (%s)',
  async (format) => {
    const server = await start({ LOG_FORMAT: format, LOG_LEVEL: 'debug', LOG_HEADERS: 'user-agent' });
    await drive(server);
    const input = server.out() + server.err();
    const { status, stdout, stderr } = spawnSync('jq', ['-c', 'type'], { input, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    const lines = input.trimEnd().split('\n');
    expect(stdout).toBe('"object"\n'.repeat(lines.length));
    expect(input).not.toContain('s3cret');
  },
);

test('what /metrics shows is what Prometheus wants', async () => {
  const { admin, url } = await start({ ADMIN_PORT: '0' });
  await hello(url, 'hi');
  const shown = await (await fetch(`${admin}/metrics`)).text();
  // prom-client names gauges of its own like counters.
  const input = shown.replaceAll(/^.*\bnodejs_active_.*\n/gm, '');
  const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' });
  expect([status, stdout + stderr]).toEqual([0, '']);
});
