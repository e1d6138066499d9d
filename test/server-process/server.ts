import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished } from 'vitest';

const bin = fileURLToPath(new URL('../../cmd/server/bin/server.js', import.meta.url));

/** A process of the server. */
export interface Run {
  readonly child: ChildProcess;
  /** Everything on stdout and stderr so far. */
  readonly out: () => string;
  readonly err: () => string;
  /** The log lines so far. */
  readonly log: () => Record<string, unknown>[];
  /** The exit code; null for a signal. */
  readonly exit: Promise<number | null>;
}

/** One that listens. */
export interface Started extends Run {
  /** What the curl line calls. */
  readonly url: string;
  /** Of that, for example `http://127.0.0.1:1234`. */
  readonly origin: string;
  readonly port: number;
  /** Of the admin listener; empty where there is none. */
  readonly admin: string;
}

/** Starts the server as an operator does: node itself, because npm's shell would keep the signals. */
export function run(env: Record<string, string> = {}, ...args: string[]): Run {
  return runFile(bin, env, args);
}

/** @param nodeArgs for node itself @param cwd where it runs; default here */
export function runFile(
  file: string,
  env: Record<string, string>,
  args: readonly string[] = [],
  nodeArgs: readonly string[] = [],
  cwd?: string,
): Run {
  return runCommand([process.execPath, '--enable-source-maps', ...nodeArgs, file, ...args], env, cwd);
}

/** The server as a system starts it that allows a process so many open files, sockets among them. */
export function startWithFiles(limit: number, env: Record<string, string> = {}): Promise<Started> {
  const command = ['sh', '-c', 'ulimit -n "$0" && exec "$@"', String(limit), process.execPath, bin] as const;
  return listening(runCommand(command, env));
}

function runCommand(
  [command, ...args]: readonly [string, ...string[]],
  env: Record<string, string>,
  cwd?: string,
): Run {
  const { PATH } = process.env;
  const child = spawn(command, args, {
    env: { PATH, PORT: '0', ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (err += String(chunk)));
  const exit = once(child, 'close').then(([code]) => code as number | null);
  return { child, out: () => out, err: () => err, log: () => logLines(out), exit };
}

function logLines(out: string): Record<string, unknown>[] {
  const lines = out.split('\n').slice(0, -1);
  return lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** Starts it and waits until it listens. */
export function start(env: Record<string, string> = {}, ...args: string[]): Promise<Started> {
  return listening(run(env, ...args));
}

/** Starts it with a file that node loads before, as an SDK for tracing is. */
export function startWith(preload: string, env: Record<string, string> = {}): Promise<Started> {
  return listening(runFile(bin, env, [], ['--import', preload]));
}

async function listening(server: Run): Promise<Started> {
  await new Promise<void>((resolve, reject) => {
    server.child.stdout?.on('data', () => placeOf(server) !== undefined && resolve());
    void server.exit.then((code) => reject(new Error(`exit ${code}: ${server.err()}`)));
  });
  const { try: call = '', admin = '' } = placeOf(server) ?? {};
  const url = urlOf(call);
  const { origin, port } = new URL(url);
  return { ...server, url, origin, port: Number(port), admin };
}

/** The line of the log that says where the server listens. */
interface Listening {
  readonly public?: string;
  readonly internal?: string;
  readonly admin?: string;
  readonly try?: string;
  readonly docs?: string;
}

/** Where a server listens; undefined until it does. */
export function placeOf({ log }: Pick<Run, 'log'>): Listening | undefined {
  return log().find(({ msg, message = msg }) => message === 'listening');
}

/** What the line to try calls. */
export function urlOf(call: string): string {
  return /curl -d '[^']*' (\S+)/.exec(call)?.[1] ?? '';
}

/** Sends the head of a Hello and waits until the server has begun the call. */
export async function beginHello(port: number, length: number, ...headers: string[]): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  const head = ['POST /api/user.v0.Echo/Hello HTTP/1.1', 'Host: x', 'Content-Type: application/json'];
  socket.write(
    [...head, ...headers, `Content-Length: ${length}`, 'Expect: 100-continue', '', ''].join('\r\n'),
  );
  const [bytes] = (await once(socket, 'data')) as [Buffer];
  expect(String(bytes)).toContain('100 Continue');
  return socket;
}

/** Posts a JSON Hello. */
export function hello(url: string, message: string, headers: Record<string, string> = {}): Promise<Response> {
  const body = JSON.stringify({ message });
  return fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
}
