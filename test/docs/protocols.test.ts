import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { freePort } from '../free-port.ts';
import { fromSource, generatedFolder, root, samplesOf } from './page.ts';

const page = 'docs/protocols.md';
const doc = readFileSync(join(root, page), 'utf8');

let dir: string;
let port: number;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  dir = generatedFolder(page);
  port = await freePort();
  mkdirSync(join(dir, 'gen/shop/v1'), { recursive: true });
  // What protobuf-es would generate: a descriptor under the service's name.
  writeFileSync(
    join(dir, 'gen/shop/v1/hats_pb.js'),
    `import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
const set = fromBinary(FileDescriptorSetSchema, readFileSync(${JSON.stringify(join(dir, 'set.bin'))}));
export const Hats = createFileRegistry(set).getService('shop.v1.Hats');`,
  );
  const server = fromSource(samplesOf(page, 'ts').join('\n'));
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
  const [sample = ''] = samplesOf(page, `js ${protocol}`);
  const file = join(dir, `${protocol}.js`);
  writeFileSync(file, sample.replaceAll('8080', String(port)));
  // Its connection would keep it going.
  const client = spawn(process.execPath, [file], { cwd: dir, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void client.kill());
  const [line] = (await once(createInterface(client.stdout), 'line')) as [string];
  expect(line).toBe('7');
});

test('the sample of our own client gets its answers', async () => {
  const [sample = ''] = samplesOf(page, 'ts client');
  const file = join(dir, 'client.ts');
  writeFileSync(file, fromSource(sample).replaceAll('8080', String(port)));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  onTestFinished(() => log.mockRestore());
  await import(pathToFileURL(file).href);
  expect(log.mock.calls).toEqual([[['red', 'blue']], ['12']]);
});

test('the lines of curl get their answers', async () => {
  const lines = samplesOf(page, 'sh').join('').trim().split('\n');
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
    '../reflect/grpc/proto-files',
    '../reflect/grpc/with-reflection',
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
