// The plugin under the compilers people have: Debian's protoc and buf, beside npm's protoc which `npm run gen` uses.
// Each must give the bytes that are committed under test/gen. A missing compiler is a failure.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const protos = join(root, 'test/proto');
const committed = join(root, 'test/gen');
const plugin = join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js');
const cache = join(root, 'node_modules/.cache/compilers');
const buf = join(cache, 'node_modules/.bin/buf');

// npm run puts npm's protoc first on PATH.
const protoc = process.env.PATH.split(delimiter)
  .filter((dir) => !dir.includes('node_modules'))
  .map((dir) => join(dir, 'protoc'))
  .find((path) => existsSync(path));
if (protoc === undefined) {
  console.error('no protoc on PATH: install one, for example with apt-get install protobuf-compiler');
  process.exit(1);
}

/** Descriptors are the compiler's own bytes: these differ between buf and protoc, all others are the same. */
const otherBytes = { buf: ['editions/e2024.descriptor.ts', 'proto2/types.descriptor.ts'] };

let passed = 0;
let failed = 0;
check('protoc', run(protoc, ['--version']).stdout.trim(), withDebianProtoc);
if (!existsSync(buf))
  run('npm', ['install', '--prefix', cache, '--no-save', '--silent', '@bufbuild/buf@1.75.0']);
check('buf', run(buf, ['--version']).stdout.trim(), withBuf);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** protoc 3.21 knows no editions. */
function withDebianProtoc(out) {
  const files = list(protos, '.proto').filter(
    (path) => !/^edition = |^import "editions\//m.test(readFileSync(join(protos, path), 'utf8')),
  );
  const args = [`--plugin=protoc-gen-twirp-ts=${plugin}`, `-I${protos}`, `--twirp-ts_out=${out}`];
  run(protoc, [...args, '--twirp-ts_opt=import_extension=ts', ...files]);
  return files;
}

function withBuf(out) {
  const template = {
    version: 'v2',
    plugins: [{ local: ['node', plugin], out, opt: ['import_extension=ts'] }],
  };
  writeFileSync(join(out, 'buf.gen.yaml'), JSON.stringify(template));
  run(buf, ['generate', protos, '--template', join(out, 'buf.gen.yaml')]);
  return list(protos, '.proto');
}

function check(name, version, generate) {
  const out = mkdtempSync(join(tmpdir(), 'pipit-compilers-'));
  try {
    const files = generate(out);
    const generated = list(out, '.ts');
    const stale = generated.filter(
      (path) =>
        !otherBytes[name]?.includes(path) &&
        readFileSync(join(out, path), 'utf8') !== readFileSync(join(committed, path), 'utf8'),
    );
    const missing = files.filter((path) => !generated.includes(path.replace(/\.proto$/, '.pb.ts')));
    const bad = [...stale, ...missing];
    console.log(
      `${name} ${version}: ${generated.length} files from ${files.length}${bad.length === 0 ? '' : `, wrong: ${bad.join(', ')}`}`,
    );
    if (bad.length === 0 && generated.length > 0) passed++;
    else failed++;
  } finally {
    rmSync(out, { recursive: true });
  }
}

function list(dir, end) {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(end))
    .sort();
}

function run(command, args) {
  const result = spawnSync(command, args, { encoding: 'utf8', cwd: root });
  if (result.error !== undefined || result.status !== 0) {
    console.error(`${command}: ${result.error?.message ?? result.stderr}`);
    process.exit(1);
  }
  return result;
}
