import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { path, python } from './require-python.ts';

const examples = fileURLToPath(new URL('../../examples/gateway-python/', import.meta.url));

export interface PythonRun {
  /** Lines of stdout so far. */
  readonly lines: readonly string[];
  /** The first line like this that is there or comes. Rejects when the process ends before. */
  line(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** The exit code; null for a signal. */
  readonly exit: Promise<number | null>;
}

/** A program of examples/gateway-python. */
export function runPython(file: 'service.py' | 'caller.py', ...args: string[]): PythonRun {
  const child = spawn(python, ['-B', join(examples, file), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // grpcio would write of connections that tests refuse on purpose.
    env: { PATH: path, GRPC_VERBOSITY: 'NONE' },
  });
  const exit = once(child, 'close').then(([code]) => code as number | null);
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exit;
  });
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const lines: string[] = [];
  const lookers = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of lookers) look();
  });
  return {
    lines,
    exit,
    kill: (signal) => void child.kill(signal),
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = lines.find((line) => pattern.test(line));
          if (found === undefined) return;
          lookers.delete(look);
          resolve(found);
        };
        lookers.add(look);
        look();
        void exit.then((code) => reject(new Error(`exit ${code}: ${lines.join('\n')}\n${errors}`)));
      }),
  };
}

/** A file that is gone after the test. */
export function temporaryFile(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-python-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'file');
  writeFileSync(file, content, { mode: 0o600 });
  return file;
}

/** The service of the example, dialling a gateway. */
export function runService(target: string, key: string, options: PythonServiceOptions = {}): PythonRun {
  const { ca, heartbeat } = options;
  const secure = ca === undefined ? ['--plaintext'] : ['--ca', temporaryFile(ca)];
  const beats = heartbeat === undefined ? [] : ['--heartbeat', String(heartbeat)];
  return runPython('service.py', '--gateway', target, '--key-file', temporaryFile(key), ...secure, ...beats);
}

export interface PythonServiceOptions {
  /** PEM; without it plaintext. */
  readonly ca?: string;
  /** Seconds between heartbeats. */
  readonly heartbeat?: number;
}
