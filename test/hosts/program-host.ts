import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { byServer } from '../cases/groups.ts';
import { callOf } from '../cases/call.ts';
import type { Case } from '../cases/case.ts';
import type { WantedServer } from '../cases/options-of.ts';
import { putCases } from './put-cases.ts';

export const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const engines = createRequire(new URL('../engines/package.json', import.meta.url));
/** @param path of a file in a package of `test/engines` */
export const enginePath = (path: string): string => engines.resolve(path);
const deno = ['run', '--allow-all'];

/** The node door in a process of its own. */
export interface Program {
  readonly name: string;
  /** Of an engine's package in `test/engines`; this one's own node without. */
  readonly engine?: string;
  readonly flags?: readonly string[];
  readonly freeze?: boolean;
  /** The services are of another copy of the runtime than the door. */
  readonly twoCopies?: boolean;
  /** Cases that its parser of HTTP answers itself, by name. */
  readonly own?: readonly string[];
}

export const programs: readonly Program[] = [
  { name: 'prototypes frozen by hand', freeze: true },
  { name: 'node --frozen-intrinsics', flags: ['--frozen-intrinsics', '--no-warnings'] },
  { name: 'two copies of the runtime', twoCopies: true },
  { name: 'Node 20.19', engine: 'node20/bin/node', own: ['a path in CONNECT’s place'] },
  { name: 'Node 22', engine: 'node22/bin/node' },
  { name: 'Node 24', engine: 'node24/bin/node' },
  { name: 'Bun', engine: '@oven/bun-linux-x64/bin/bun', own: ['OPTIONS of everything'] },
  { name: 'Deno', engine: '@deno/linux-x64-glibc/deno', flags: deno },
];

/** Door and services as two bundles, of one copy of the runtime or of two. */
async function bundles(twoCopies: boolean): Promise<readonly [door: string, services: string]> {
  const outdir = mkdtempSync(join(tmpdir(), 'pipit-hosts-'));
  const bundle = async (entryPoints: string[]): Promise<unknown> =>
    build({
      entryPoints,
      outdir,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      conditions: ['@pipit/source'],
      outExtension: { '.js': '.mjs' },
      // qs is CommonJS, and asks for modules of Node.
      banner: {
        js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
      },
    });
  const [door, services] = [here('door.ts'), here('services.ts')];
  if (twoCopies) for (const one of [door, services]) await bundle([one]);
  else await bundle([door, services]);
  return [join(outdir, 'door.mjs'), join(outdir, 'services.mjs')];
}

/** Puts cases to a program. @returns what was wrong, a line for each case, and one where the process has ended */
export async function putToProgram(program: Program, cases: readonly Case[]): Promise<string[]> {
  const { engine, flags = [], freeze = false, twoCopies = false, own = [] } = program;
  const command = engine === undefined ? process.execPath : enginePath(engine);
  const files = (await bundles(twoCopies)).map((file) => pathToFileURL(file).href);
  const wanted = byServer(cases).map(({ server, options }) => ({ server, options }));
  const args = [...flags, here('program.js'), ...files, JSON.stringify(wanted), freeze ? 'freeze' : ''];
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '', NODE_ENV: '' },
  });
  const sent = cases.filter((one) => !own.includes(one.name));
  return putToPorts(child, sent, wanted, await portsOf(child));
}

/**
 * Puts cases to the servers of a process, which is ended then.
 * @param wanted the servers @param ports theirs
 * @returns what was wrong, a line for each case, and one where the process has ended
 */
export async function putToPorts(
  child: ChildProcess,
  cases: readonly Case[],
  wanted: readonly WantedServer[],
  ports: readonly number[],
): Promise<string[]> {
  try {
    const portOf = new Map(wanted.map((one, at) => [JSON.stringify(one), ports[at]]));
    const sent = cases.filter((one) => !isRefusedUnread(one));
    const wrong = await putCases(sent, async ({ server, options }) => ({
      origin: `http://127.0.0.1:${portOf.get(JSON.stringify({ server, options }))}`,
      close: async () => undefined,
    }));
    return child.exitCode === null ? wrong : [...wrong, 'the process has ended'];
  } finally {
    child.kill();
  }
}

/** Node closes the connection while we still send, and our system may lose the answer then. */
function isRefusedUnread(wanted: Case): boolean {
  return wanted.expect.status >= 400 && callOf(wanted).body.length > 1024 * 1024;
}

export async function portsOf(child: ChildProcess): Promise<readonly number[]> {
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream }))
    return JSON.parse(line) as number[];
  throw new Error('the program ended before it listened');
}
