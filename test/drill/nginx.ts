import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from '../free-port.ts';

/** nginx before a server, to which it keeps connections. It adds a header `Via-Proxy` to each request. @returns its port */
export async function nginx(server: number): Promise<number> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'pipit-nginx-'));
  const file = join(folder, 'nginx.conf');
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${folder}/pid; error_log /dev/null;
events {}
http {
  access_log off; client_body_temp_path ${folder}; proxy_temp_path ${folder};
  upstream pipit { server 127.0.0.1:${server}; keepalive 1; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://pipit; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Via-Proxy nginx;
      proxy_request_buffering off; proxy_buffering off;
    }
  }
}
`,
  );
  const child = spawn('nginx', ['-e', '/dev/null', '-p', folder, '-c', file], { stdio: 'inherit' });
  onTestFinished(() => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });
  return port;
}
