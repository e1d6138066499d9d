import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { folderWith, pipit, read, write } from './main-process.ts';

const proto = `syntax = "proto3";

package order.v1;

import "acme/options.proto";

service Order {
  rpc Place(PlaceRequest) returns (PlaceResponse) {
    option (acme.owner) = "orders";
  }
  rpc Watch(PlaceRequest) returns (stream PlaceResponse);
  rpc Upload(stream PlaceRequest) returns (PlaceResponse);
}

message PlaceRequest {
  string item = 1;
}

message PlaceResponse {
  string number = 1;
}
`;

const files = {
  'package.json': JSON.stringify({
    name: 'shop',
    type: 'module',
    pipit: { rpc: 'src/rpc', include: ['third_party'], options: { int64: 'string' } },
  }),
  'tsconfig.json': JSON.stringify({
    compilerOptions: {
      module: 'nodenext',
      target: 'es2022',
      strict: true,
      skipLibCheck: true,
      rootDir: 'src',
      outDir: 'dist',
      types: ['node'],
    },
    include: ['src'],
  }),
  'third_party/acme/options.proto': `syntax = "proto3";
package acme;
import "google/protobuf/descriptor.proto";
extend google.protobuf.MethodOptions {
  string owner = 50001;
}
`,
  'src/rpc/order/v1/order.proto': proto,
};

test('a project whose protos are in src/rpc, with protos of others beside it: rpc, gen, tsc, start, call', async () => {
  const cwd = folderWith(files);
  const made = await pipit(['rpc', '--server=order'], { cwd });
  expect(made.stderr + made.stdout).toContain(
    "Add Order.serve(new OrderServer()) to what your server serves, with import { OrderServer } from './rpc/order/v1/order.js' and import { Order } from './rpc/order/v1/order.twirp.js'",
  );
  expect(made.status).toBe(0);
  expect(await pipit(['gen', '--check'], { cwd })).toMatchObject({ status: 0 });
  // They are compiled where they are imported, and nothing is written beside them.
  expect(existsSync(join(cwd, 'third_party/acme/options.pb.ts'))).toBe(false);
  expect(existsSync(join(cwd, 'rpc'))).toBe(false);

  write(
    cwd,
    'src/main.ts',
    `import { createServer } from 'node:http';
import { createHandler } from '@pipit/runtime/node';
import { OrderServer } from './rpc/order/v1/order.js';
import { Order } from './rpc/order/v1/order.twirp.js';

const server = createServer(createHandler({ services: [Order.serve(new OrderServer())] }));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(typeof address === 'object' ? address?.port : address);
});
`,
  );
  const stub = read(cwd, 'src/rpc/order/v1/order.ts');
  write(
    cwd,
    'src/rpc/order/v1/order.ts',
    stub
      .replace(/throw unimplemented[^;]*;/, 'return { number: `7 ${request.item}` };')
      .replace('_request', 'request'),
  );
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const compiled = spawnSync(process.execPath, [tsc, '-p', cwd, '--pretty', 'false'], {
    cwd,
    encoding: 'utf8',
  });
  expect(compiled.stdout).toBe('');

  const server = spawn(process.execPath, ['dist/main.js'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill());
  const port = await new Promise<string>((resolve) => {
    server.stdout.on('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
  });
  const url = `http://127.0.0.1:${port}`;
  const called = await pipit(['call', 'Place', '{"item":"hat"}', '--url', url], { cwd });
  expect(called).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('"number": "7 hat"') as unknown,
  });
}, 120_000);

test('messages name the folder of the protos as the project does', async () => {
  const own = { 'package.json': files['package.json'], 'tsconfig.json': files['tsconfig.json'] };
  const none = folderWith({ ...own, 'third_party/none': '' });
  expect((await pipit(['routes'], { cwd: none })).stderr).toContain('no src/rpc/ beside a package.json');
  const cwd = folderWith({ ...own, 'third_party/none': '', 'src/rpc/none': '' });
  expect((await pipit(['gen'], { cwd })).stdout).toContain('no .proto under src/rpc/: ');
  expect((await pipit(['routes'], { cwd })).stdout).toContain('no services under src/rpc/: ');
  expect((await pipit(['call', 'x.Y/Z', '--protobuf'], { cwd })).stderr).toContain(
    'there is none under src/rpc/: call without it',
  );
  write(cwd, 'src/rpc/a.proto', 'syntax = "proto3";\nimport "gone.proto";');
  expect((await pipit(['gen'], { cwd })).stderr).toContain(
    '"gone.proto" is not there: imports are paths below src/rpc/',
  );
});

describe('what a setting cannot be', () => {
  test.each([
    [
      { rpc: '../rpc' },
      'package.json: pipit.rpc is "../rpc", but must be a folder below the project, for example "src/rpc"',
    ],
    [
      { rpc: '.' },
      'package.json: pipit.rpc is ".", but must be a folder below the project, for example "src/rpc"',
    ],
    [
      { rpc: 'src/rpc', include: ['nowhere'] },
      'package.json: pipit.include names "nowhere", which is not a folder: make it, or take it out',
    ],
  ])('%j', async (settings, message) => {
    const cwd = folderWith({ ...files, 'package.json': JSON.stringify({ pipit: settings }) });
    expect(await pipit(['gen'], { cwd })).toMatchObject({ status: 1, stderr: `pipit: ${message}\n` });
  });
});

test('a change of a proto of others has everything compiled again', async () => {
  const cwd = folderWith(files);
  await pipit(['gen'], { cwd });
  expect((await pipit(['gen'], { cwd })).stdout).toContain('up to date');
  write(cwd, 'third_party/acme/options.proto', 'syntax = "proto3"; package acme;');
  const { status, stderr } = await pipit(['gen'], { cwd });
  expect(status).toBe(1);
  expect(stderr).toContain('acme.owner');
});
