import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { expect } from 'vitest';

/** How long, in milliseconds, a command may take before the screen shows it. */
const patience = 240_000;
/** The prompt of the shell shows the exit status of what ran before. */
const prompt = '[$?]$ ';
const atPrompt = /^\[(\d+)\]\$$/;

export interface Shown {
  readonly status: number;
  /** Everything the command printed, as the terminal showed it. */
  readonly screen: string;
}

/** A shell in a real terminal, of which we see what a user sees and press the same keys. */
export class Terminal {
  private readonly tmux: Tmux;
  private readonly name: string;

  /** @param name of this terminal in the record */
  constructor(tmux: Tmux, name: string, cwd: string) {
    this.tmux = tmux;
    this.name = name;
    tmux.run('new-session', '-d', '-s', name, '-x', '130', '-y', '50', '-c', cwd, `PS1='${prompt}' exec sh`);
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
    const wanted = typeof pattern === 'string' ? new RegExp(pattern.replaceAll(/[^\w\s]/g, String.raw`\$&`)) : pattern;
    await expect.poll(() => this.screen(), { interval: 50, timeout: patience }).toMatch(wanted);
    this.tmux.record(`── ${this.name} ──\n${this.screen()}\n\n`);
    return wanted.exec(this.screen())!.slice(1);
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
    const lastLine = (): string => this.screen().split('\n').at(-1)!;
    await expect.poll(lastLine, { interval: 50, timeout: patience }).toMatch(atPrompt);
    const screen = this.screen();
    this.tmux.record(`── ${this.name} ──\n${screen}\n\n`);
    return { status: Number(atPrompt.exec(lastLine())![1]), screen: screen.split('\n').slice(0, -1).join('\n') };
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
    // Its own path, because there may be no tmux on the machine of the test.
    return execFileSync('tmux', ['-u', '-L', this.socket, '-f', '/dev/null', ...args], {
      encoding: 'utf8',
      env: { ...this.env, PATH: process.env['PATH'] },
    });
  }

  record(text: string): void {
    appendFileSync(this.recordFile, text);
  }

  close(): void {
    this.run('kill-server');
  }
}
