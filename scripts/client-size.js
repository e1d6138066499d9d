// What the clients cost a page: `npm run size`. One method with its whole runtime (errors, deadline, retries, headers,
// hooks, interceptors, abort, limits, unwrap), bundled and minified for browsers, gzip -9. Fails above a budget, where
// calling one of a service's methods brings another, and where a bundle has a Node module or an eval.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Bytes after gzip. */
const BUDGETS = { json: 3050, protobuf: 16_000, rules: 2000 };
const METHODS = 50;

const root = fileURLToPath(new URL('../', import.meta.url));
// In the project, for esbuild to find the runtime as it does for a user.
const cache = join(root, 'node_modules/.cache');
mkdirSync(cache, { recursive: true });
const dir = mkdtempSync(join(cache, 'pipit-size-'));
try {
  await measure();
} finally {
  rmSync(dir, { recursive: true });
}

async function measure() {
  generate('one.proto', 1);
  generate('many.proto', METHODS);
  const jsonApp = (module) => `
    import { createJsonClient, unwrap } from '@pipit/runtime/json-client';
    import { method1 } from './${module}.json.ts';
    const client = createJsonClient({ baseUrl: 'https://example.com' });
    client(method1, { text: 'world' }).then(unwrap).then(console.log, console.error);`;
  const protobufApp = (module) => `
    import { createProtobufClient, unwrap } from '@pipit/runtime/protobuf-client';
    import { method1 } from './${module}.protobuf.ts';
    const client = createProtobufClient({ baseUrl: 'https://example.com' });
    client(method1, { text: 'world' }).then(unwrap).then(console.log, console.error);`;
  const codecs = await bundle(`
    import { createClient, unwrap } from '@pipit/runtime/client';
    import { Service } from './one.twirp.ts';
    const client = createClient(Service, { baseUrl: 'https://example.com' });
    client.method1({ text: 'world' }).then(unwrap).then(console.log, console.error);`);

  const clients = [
    { id: 'json', name: 'JSON client', app: jsonApp },
    { id: 'protobuf', name: 'protobuf client', app: protobufApp },
  ];
  const bundles = [codecs];
  for (const { id, name, app } of clients) {
    const one = await bundle(app('one'));
    bundles.push(one);
    report(`${name}, one method (budget ${BUDGETS[id]})`, one);
    if (gzip(one) > BUDGETS[id]) fail(`the ${name} is over its budget of ${BUDGETS[id]} bytes`);
    // What the variables are called depends on what was left out.
    const many = await bundle(app('many'), false);
    if (withoutPaths(many) !== withoutPaths(await bundle(app('one'), false)))
      fail(`one method of a service with ${METHODS} is not what it is alone, in the ${name}`);
    const names = many.match(/\bmethod\d+/gi) ?? [];
    if (!names.includes('Method1')) fail('the bundle does not call its method');
    const others = names.filter((other) => other.toLowerCase() !== 'method1');
    if (others.length > 0) fail(`the bundle of one method names others: ${others.join(', ')}`);
  }
  report('createClient with the codecs of one method', codecs);
  await measureRules();
  for (const code of bundles) {
    if (/\beval\s*\(|\bFunction\s*\(/.test(code)) fail('the bundle makes code of strings');
  }
}

/** The cost of checking a message with ordinary rules, beside its code. */
async function measureRules() {
  const proto = `syntax = "proto3";
package size.v1;
import "buf/validate/validate.proto";
message Order {
  string name = 1 [(buf.validate.field).string = { min_len: 1, max_len: 80 }];
  string email = 2 [(buf.validate.field).string.email = true];
  int32 count = 3 [(buf.validate.field).int32 = { gte: 1, lte: 100 }];
  repeated string tags = 4 [(buf.validate.field).repeated = { max_items: 10, unique: true, items: { string: { min_len: 1 } } }];
}
`;
  writeFileSync(join(dir, 'rules.proto'), proto);
  protoc('rules.proto');
  const unchecked = "import { Order } from './rules.pb.ts';\nconst order = Order.create({ name: 'hat' });\n";
  const without = await bundle(`${unchecked}console.log(order);`);
  const checked = await bundle(`${unchecked}
    import { validate } from '@pipit/runtime/validate';
    import { Order$check } from './rules.check.ts';
    console.log(validate(Order$check, order));`);
  const cost = gzip(checked) - gzip(without);
  console.log(`rules of one message (budget ${BUDGETS.rules}): ${cost} bytes min+gzip beside its code`);
  if (cost > BUDGETS.rules) fail(`the rules of a message are over their budget of ${BUDGETS.rules} bytes`);
  if (!checked.includes('must be a valid')) fail('the bundle does not check its message');
}

/** A bundle names the files that its parts are of. */
function withoutPaths(code) {
  return code.replaceAll(/^\s*\/\/ .*\n/gm, '');
}

/** A service with so many methods, each with messages of its own. */
function generate(file, methods) {
  const numbers = Array.from({ length: methods }, (_, i) => i + 1);
  const proto = `syntax = "proto3";
package size.v1;
message Data { string text = 1; }
${numbers.map((n) => `message Request${n} { string text = 1; int32 age = 2; repeated int32 ids = 3; }`).join('\n')}
${numbers.map((n) => `message Response${n} { int32 code = 1; string msg = 2; Data data = 3; }`).join('\n')}
service Service {
${numbers.map((n) => `  rpc Method${n}(Request${n}) returns (Response${n});`).join('\n')}
}
`;
  writeFileSync(join(dir, file), proto);
  protoc(file);
}

function protoc(file) {
  const plugin = join(root, 'packages/protoc-gen-twirp-ts');
  const args = [
    join(root, 'node_modules/protoc/protoc.cjs'),
    `--plugin=protoc-gen-twirp-ts=${join(plugin, 'bin/protoc-gen-twirp-ts.js')}`,
    `--proto_path=${dir}`,
    `--proto_path=${join(plugin, 'proto')}`,
    `--twirp-ts_out=${dir}`,
    '--twirp-ts_opt=json_client=true,protobuf_client=true,import_extension=ts',
    file,
  ];
  const run = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (run.status !== 0) process.exit(1);
}

/**
 * @param {string} app
 * @param {boolean} minify
 * @returns {Promise<string>} one module; esbuild finds no Node modules for a browser, which is an error
 */
async function bundle(app, minify = true) {
  const { outputFiles } = await build({
    stdin: { contents: app, resolveDir: dir, loader: 'ts' },
    bundle: true,
    platform: 'browser',
    format: 'esm',
    minify,
    write: false,
    conditions: ['@pipit/source'],
    logLevel: 'error',
  });
  return outputFiles[0].text;
}

function gzip(code) {
  return gzipSync(code, { level: 9 }).length;
}

function report(name, code) {
  console.log(`${name}: ${gzip(code)} bytes min+gzip, ${code.length} min`);
}

function fail(why) {
  console.error(`client-size: ${why}`);
  process.exitCode = 1;
}
