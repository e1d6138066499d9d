// Makes the tarballs that would be published: `npm run pack`. What is in them is checked: a tarball that lacks a file its
// maps or its manifest name, or that brings tests, fails.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, posix, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundlePlugin } from './bundle-plugin.js';

const help = `Usage: npm run pack [-- --out FOLDER] [--only NAME]... [--json]

Builds, and makes a tarball of every package that is not private.

Options:
  --out FOLDER  where the tarballs go (default: tarballs/); those already there are removed
  --only NAME   of this package; repeatable
  --json        print a JSON object: the name of a package → the path of its tarball
  --help        print this

Install them side by side; the version of one satisfies what the others ask for:
  npm install ./tarballs/pipit-schema-0.1.0.tgz ./tarballs/pipit-runtime-0.1.0.tgz`;

const root = fileURLToPath(new URL('../', import.meta.url));
const { values: flags } = parseArgs({
  options: {
    out: { type: 'string', default: 'tarballs' },
    only: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (flags.help) console.log(help);
else pack();

function pack() {
  const all = publishable();
  const packages = all.filter(({ manifest }) => flags.only?.includes(manifest.name) ?? true);
  const unknown = flags.only?.filter((name) => all.every(({ manifest }) => manifest.name !== name)) ?? [];
  if (unknown.length > 0) fail(`no package is called ${unknown.join(', ')}`);
  const compiled = packages
    .map(({ folder }) => folder)
    .filter((folder) => existsSync(join(folder, 'tsconfig.json')));
  run(join(root, 'node_modules/.bin/tsc'), ['-b', ...compiled]);
  for (const { folder } of packages) removeStale(folder);
  const out = resolve(flags.out);
  mkdirSync(out, { recursive: true });
  for (const file of readdirSync(out)) if (file.endsWith('.tgz')) rmSync(join(out, file));
  if (packages.some(({ manifest }) => manifest.name === 'protoc-gen-twirp-ts'))
    process.on('exit', bundlePlugin(root));
  const packed = packInto(out, packages);
  const problems = packages.flatMap(({ folder, manifest }) => {
    const { files } = packed.find(({ name }) => name === manifest.name);
    return [
      ...wrongFiles(
        folder,
        files.map(({ path }) => path),
      ),
      ...wrongRanges(manifest, all),
    ].map((problem) => `${manifest.name}: ${problem}`);
  });
  if (new Set(packed.map(({ filename }) => filename)).size < packed.length)
    problems.push('two packages have one tarball');
  if (problems.length > 0) fail(problems.join('\n'));
  const paths = Object.fromEntries(packed.map(({ name, filename }) => [name, join(out, filename)]));
  if (flags.json) console.log(JSON.stringify(paths, null, 2));
  else
    for (const { name, size, entryCount } of packed)
      console.log(`${relative('', paths[name])}  ${Math.ceil(size / 1000)} kB, ${entryCount} files`);
}

/**
 * npm's word on each tarball. For npm those of `@pipit/gateway` and of the program `pipit-gateway` have one name, so each
 * program's tarball says that it is one: `pipit-gateway-program-0.1.0.tgz`.
 */
function packInto(out, packages) {
  const isProgram = ({ manifest }) => manifest.name.startsWith('pipit-');
  const npmPack = (some) => {
    if (some.length === 0) return [];
    const chosen = some.flatMap(({ folder }) => ['--workspace', relative(root, folder)]);
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', out, ...chosen];
    return Object.values(JSON.parse(run('npm', args)));
  };
  const programs = npmPack(packages.filter(isProgram)).map((program) => {
    const filename = program.filename.replace(`-${program.version}`, `-program-${program.version}`);
    renameSync(join(out, program.filename), join(out, filename));
    return { ...program, filename };
  });
  const others = packages.filter((one) => !isProgram(one));
  return [...programs, ...npmPack(others)];
}

/** The packages that are not private, with their manifests. */
function publishable() {
  return ['packages', 'cmd']
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(root, group, name)))
    .concat(join(root, 'rpc'))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) }))
    .filter(({ manifest }) => manifest.private !== true);
}

/** tsc leaves what it has once made, and a file that was moved would be published at both places. */
function removeStale(folder) {
  const dist = join(folder, 'dist');
  if (!existsSync(dist)) return;
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const source = path.replace(/(?:\.d\.ts|\.js)(?:\.map)?$/, '.ts');
    const from = existsSync(join(folder, 'src')) ? 'src' : '';
    if (source !== path && !existsSync(join(folder, from, source))) rmSync(join(dist, path));
  }
}

function wrongFiles(folder, paths) {
  const has = new Set(paths);
  const missing = ['LICENSE', 'README.md', 'package.json'].filter((path) => !has.has(path));
  const foreign = paths.filter(
    (path) => /(?:^|\/)test\/|\.test\.|\.tsbuildinfo$/.test(path) && !path.startsWith('templates/'),
  );
  const unmapped = paths
    .filter((path) => path.endsWith('.map'))
    .flatMap((path) =>
      JSON.parse(readFileSync(join(folder, path), 'utf8')).sources.map((source) =>
        posix.join(posix.dirname(path), source),
      ),
    )
    .filter((source) => !has.has(source));
  return [
    ...missing.map((path) => `has no ${path}`),
    ...foreign.map((path) => `brings ${path}`),
    ...unmapped.map((path) => `has a map of ${path}, but not the file`),
  ];
}

/** They are released together: what one asks of another is the version that is packed beside it. */
function wrongRanges({ dependencies = {} }, packages) {
  return Object.entries(dependencies).flatMap(([name, range]) => {
    const other = packages.find(({ manifest }) => manifest.name === name)?.manifest;
    if (other !== undefined)
      return range === `^${other.version}` ? [] : [`asks for ${name} ${range}, and this is ${other.version}`];
    return name.startsWith('@pipit/') ? [`needs ${name}, which is private`] : [];
  });
}

function run(command, args) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: Infinity,
    shell: process.platform === 'win32',
  });
  if (status === 0) return stdout;
  fail(`${[command, ...args].join(' ')}: ${error?.message ?? stdout + stderr}`);
}

function fail(why) {
  console.error(why);
  process.exit(1);
}
