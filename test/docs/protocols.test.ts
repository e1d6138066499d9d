import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../free-port.ts';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));
const doc = readFileSync(join(root, 'docs/protocols.md'), 'utf8');

/** The samples of the page in one language. */
function samplesOf(language: string): string[] {
  return [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(
    ([, code = '']) => code,
  );
}

let dir: string;
let port: number;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const temporary = join(root, 'test/.tmp');
  mkdirSync(temporary, { recursive: true });
  dir = mkdtempSync(join(temporary, 'protocols-'));
  port = await freePort();
  mkdirSync(join(dir, 'shop/v1'), { recursive: true });
  mkdirSync(join(dir, 'gen/shop/v1'), { recursive: true });
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(dir, 'shop/v1/hats.proto'), samplesOf('proto')[0] ?? '');
  const protoc = spawnSync(
    process.execPath,
    [
      require.resolve('protoc/protoc.cjs'),
      `--plugin=protoc-gen-twirp-ts=${join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js')}`,
      `--proto_path=${dir}`,
      `--twirp-ts_out=${dir}`,
      `--descriptor_set_out=${join(dir, 'set.bin')}`,
      'shop/v1/hats.proto',
    ],
    { encoding: 'utf8' },
  );
  if (protoc.status !== 0) throw new Error(protoc.stderr);
  // What protobuf-es would generate: a descriptor under the service's name.
  writeFileSync(
    join(dir, 'gen/shop/v1/hats_pb.js'),
    `import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
const set = fromBinary(FileDescriptorSetSchema, readFileSync(${JSON.stringify(join(dir, 'set.bin'))}));
export const Hats = createFileRegistry(set).getService('shop.v1.Hats');`,
  );
  const server = samplesOf('ts').join('\n').replaceAll('./shop/v1/hats.twirp.js', './shop/v1/hats.twirp.ts');
  writeFileSync(join(dir, 'server.ts'), `${server.replace('8080', String(port))}\nexport { app };`);
  const { app } = (await import(pathToFileURL(join(dir, 'server.ts')).href)) as {
    app: { close(): Promise<unknown> };
  };
  closing.push(() => app.close());
});

afterAll(async () => {
  for (const close of closing) await close();
  rmSync(dir, { recursive: true });
});

const run = promisify(execFile);

test.each(['grpc', 'connect'])('the sample of a client by %s gets its answer', async (protocol) => {
  const [sample = ''] = samplesOf(`js ${protocol}`);
  const file = join(dir, `${protocol}.js`);
  writeFileSync(file, `${sample.replaceAll('8080', String(port))}\nsetTimeout(() => process.exit(), 500);`);
  const { stdout } = await run(process.execPath, [file], { cwd: dir });
  expect(stdout).toBe('7\n');
});

test('the sample of our own client gets its answers', async () => {
  const [sample = ''] = samplesOf('ts client');
  const file = join(dir, 'client.ts');
  writeFileSync(file, sample.replaceAll('hats.twirp.js', 'hats.twirp.ts').replaceAll('8080', String(port)));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  await import(pathToFileURL(file).href);
  expect(log.mock.calls).toEqual([[['red', 'blue']], ['12']]);
});

test('the lines of curl get their answers', async () => {
  const lines = samplesOf('sh').join('').trim().split('\n');
  const answers = [];
  for (const line of lines) {
    answers.push(
      (await run('sh', ['-c', line.replace('8080', String(port)).replace('curl', 'curl -s')])).stdout,
    );
  }
  expect(answers).toEqual(['{"number":7}', '{"number":7}', '{"colors":["red","blue"]}']);
});

test('every text of an error is one that the code has', () => {
  const source = [
    'compression',
    'frame',
    'connect/read-request',
    'connect/get-query',
    'grpc/read-request',
    'grpc-web/base64-text',
  ]
    .map((file) => readFileSync(join(root, `packages/runtime/src/protocol/${file}.ts`), 'utf8'))
    .join('\n')
    .replace(/\$\{[^}]*\}/g, '…');
  const [, table = ''] = doc.split('## Errors you can meet');
  const texts = [...table.matchAll(/`([^`]+)`/g)]
    .map(([, text = '']) => text)
    .filter((text) => text.includes(' '));
  expect(texts.length).toBeGreaterThan(10);
  for (const text of texts) {
    if (text.startsWith('Received HTTP')) continue;
    const parts = text.replace('gzip, identity', '…').split('…');
    for (const part of parts) expect(source.includes(part.trim()), `${text}: ${part}`).toBe(true);
  }
});
