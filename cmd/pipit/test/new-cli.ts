import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { pipit } from './main-process.ts';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const bin = join(repository, 'cmd/pipit/bin/pipit.js');

export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** An empty folder, gone after the test. */
export function emptyFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pipit-new-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs `pipit new` where there is no terminal, in this process, without packing anything. */
export async function pipitNew(cwd: string, ...args: string[]): Promise<Ended> {
  const { status, stdout, stderr } = await pipit(['new', '--no-vendor', ...args], { cwd });
  return { status, out: stdout, err: stderr };
}

export function run(cwd: string, command: string, ...args: string[]): Ended {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', env: env() });
  return { status, out: stdout, err: stderr };
}

/** Starts `pipit new` without waiting for it. */
export function startNew(cwd: string, ...args: string[]): ChildProcess {
  return spawn(process.execPath, [bin, 'new', '--no-vendor', ...args], { cwd, stdio: 'ignore', env: env() });
}

/** What `npm install` would bring, and the compiler's output. Returns what tsc says: nothing, if all is well. */
export function build(project: string): string {
  symlinkSync(join(repository, 'node_modules'), join(project, 'node_modules'));
  const { out, err } = run(
    project,
    process.execPath,
    join(repository, 'node_modules/typescript/bin/tsc'),
    '-b',
  );
  return out + err;
}

/** All files below a folder by path, but for what git and npm keep. */
export function filesIn(folder: string, prefix = ''): string[] {
  return readdirSync(join(folder, prefix))
    .sort()
    .flatMap((entry) => {
      if (entry === '.git' || entry === 'node_modules') return [];
      const path = prefix + entry;
      return statSync(join(folder, path)).isDirectory() ? filesIn(folder, `${path}/`) : [path];
    });
}

/** What the test runner sets would reach the tests of the project. */
function env(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, NODE_ENV: __, ...rest } = process.env;
  return { ...rest, NO_COLOR: '1' };
}
