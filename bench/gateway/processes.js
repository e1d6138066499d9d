import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { onServerCore } from '../http/cores.js';

/** A process of the path a request takes, with its CPU time. */
export class PathProcess {
  #child;

  constructor(child) {
    this.#child = child;
  }

  /**
   * Starts a command and waits until a line of its standard output holds `ready`.
   * @throws {Error} with what it printed, where it ends before
   */
  static async start(wanted, { ready, env = {} }) {
    const [command, ...args] = onServerCore(wanted);
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', ...env },
    });
    let printed = '';
    child.stderr.on('data', (text) => (printed += text));
    const lines = createInterface({ input: child.stdout });
    await new Promise((resolve, reject) => {
      lines.on('line', (line) => {
        printed += `${line}\n`;
        if (line.includes(ready)) resolve();
      });
      child.once('exit', () => reject(new Error(`${command} ${args.join(' ')} ended:\n${printed}`)));
      child.once('error', reject);
    });
    return new PathProcess(child);
  }

  /** CPU time of the process and its children so far, in microseconds. */
  cpu() {
    return family(this.#child.pid).reduce((sum, pid) => sum + cpuOf(pid), 0);
  }

  /** Resident memory of the process, in bytes. */
  memory() {
    const [, kilobytes] = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'));
    return Number(kilobytes) * 1024;
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exit = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), 3_000);
    await exit;
    clearTimeout(late);
  }
}

/** A process and those it has started. */
function family(pid) {
  const children = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(children)) return [pid];
  const own = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...own.flatMap(family)];
}

/** User and system time of all threads; Linux counts it in hundredths of a second. */
function cpuOf(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
