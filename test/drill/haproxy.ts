import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';

/** HAProxy before two servers, whose /readyz it looks at. @param proto `h2` without TLS, for gRPC @returns its port */
export async function haproxy(
  ports: readonly number[],
  admins: readonly number[],
  proto: 'h1' | 'h2' = 'h1',
): Promise<number> {
  const port = await freePort();
  const servers = ports.map(
    (at, index) =>
      `  server s${index} 127.0.0.1:${at} proto ${proto} check port ${admins[index]} check-proto h1 inter 250ms fall 2 rise 1 observe layer4`,
  );
  run('http', [
    'listen pipit',
    `  bind 127.0.0.1:${port} proto ${proto}`,
    '  balance roundrobin',
    '  option httpchk GET /readyz',
    ...servers,
  ]);
  return port;
}

/**
 * HAProxy in TCP mode, which says who connects, and looks whether the ports are open.
 * @returns its ports, of each of the others
 */
export async function haproxyTcp(
  ports: readonly number[],
  option: 'send-proxy' | 'send-proxy-v2',
): Promise<number[]> {
  const fronts = await Promise.all(ports.map(() => freePort()));
  const listens = ports.map((at, index) => [
    `listen pipit${index}`,
    `  bind 127.0.0.1:${fronts[index]}`,
    `  server s 127.0.0.1:${at} ${option} check check-send-proxy inter 100ms`,
  ]);
  run('tcp', listens.flat());
  return fronts;
}

/** HAProxy before a server, to which it keeps connections. It adds a header `Via-Proxy` to each request. @returns its port */
export async function haproxyReusing(server: number): Promise<number> {
  const port = await freePort();
  run('http', [
    'listen pipit',
    `  bind 127.0.0.1:${port}`,
    '  http-reuse always',
    '  http-request set-header Via-Proxy haproxy',
    `  server s 127.0.0.1:${server}`,
  ]);
  return port;
}

function run(mode: 'http' | 'tcp', lines: readonly string[]): void {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-haproxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  // The interval of its looks is not the time they may take: a busy machine answers late.
  const times = ['connect 5s', 'client 30s', 'server 30s', 'check 5s'].map((time) => `  timeout ${time}`);
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, ['defaults', `  mode ${mode}`, ...times, ...lines, ''].join('\n'));
  const child = spawn('haproxy', ['-q', '-f', file], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
}
