import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** Time until a part that has ended starts again, in milliseconds. */
const pause = 5_000;
/** Time that a part has to end by itself, in milliseconds. */
const patience = 10_000;

/** One process of the cluster, which is started again when it ends. */
export class Part {
  isStopped = false;
  #command;
  #options;
  #child;
  #isOver = false;

  /** @param options `isQuiet` for one that says nothing; `onStarted` gets what its line "listening" says */
  constructor(name, [command, ...args], options = {}) {
    this.name = name;
    this.#command = [command, args];
    this.#options = options;
  }

  get pid() {
    return this.#child?.pid;
  }

  /** Resolves when it listens. Rejects when it ends before. */
  async start() {
    const { env, stdio = ['ignore', 'pipe', 'inherit'], isQuiet = false } = this.#options;
    // In a group of its own: Ctrl-C is for whoever started it.
    const child = spawn(...this.#command, { stdio, env: { ...process.env, ...env }, detached: true });
    this.#child = child;
    this.isStopped = false;
    const ended = once(child, 'exit');
    void ended.then(([code, signal]) => this.#ended(code, signal));
    await Promise.race([isQuiet ? once(child, 'spawn') : this.#listening(child), ended]);
    if (child.exitCode !== null)
      throw new Error(`${this.name} does not start: it exits with ${child.exitCode}`);
    this.say(`is there (pid ${child.pid})`);
  }

  signal(signal) {
    if (this.#child === undefined) {
      this.say('is not there at the moment');
      return;
    }
    this.#child.kill(signal);
    if (signal === 'SIGSTOP') this.isStopped = true;
    if (signal === 'SIGCONT') this.isStopped = false;
    this.say(signal);
  }

  /** Ends it for good. */
  async end() {
    this.#isOver = true;
    const child = this.#child;
    if (child === undefined) return;
    const exit = once(child, 'exit');
    // One that stands still hears of nothing else.
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), patience);
    await exit;
    clearTimeout(timer);
  }

  say(text) {
    console.log(`[${this.name}] ${text}`);
  }

  #ended(code, signal) {
    this.#child = undefined;
    this.#options.onEnded?.(this);
    if (this.#isOver) return;
    this.say(`has ended (${signal ?? `exit ${code}`}) and starts again in ${pause / 1000} s`);
    setTimeout(() => {
      if (!this.#isOver) this.start().catch((error) => this.say(error.message));
    }, pause);
  }

  #listening(child) {
    return new Promise((resolve) => {
      createInterface({ input: child.stdout }).on('line', (line) => {
        const said = JSON.parse(line);
        if (said.msg === 'listening') {
          this.#options.onStarted?.(this, said);
          resolve();
        } else this.say(said.msg);
      });
    });
  }
}
