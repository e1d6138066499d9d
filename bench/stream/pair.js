import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { cpuOf } from '../lib/cpu.js';

/** A server and its caller, a process each. */
export class Pair {
  rounds = [];

  constructor(id, server, caller) {
    this.id = id;
    this.server = server;
    this.caller = caller;
  }

  static async start(id) {
    const [server, port] = await child(id, 'server');
    const [caller] = await child(id, 'caller', String(port));
    return new Pair(id, server, caller);
  }

  /** @returns microseconds a message, of either end */
  async measure(messages) {
    const before = [cpuOf(this.server.pid), cpuOf(this.caller.pid)];
    await ask(this.caller, { read: messages });
    const [server, caller] = [this.server, this.caller].map(
      ({ pid }, end) => (cpuOf(pid) - before[end]) / 1e3 / messages,
    );
    return { server, caller };
  }

  /** Opens streams of so many messages, which do not end, and reads one of each. */
  async open(streams, count) {
    await ask(this.caller, { streams, count });
  }

  /** The server's memory after a collection, in bytes. */
  async memory() {
    const { rss, heapUsed } = await ask(this.server, 'memory');
    return { rss, heap: heapUsed };
  }

  stop() {
    this.server.kill();
    this.caller.kill();
  }
}

async function ask(child, what) {
  child.send(what);
  const [answer] = await once(child, 'message');
  return answer;
}

async function child(...args) {
  const started = fork(fileURLToPath(new URL('end.js', import.meta.url)), args, {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: ['--expose-gc'],
  });
  started.once('exit', (code) => {
    if (code !== null && code !== 0) process.exit(1);
  });
  const [message] = await once(started, 'message');
  return [started, message];
}
