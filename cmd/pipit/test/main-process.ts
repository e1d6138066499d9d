import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { runProgram } from '../../../test/run-program.ts';
import { run } from '../src/run.ts';

const bin = fileURLToPath(new URL('../bin/pipit.js', import.meta.url));
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface FolderOptions {
  /** The folder stays after the test: whoever made it for several of them removes it. */
  readonly keep?: boolean;
}

/** A folder with these files, gone after the test; packages resolve as in this repository. */
export function folderWith(
  files: Readonly<Record<string, string>>,
  { keep = false }: FolderOptions = {},
): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'pipit-test-')));
  if (!keep) onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(modules, join(folder, 'node_modules'), 'junction');
  for (const [path, text] of Object.entries(files)) write(folder, path, text);
  return folder;
}

/** The same as a project of the command line's. */
export function projectWith(files: Readonly<Record<string, string>>, options?: FolderOptions): string {
  return folderWith({ 'package.json': '{ "type": "module" }', 'rpc/.keep': '', ...files }, options);
}

export function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

export function read(folder: string, path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

/** Every file under `rpc/`, with its content. */
export function rpcFiles(folder: string): Record<string, string> {
  const names = readdirSync(join(folder, 'rpc'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== '.keep')
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(
    names.sort().map((name) => [name.slice(folder.length + 1), readFileSync(name, 'utf8')]),
  );
}

/** Runs the command in this process, for the many cases that need no process of their own. */
export async function pipit(args: readonly string[], { cwd, env }: RunOptions): Promise<Run> {
  const { code, out, err } = await runProgram(run, { args, cwd, env: environment(env) });
  return { status: code, stdout: out, stderr: err };
}

/** Runs the real command as a process. @param input what it reads from stdin */
export async function pipitProcess(
  args: readonly string[],
  { input = '', ...options }: RunOptions & { readonly input?: string },
): Promise<Run> {
  const child = startPipit(args, options);
  const text = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (text.stdout += chunk));
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (text.stderr += chunk));
  child.stdin?.end(input);
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...text };
}

export function startPipit(args: readonly string[], { cwd, env }: RunOptions): ChildProcess {
  return spawn(process.execPath, [bin, ...args], { cwd, env: environment(env), stdio: 'pipe' });
}

/** That of this process, with nothing in it that changes colours or prefixes. */
function environment(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { NO_COLOR: _no, FORCE_COLOR: _force, RPC_PREFIX: _prefix, ...inherited } = process.env;
  return { ...(inherited as Record<string, string>), ...more };
}

export const echoProto = `syntax = "proto3";

package user.v0;

service Echo {
  rpc Hello(HelloRequest) returns (HelloResponse);
}

message HelloRequest {
  string message = 1;
}

message HelloData {
  string message = 1;
}

message HelloResponse {
  int32 code = 1;
  string msg = 2;
  HelloData data = 3;
}
`;
