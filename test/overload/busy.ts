import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { request, type Agent } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const service = '/api/twirp.clientcompat.CompatService';

/** A process of a server whose Method computes for 50 ms. @param maxDelayMs of its event loop */
export async function busyServer(maxDelayMs: number): Promise<{ port: number; log: () => string }> {
  const file = fileURLToPath(new URL('../dist/overload/busy-server.js', import.meta.url));
  const child = spawn(process.execPath, [file, String(maxDelayMs)]);
  onTestFinished(() => void child.kill('SIGKILL'));
  let log = '';
  child.stderr.on('data', (chunk) => (log += String(chunk)));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(/PORT (\d+)/.exec(String(line))?.[1]), log: () => log };
}

/** Calls a method of it. @returns the status */
export function post(agent: Agent, port: number, method: 'Method' | 'NoopMethod'): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': 2 };
    const path = `${service}/${method}`;
    request({ agent, port, host: '127.0.0.1', path, method: 'POST', headers }, (response) => {
      void text(response).then(() => resolve(response.statusCode ?? 0), reject);
    })
      .on('error', reject)
      .end('{}');
  });
}
