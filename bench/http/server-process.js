import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { onServerCore } from '../lib/cores.js';
import { cpuOf } from '../lib/cpu.js';
import { bench } from '../lib/paths.js';
import { freePort } from '../lib/processes.js';
import { verify } from './call.js';

/** A peer serving one format in a process of its own, on a core of its own. */
export class ServerProcess {
  port;
  #child;

  constructor(child, port) {
    this.#child = child;
    this.port = port;
  }

  /** Starts the peer and makes one call. @throws {Error} where it does not start or answers wrongly */
  static async start(peer, format) {
    const port = await freePort();
    const [execPath, ...execArgv] = onServerCore([process.execPath]);
    // A log that goes nowhere costs what writing it costs.
    const nowhere = openSync(devNull, 'w');
    const child = fork(join(bench, 'http/server.js'), [peer.id, format, String(port)], {
      execPath,
      execArgv,
      stdio: ['ignore', nowhere, 'inherit', 'ipc'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    closeSync(nowhere);
    const server = new ServerProcess(child, port);
    try {
      await server.#message('listening', `${peer.id} did not start`);
      if (peer.verify === undefined) await verify(peer, format, port);
      else await peer.verify(port);
    } catch (error) {
      await server.stop();
      throw error;
    }
    return server;
  }

  /** CPU time of the process so far, in nanoseconds. */
  cpu() {
    return cpuOf(this.#child.pid);
  }

  startProfile() {
    return this.#ask('profile');
  }

  /** The V8 CPU profile since `startProfile`. */
  stopProfile() {
    return this.#ask('profiled');
  }

  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }

  async #ask(name) {
    this.#child.send(name);
    return this.#message(name, 'the server ended');
  }

  async #message(name, otherwise) {
    const ended = new AbortController();
    const onExit = () => ended.abort();
    this.#child.once('exit', onExit);
    try {
      for (;;) {
        const [message] = await once(this.#child, 'message', { signal: ended.signal });
        if (message.name === name) return message.value;
      }
    } catch (error) {
      throw ended.signal.aborted ? new Error(otherwise, { cause: error }) : error;
    } finally {
      this.#child.off('exit', onExit);
    }
  }
}
