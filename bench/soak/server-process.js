import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { devNull } from 'node:os';
import { join } from 'node:path';
import { bench } from '../lib/paths.js';

/** The server in a process of its own. */
export class ServerProcess {
  port;
  #child;
  #ended = new AbortController();

  /** @param onTrouble told a text when the server ends, warns or fails to catch something */
  static async start(door, onTrouble) {
    const server = new ServerProcess();
    // Its log has a line for each of the errors that are made on purpose.
    const nowhere = openSync(devNull, 'w');
    const child = fork(join(bench, 'soak/server.js'), [door], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', nowhere, nowhere, 'ipc'],
    });
    closeSync(nowhere);
    server.#child = child;
    child.on('message', ({ trouble }) => {
      if (trouble !== undefined) onTrouble(trouble);
    });
    child.once('exit', (code, signal) => {
      server.#ended.abort(new Error('the server is gone'));
      if (signal !== 'SIGKILL') onTrouble(`the server ended (${code ?? signal})`);
    });
    server.port = await server.#answer('port');
    return server;
  }

  /** Memory after garbage collection, handles, and calls begun and ended. */
  sample() {
    this.#ended.signal.throwIfAborted();
    this.#child.send('sample');
    return this.#answer('sample');
  }

  stop() {
    this.#child.kill('SIGKILL');
  }

  async #answer(key) {
    for (;;) {
      const [message] = await once(this.#child, 'message', { signal: this.#ended.signal });
      if (key in message) return message[key];
    }
  }
}
