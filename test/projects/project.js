// One project of a stranger: from its folder here to what its script `test` says.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('./', import.meta.url));
const repository = fileURLToPath(new URL('../../', import.meta.url));
const installs = {
  npm: ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'],
  pnpm: ['install', '--no-frozen-lockfile', '--prefer-offline'],
  yarn: ['install', '--no-immutable'],
};

/** Packs, and installs what projects are made with; what an earlier run left in the place is used again. */
export async function makeTools(place) {
  const tools = join(place, 'tools');
  if (existsSync(join(tools, 'node_modules'))) return;
  const pack = join(repository, 'scripts/pack.js');
  const tarballs = sync(process.execPath, [pack, '--json', '--out', join(place, 'tarballs')]);
  writeFileSync(join(place, 'tarballs.json'), tarballs);
  prepare('tools', tools, JSON.parse(tarballs));
  await step('installing the tools', 'npm', installs.npm, tools, environment(tools));
}

/**
 * Makes a project in a folder of the place, and runs its script `test`, and `test:page` where a browser is to be had.
 * @throws {Error} with what the step that failed has printed
 */
export async function runProject(name, place, { browser = false } = {}) {
  const folder = join(place, name);
  const tools = join(place, 'tools');
  prepare(name, folder, JSON.parse(readFileSync(join(place, 'tarballs.json'), 'utf8')));
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
  const { scripts } = manifestOf(folder);
  const wanted = ['build', 'test', ...(browser ? ['test:page'] : [])];
  for (const script of wanted.filter((script) => scripts[script] !== undefined)) {
    await step(`${manager} run ${script}`, manager, ['run', script], folder, env);
  }
}

/** The folder of a project as it is before anything is installed. */
function prepare(name, folder, tarballs) {
  rmSync(folder, { recursive: true, force: true });
  const from = folderOf(name);
  // What working in the folder has left there is not part of it.
  const left = new Set(
    ['node_modules', 'dist', 'vendor', 'package-lock.json'].map((entry) => join(from, entry)),
  );
  cpSync(from, folder, { recursive: true, filter: (path) => !left.has(path) });
  for (const at of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/(?:^|[\\/])package\.json$/.test(at)) useTarballs(join(folder, at), tarballs);
  }
  if (name === 'tools' || existsSync(join(folder, 'rpc'))) return;
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
  for (const dependencies of [manifest.dependencies, manifest.devDependencies])
    for (const [name, spec] of Object.entries(dependencies ?? {})) {
      if (spec === 'tarball') dependencies[name] = `file:${tarballs[name]}`;
      // As `npm run pack -- --out vendor` leaves them, by the names that the manifest has.
      if (spec.startsWith('file:vendor/'))
        cpSync(tarballs[name], join(dirname(file), 'vendor', basename(tarballs[name])));
    }
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
    timeout: 900_000,
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

/** Where a project comes from. */
export function folderOf(name) {
  return name === 'shop' ? join(repository, 'examples/shop') : join(here, name);
}

/** The package.json in a folder. */
export function manifestOf(folder) {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** `pnpm@10.34.8` is pnpm. */
function managerOf({ packageManager = 'npm' }) {
  return packageManager.split('@')[0];
}
