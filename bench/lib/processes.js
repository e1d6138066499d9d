import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { onServerCore } from './cores.js';
import { cpuOf } from './cpu.js';

/** A process of the path a request takes, on the servers' core, with its CPU time. */
export class PathProcess {
  #child;
  #printed = '';

  constructor(wanted, { env, stdout }) {
    const [command, ...args] = onServerCore(wanted);
    this.#child = spawn(command, args, {
      stdio: ['ignore', stdout, 'pipe'],
      env: { ...process.env, NODE_ENV: 'production', ...env },
    });
    this.#child.stderr.on('data', (text) => (this.#printed += text));
  }

  /**
   * Starts a command and waits until a line of its standard output matches `ready`, a RegExp or text.
   * @throws {Error} with what it printed, where it ends before
   */
  static async start(wanted, { ready, env = {} }) {
    const started = new PathProcess(wanted, { env, stdout: 'pipe' });
    const lines = createInterface({ input: started.#child.stdout });
    await started.#before((resolve) =>
      lines.on('line', (line) => {
        started.#printed += `${line}\n`;
        if (line.search(ready) !== -1) resolve();
      }),
    );
    return started;
  }

  /** The same for one that is ready when its port accepts connections; what it prints goes nowhere. */
  static async startListening(wanted, { port, env = {} }) {
    const started = new PathProcess(wanted, { env, stdout: 'ignore' });
    await started.#before((resolve) => void accepting(port, started.#child).then(resolve));
    return started;
  }

  /** Runs `watch` with a function to call when the process is ready; fails when it ends first. */
  #before(watch) {
    return new Promise((resolve, reject) => {
      watch(resolve);
      const command = this.#child.spawnargs.join(' ');
      this.#child.once('exit', () => reject(new Error(`${command} ended:\n${this.#printed}`)));
      this.#child.once('error', reject);
    });
  }

  get pid() {
    return this.#child.pid;
  }

  /** CPU time of the process and its children so far, in nanoseconds. */
  cpu() {
    return cpuOf(this.#child.pid);
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

async function accepting(port, child) {
  while (child.exitCode === null && !(await accepts(port))) await wait(20);
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true) || socket.destroy());
    socket.once('error', () => resolve(false));
  });
}

export async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
