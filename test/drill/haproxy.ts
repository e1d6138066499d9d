import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';

/** HAProxy before two servers, whose /readyz it looks at. @returns its port */
export async function haproxy(ports: readonly number[], admins: readonly number[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-haproxy-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const port = await freePort();
  const servers = ports.map(
    (at, index) =>
      `  server s${index} 127.0.0.1:${at} check port ${admins[index]} inter 250ms fall 2 rise 1 observe layer4`,
  );
  const config = [
    'defaults',
    '  mode http',
    '  timeout connect 5s',
    '  timeout client 30s',
    '  timeout server 30s',
    'listen pipit',
    `  bind 127.0.0.1:${port}`,
    '  balance roundrobin',
    '  option httpchk GET /readyz',
    ...servers,
    '',
  ];
  const file = join(folder, 'haproxy.cfg');
  writeFileSync(file, config.join('\n'));
  const child = spawn('haproxy', ['-q', '-f', file], { stdio: 'inherit' });
  onTestFinished(() => void child.kill('SIGKILL'));
  return port;
}
