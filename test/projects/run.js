// Strangers' projects: each folder here is one. It is copied out of the repository, gets our tarballs and what it asks for
// by its own package manager, code from shared/hats.proto by `pipit gen`, and runs its script `test`.
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const help = `Usage: npm run test:projects [-- --only NAME]... [--in FOLDER]

Packs our packages and runs small projects that install them.

Options:
  --only NAME  run this project; repeatable. Without it all run
  --list       print the names of the projects
  --in FOLDER  work there and leave everything, to look at it; the tarballs and tools of an earlier run are used again
  --help       print this`;

const here = fileURLToPath(new URL('./', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    list: { type: 'boolean' },
    in: { type: 'string' },
    help: { type: 'boolean' },
  },
});
const installs = {
  npm: ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
  pnpm: ['install', '--no-frozen-lockfile', '--prefer-offline'],
  yarn: ['install', '--no-immutable'],
};

const all = readdirSync(here)
  .filter((name) => existsSync(join(here, name, 'package.json')) && name !== 'tools')
  .sort();
const unknown = flags.only?.filter((name) => !all.includes(name)) ?? [];
if (flags.help) console.log(help);
else if (flags.list) console.log(all.join('\n'));
else if (unknown.length > 0) {
  console.error(`no project ${unknown.join(', ')} in test/projects; there are ${all.join(', ')}`);
  process.exitCode = 2;
} else {
  process.exitCode = await runAll(flags.only ?? all).catch((error) => {
    console.error(error.message);
    return 1;
  });
}

/** @returns the exit status */
async function runAll(names) {
  // Outside of the repository, whose node_modules would help them otherwise.
  const place = flags.in === undefined ? mkdtempSync(join(tmpdir(), 'pipit-projects-')) : resolve(flags.in);
  let failed = 0;
  try {
    const tools = await makeTools(place);
    const tarballs = JSON.parse(readFileSync(join(place, 'tarballs.json'), 'utf8'));
    for (const [i, name] of names.entries()) {
      const start = performance.now();
      const error = await runProject(name, join(place, name), tarballs, tools).catch((thrown) => thrown);
      const seconds = `${((performance.now() - start) / 1000).toFixed(0)} s`;
      const { description } = manifestOf(join(here, name));
      console.log(
        `${i + 1}/${names.length} ${error === undefined ? 'ok  ' : 'FAIL'} ${name}: ${description} (${seconds})`,
      );
      if (error !== undefined) {
        failed++;
        console.log(error.message.replace(/^/gm, '    '));
      }
    }
  } finally {
    if (flags.in === undefined) rmSync(place, { recursive: true, force: true });
  }
  console.log(`${names.length - failed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** Packs, and installs what projects are made with. @returns the folder of the tools */
async function makeTools(place) {
  const tools = join(place, 'tools');
  if (existsSync(join(tools, 'node_modules'))) return tools;
  const pack = join(repository, 'scripts/pack.js');
  const tarballs = sync(process.execPath, [pack, '--json', '--out', join(place, 'tarballs')]);
  writeFileSync(join(place, 'tarballs.json'), tarballs);
  prepare('tools', tools, JSON.parse(tarballs));
  await step('install', 'npm', installs.npm, tools, environment(tools));
  return tools;
}

/** @throws {Error} with what the step that failed has printed */
async function runProject(name, folder, tarballs, tools) {
  prepare(name, folder, tarballs);
  const manager = managerOf(manifestOf(folder));
  const env = environment(tools);
  await step(
    'pipit gen',
    process.execPath,
    [join(tools, 'node_modules/pipit/bin/pipit.js'), 'gen'],
    folder,
    env,
  );
  if (!existsSync(join(folder, 'tsconfig.json'))) await compile(folder, tools, env);
  await step(`${manager} install`, manager, installs[manager], folder, env);
  await step(`${manager} test`, manager, ['run', 'test'], folder, env);
}

/** The folder of a project as it is before anything is installed. */
function prepare(name, folder, tarballs) {
  rmSync(folder, { recursive: true, force: true });
  cpSync(join(here, name), folder, { recursive: true });
  for (const at of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/(?:^|[\\/])package\.json$/.test(at)) useTarballs(join(folder, at), tarballs);
  }
  if (name === 'tools') return;
  mkdirSync(join(folder, 'rpc'), { recursive: true });
  cpSync(join(here, 'shared/hats.proto'), join(folder, 'rpc/hats.proto'));
  mkdirSync(join(folder, 'shared'));
  for (const file of ['calls.js', 'hats-server.js'])
    cpSync(join(here, 'shared', file), join(folder, 'shared', file));
  // Wherever they are, these are ES modules.
  writeFileSync(join(folder, 'shared/package.json'), '{ "type": "module" }');
}

/** A manifest names its own tarballs; what these ask for is said to the package manager, since no registry has it. */
function useTarballs(file, tarballs) {
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  for (const name of Object.keys(manifest.dependencies ?? {}))
    if (manifest.dependencies[name] === 'tarball') manifest.dependencies[name] = `file:${tarballs[name]}`;
  const ours = Object.fromEntries(Object.entries(tarballs).map(([name, path]) => [name, `file:${path}`]));
  const manager = managerOf(manifest);
  if (manager === 'pnpm') manifest.pnpm = { overrides: ours, ...manifest.pnpm };
  if (manager === 'yarn') manifest.resolutions = { ...ours, ...manifest.resolutions };
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/** Makes JavaScript of the generated code, for projects that have no compiler. */
async function compile(folder, tools, env) {
  const rpc = join(folder, 'rpc');
  const generated = readdirSync(rpc).filter((name) => name.endsWith('.ts'));
  const options = [
    '--module',
    'nodenext',
    '--target',
    'es2023',
    '--declaration',
    '--skipLibCheck',
    '--types',
    '',
  ];
  writeFileSync(join(rpc, 'package.json'), '{ "type": "module" }');
  // For the types of what is imported; the project's own are not there yet.
  cpSync(join(tools, 'node_modules/@pipit'), join(rpc, 'node_modules/@pipit'), { recursive: true });
  const tsc = join(tools, 'node_modules/typescript/bin/tsc');
  await step('tsc', process.execPath, [tsc, ...options, ...generated], rpc, env);
  rmSync(join(rpc, 'node_modules'), { recursive: true });
  for (const name of generated) rmSync(join(rpc, name));
}

/** Without what npm tells the scripts it runs, which other package managers and npm itself would take for settings. */
function environment(tools) {
  const own = Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_OPTIONS$|^INIT_CWD$/i.test(name));
  return {
    ...Object.fromEntries(own),
    CI: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_NPM_REGISTRY_SERVER: registry(),
    PATH: [join(tools, 'node_modules/.bin'), process.env.PATH].join(delimiter),
  };
}

function registry() {
  return sync('npm', ['config', 'get', 'registry']).trim().replace(/\/$/, '');
}

async function step(what, command, args, cwd, env) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 300_000,
    shell: process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
  const status = await new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => done(code ?? signal));
  });
  if (status !== 0) throw new Error(`${what} failed (${status}):\n${output.trim().slice(-4000)}`);
}

function sync(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: repository });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr}`);
  return stdout;
}

function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** `pnpm@10.34.8` is pnpm. */
function managerOf({ packageManager = 'npm' }) {
  return packageManager.split('@')[0];
}
