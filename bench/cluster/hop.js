import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onServerCore } from '../lib/cores.js';
import { freePort, PathProcess } from '../lib/processes.js';

const peer = fileURLToPath(new URL('peer.js', import.meta.url));

/** One hop over NATS and nothing else: our bus, and a bare request with its reply. All on one core. */
export async function startHop() {
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const nats = await startNats(port);
  const started = [nats];
  const owners = {};
  for (const kind of ['bus', 'nats']) {
    owners[kind] = await PathProcess.start([process.execPath, peer, 'owner', kind, url], { ready: 'ready' });
    started.push(owners[kind]);
  }
  return {
    async measure({ kind, bytes, callers, seconds, warm }) {
      const pids = [owners[kind].pid, nats.pid].join();
      const args = [peer, 'entry', kind, url, bytes, callers, seconds, warm, pids].map(String);
      const [command, ...rest] = onServerCore([process.execPath, ...args]);
      return JSON.parse((await promisify(execFile)(command, rest)).stdout);
    },
    async stop() {
      for (const one of started.toReversed()) await one.stop();
    },
  };
}

/** @param on for the core, before the command */
export function startNats(port, on = []) {
  return PathProcess.startListening([...on, 'nats-server', '-a', '127.0.0.1', '-p', String(port)], { port });
}
