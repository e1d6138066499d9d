import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { connectGateway, type GatewayConnection } from '@pipit/gateway/connector';
import { newKey, type KeyPolicy } from '@pipit/gateway/keys';
import { Echo, type Echo as EchoMethods } from '@pipit/rpc/user/v0/echo.twirp';
import { onTestFinished } from 'vitest';
import { runFile, type Run } from '../server-process/server.ts';

const bin = fileURLToPath(new URL('../../cmd/gateway/bin/gateway.js', import.meta.url));
const serverBin = fileURLToPath(new URL('../../cmd/server/bin/server.js', import.meta.url));

const nothing = (): void => undefined;
/** Services of ours log what the tests look at elsewhere. */
export const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

export const helloPath = '/api/user.v0.Echo/Hello';

/** A gateway that listens. */
export interface Started extends Run {
  /** Of its listeners, for example `http://127.0.0.1:1234`. */
  readonly callers: string;
  readonly services: string;
  readonly admin: string;
}

/** An empty folder, gone after the test. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'pipit-gateway-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** Starts the gateway in a folder. */
export function runGateway(cwd: string, env: Record<string, string>, ...args: string[]): Run {
  return runFile(bin, env, args, [], cwd);
}

/** The same, on free ports, once it listens. */
export function startGateway(cwd: string, ...args: string[]): Promise<Started> {
  return startGatewayWith({}, cwd, ...args);
}

/** The same with more in its environment. */
export async function startGatewayWith(
  env: Record<string, string>,
  cwd: string,
  ...args: string[]
): Promise<Started> {
  const ports = ['--port', '0', '--services-port', '0', '--admin-port', '0'];
  const run = runGateway(cwd, env, ...ports, ...args);
  const { callers = '', services = '', admin = '' } = await logged(run, '^listening$');
  return { ...run, callers: String(callers), services: String(services), admin: String(admin) };
}

/** Starts pipit-server in a folder, on a free port. */
export function runServer(cwd: string, ...args: string[]): Run {
  return runFile(serverBin, {}, args, [], cwd);
}

/** Waits for what shows in the output. Rejects when the process ends before. */
export function until(run: Run, shown: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = (): unknown => shown() && resolve();
    run.child.stdout?.on('data', look);
    void run.exit.then((code) => reject(new Error(`exit ${code}: ${run.err()}`)));
    look();
  });
}

/** The same, for a line of the log whose text has this in it. */
export async function logged(run: Run, message: string | RegExp): Promise<Record<string, unknown>> {
  const find = (): Record<string, unknown> | undefined =>
    run.log().find(({ msg }) => new RegExp(message).test(String(msg)));
  await until(run, () => find() !== undefined);
  return find() ?? {};
}

/** Replaces a file as tools do: another one takes its name. */
export function replaceFile(file: string, content: string | Uint8Array): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The text of a keys file, and of its keys in the same order. */
export function keysOf(
  policies: readonly Partial<KeyPolicy>[],
  more: Readonly<Record<string, unknown>> = {},
): { file: string; texts: string[] } {
  const keys = policies.map((policy) => newKey({ owner: 'tests', ...policy }));
  return {
    file: JSON.stringify({ keys: keys.map(({ entry }) => entry), ...more }),
    texts: keys.map(({ text }) => text),
  };
}

/** A folder with a keys file; `key` may do everything. */
export function folderWithKeys(more: Readonly<Record<string, unknown>> = {}): { cwd: string; key: string } {
  const cwd = folder();
  const { file, texts } = keysOf([{ register: ['*'], call: ['*'] }], more);
  writeFileSync(join(cwd, 'keys.yaml'), file);
  return { cwd, key: texts[0] as string };
}

/** A service that says hello, in this process. */
export async function serveEcho(
  url: string,
  apiKey: string,
  hello: EchoMethods['hello'] = ({ message }) => ({ data: { message: `Hello, ${message}!` } }),
  ca?: Buffer,
): Promise<GatewayConnection> {
  const services = [Echo.serve({ hello })];
  const connection = connectGateway({
    url,
    apiKey,
    services,
    log: silent,
    ...(ca === undefined ? {} : { ca }),
  });
  onTestFinished(() => connection.close());
  await connection.ready;
  return connection;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Posts a form, as curl does. */
export async function post(
  url: string,
  form: string,
  options: Omit<RequestOptions, 'headers'> & { headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...options.headers };
  const request = send(url, { method: 'POST', agent: false, ...options, headers });
  request.end(form);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** What `--dev` left in a folder. */
export function devFile(cwd: string, name: string): Buffer {
  return readFileSync(join(cwd, '.pipit/gateway-dev', name));
}
