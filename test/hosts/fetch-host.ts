import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { spawn, type ChildProcess } from 'node:child_process';
import { build } from 'esbuild';
import type { Case } from '../cases/case.ts';
import { fetchDoor } from '../cases/doors/fetch.ts';
import { byServer } from '../cases/groups.ts';
import type { WantedServer } from '../cases/options-of.ts';
import { enginePath, here, portsOf, putToPorts } from './program-host.ts';

/** An engine that answers Requests with Responses. */
export interface FetchHost {
  readonly name: string;
  /** Starts a process that serves what is wanted, in this order. */
  readonly start: (wanted: readonly WantedServer[]) => Promise<ChildProcess>;
  readonly ports: (child: ChildProcess, servers: number) => Promise<readonly number[]>;
  /** Names of cases that it answers in a way of its own. */
  readonly own?: RegExp;
}

/** Node's parser is not there: nothing of Node may be in the bundle, nor be asked for. */
async function bundle(entry: string): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'pipit-fetch-')), 'door.mjs');
  const conditions = ['@pipit/source'];
  const entryPoints = [here(entry)];
  await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'browser', conditions });
  return outfile;
}

function program(engine: string, flags: readonly string[]): Pick<FetchHost, 'start' | 'ports'> {
  return {
    async start(wanted) {
      const door = pathToFileURL(await bundle('fetch-door.ts')).href;
      const args = [...flags, here('fetch-program.js'), door, JSON.stringify(wanted)];
      return spawn(enginePath(engine), args, { stdio: ['ignore', 'pipe', 'inherit'] });
    },
    ports: portsOf,
  };
}

/** Every server is a Worker of its own with the same code. */
async function startWorkerd(wanted: readonly WantedServer[]): Promise<ChildProcess> {
  const worker = await bundle('worker.ts');
  const services = wanted.map(
    (one, at) => `(name = "${at}", worker = (
      modules = [(name = "worker", esModule = embed "door.mjs")],
      compatibilityDate = "2026-01-01",
      bindings = [(name = "WANTED", json = ${JSON.stringify(JSON.stringify(one))})],
    ))`,
  );
  const sockets = wanted.map(
    (_, at) => `(name = "${at}", address = "127.0.0.1:0", http = (), service = "${at}")`,
  );
  const config = join(worker, '../config.capnp');
  writeFileSync(
    config,
    `using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (services = [${services.join()}], sockets = [${sockets.join()}]);`,
  );
  return spawn(enginePath('workerd/bin/workerd'), ['serve', '--control-fd=1', config], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** It says of each socket on which port it listens. */
async function workerdPorts(child: ChildProcess, servers: number): Promise<readonly number[]> {
  const ports: number[] = [];
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    const { event, socket, port } = JSON.parse(line) as { event: string; socket: string; port: number };
    if (event === 'listen') ports[Number(socket)] = port;
    if (Object.keys(ports).length === servers) return ports;
  }
  throw new Error('workerd ended before it listened');
}

export const fetchHosts: readonly FetchHost[] = [
  // It has no Brotli.
  { name: 'workerd', start: startWorkerd, ports: workerdPorts, own: /^br, / },
  { name: 'Bun', ...program('@oven/bun-linux-x64/bin/bun', []) },
  // It sends no length of an empty body under 205.
  {
    name: 'Deno',
    ...program('@deno/linux-x64-glibc/deno', ['run', '--allow-net', '--allow-read']),
    own: /^status 205$/,
  },
];

/** Puts cases to the fetch door on an engine. @returns what was wrong, a line for each case */
export async function putToFetchHost(
  { start, ports, own }: FetchHost,
  cases: readonly Case[],
): Promise<string[]> {
  const sent = cases.filter((one) => own?.test(one.name) !== true && fetchDoor.leavesOut(one) === undefined);
  const wanted = byServer(sent).map(({ server, options }) => ({ server, options }));
  const child = await start(wanted);
  return putToPorts(child, sent, wanted, await ports(child, wanted.length));
}
