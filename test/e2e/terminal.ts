import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { vi } from 'vitest';
import { which } from './machine.ts';

const tmux = which('tmux');
/** How long, in milliseconds, a command may take before the screen shows it. */
const patience = 240_000;
/** The prompt of the shell shows the exit status of what ran before. */
const prompt = '[$?]$ ';
/** Anywhere: what a command leaves running may print after it. */
const prompted = /^\[(\d+)\]\$(?: |$)/m;

export interface Shown {
  readonly status: number;
  /** Everything the command printed, as the terminal showed it. */
  readonly screen: string;
}

/** A shell in a real terminal, of which we see what a user sees and press the same keys. */
export class Terminal {
  private readonly tmux: Tmux;
  private readonly name: string;

  private constructor(tmux: Tmux, name: string) {
    this.tmux = tmux;
    this.name = name;
  }

  /** @param name of this terminal in the record */
  static async open(tmux: Tmux, name: string, cwd: string): Promise<Terminal> {
    const size = ['-x', '130', '-y', '50'];
    tmux.run('new-session', '-d', '-s', name, ...size, '-c', cwd, `PS1='${prompt}' exec sh`);
    const terminal = new Terminal(tmux, name);
    await terminal.ended();
    return terminal;
  }

  /** What is on it, with what has scrolled away. */
  screen(): string {
    return this.tmux.run('capture-pane', '-p', '-J', '-S', '-', '-t', this.name).trimEnd();
  }

  /** The same with its colours, as escape codes. */
  colors(): string {
    return this.tmux.run('capture-pane', '-p', '-e', '-S', '-', '-t', this.name).trimEnd();
  }

  /** Types a text. */
  type(text: string): void {
    this.tmux.run('send-keys', '-t', this.name, '-l', text);
  }

  /** Presses keys by the names tmux has for them: `Enter`, `C-c`. */
  press(...keys: string[]): void {
    this.tmux.run('send-keys', '-t', this.name, ...keys);
  }

  /** Waits until something is on the screen. Returns what its groups match. */
  async shows(pattern: RegExp | string): Promise<readonly string[]> {
    const wanted =
      typeof pattern === 'string' ? new RegExp(pattern.replaceAll(/[^\w\s]/g, String.raw`\$&`)) : pattern;
    const screen = await this.until(String(pattern), () => wanted.test(this.screen()));
    return wanted.exec(screen)!.slice(1);
  }

  /** Starts a command that goes on: on a clean screen. */
  start(command: string): void {
    this.clear();
    this.type(command);
    this.press('Enter');
  }

  /** Runs a command to its end. */
  async run(command: string): Promise<Shown> {
    this.start(command);
    return this.ended();
  }

  /** Waits for the prompt. */
  async ended(): Promise<Shown> {
    const shown = await this.until('the prompt', () => prompted.test(this.screen()));
    const { index, 1: status } = prompted.exec(shown)!;
    return { status: Number(status), screen: shown.slice(0, index).trimEnd() };
  }

  /** Waits until something holds, and records the screen. */
  private async until(what: string, holds: () => boolean): Promise<string> {
    const wait = (): void => {
      if (!holds()) throw new Error(`waited for ${what}, but the screen shows:\n${this.screen()}`);
    };
    try {
      await vi.waitFor(wait, { interval: 50, timeout: patience });
    } finally {
      this.tmux.record(`── ${this.name} ──\n${this.screen()}\n\n`);
    }
    return this.screen();
  }

  /** Forgets what it has shown, so that what comes can be told from what was. */
  clear(): void {
    this.tmux.run('send-keys', '-R', '-t', this.name);
    this.tmux.run('clear-history', '-t', this.name);
  }
}

/** A tmux server of our own: it has our environment and none of the user's settings. */
export class Tmux {
  private readonly socket = `pipit-e2e-${process.pid}`;
  private readonly env: Readonly<Record<string, string>>;
  private readonly recordFile: string;

  /** @param recordFile gets everything that was seen */
  constructor(env: Readonly<Record<string, string>>, recordFile: string) {
    this.env = env;
    this.recordFile = recordFile;
  }

  run(...args: string[]): string {
    // Shells have the environment of the server, and that of what starts it.
    const { env } = this;
    return execFileSync(tmux, ['-u', '-L', this.socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env,
    });
  }

  record(text: string): void {
    appendFileSync(this.recordFile, text);
  }

  close(): void {
    this.run('kill-server');
  }
}
