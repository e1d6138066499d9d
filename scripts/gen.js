// Regenerates everything under rpc/ with npm's protoc and this repository's plugin.
// `npm run gen -- --check` writes nothing and fails where the committed output differs.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const check = process.argv.includes('--check');

const everybodys = 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js';

/** Where .proto files are, and where what is generated from them goes. */
const trees = [
  {
    protos: 'node_modules/protoc/include',
    // What the runtime brings for everyone; the rest of the folder is about other languages.
    only: /^google.protobuf.(any|api|descriptor|duration|empty|field_mask|source_context|struct|timestamp|type|wrappers)\.proto$/,
    out: 'packages/runtime/src',
    plugin: 'scripts/protoc-gen-own-types.js',
  },
  { protos: 'rpc', out: 'rpc' },
  { protos: 'examples/shop/rpc', out: 'examples/shop/rpc' },
  { protos: 'test/proto', out: 'test/gen', option: 'protobuf_client=true' },
  // One schema at two times.
  { protos: 'test/peers/old', out: 'test/peers/old' },
  { protos: 'test/peers/new', out: 'test/peers/new' },
  // Far from the defaults.
  {
    protos: 'test/styled',
    out: 'test/styled',
    option: 'enum=string,names=proto,timestamp=date',
  },
  {
    protos: 'packages/runtime/test/fixture',
    out: 'packages/runtime/test/fixture',
    option: 'protobuf_client=true',
  },
  // The registry's method is a stream: messages only.
  {
    protos: 'packages/gateway/proto',
    out: 'packages/gateway/src/protocol',
    option: 'services=skip,json_client=false,int64=number',
  },
];

for (const tree of trees) {
  const protos = join(root, tree.protos);
  const out = join(root, tree.out);
  const target = check ? mkdtempSync(join(tmpdir(), 'pipit-gen-')) : out;
  try {
    generate(tree, protos, target);
    if (check) compare(tree.out, out, target);
  } finally {
    if (check) rmSync(target, { recursive: true });
  }
}

function generate({ only = /(?:)/, option, plugin = everybodys }, protos, out) {
  const files = list(protos, '.proto').filter((path) => only.test(path));
  const run = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/protoc/protoc.cjs'),
      `--plugin=protoc-gen-twirp-ts=${join(root, plugin)}`,
      `--proto_path=${protos}`,
      // For the rules of messages.
      `--proto_path=${join(root, 'packages/protoc-gen-twirp-ts/proto')}`,
      `--twirp-ts_out=${out}`,
      `--twirp-ts_opt=import_extension=ts,json_client=true${option === undefined ? '' : `,${option}`}`,
      ...files,
    ],
    { stdio: 'inherit' },
  );
  if (run.status !== 0) process.exit(1);
  if (!check) console.log(`generated from ${files.length} file(s) under ${protos}`);
}

function compare(name, out, fresh) {
  const generated = (dir) =>
    ['.pb.ts', '.check.ts', '.twirp.ts', '.descriptor.ts', '.json.ts', '.protobuf.ts'].flatMap((end) =>
      list(dir, end),
    );
  const stale = [...new Set([...generated(out), ...generated(fresh)])].filter(
    (path) => readOr(join(out, path)) !== readOr(join(fresh, path)),
  );
  if (stale.length === 0) return;
  console.error(`${name}: not what the plugin generates: ${stale.join(', ')}. Run: npm run gen`);
  process.exitCode = 1;
}

function list(dir, end) {
  const skipped = (path) => path.split(/[\\/]/).some((part) => part === 'node_modules' || part === 'dist');
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(end) && !skipped(path))
    .sort();
}

function readOr(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
