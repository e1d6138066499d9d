import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { freePort } from '../free-port.ts';
import { firstClass, firstProto, secondProto, test as accountTest } from './account.ts';
import { newMachine, npmConfig, type Machine } from './machine.ts';
import { packAll } from './packages.ts';
import { startRegistry, type Registry } from './registry.ts';
import { Terminal, Tmux } from './terminal.ts';

// One session of one user, from an empty folder to a service that is called: every step needs those before it.

/** Everything the terminals showed. */
const record = fileURLToPath(new URL('../../node_modules/.cache/e2e/session.txt', import.meta.url));

let registry: Registry;
let machine: Machine;
let tmux: Tmux;
let terminal: Terminal;
let other: Terminal;
let project: string;

beforeAll(async () => {
  mkdirSync(join(record, '..'), { recursive: true });
  writeFileSync(record, '');
  const tarballs = mkdtempSync(join(tmpdir(), 'pipit-e2e-'));
  const packages = await packAll(tarballs);
  rmSync(tarballs, { recursive: true });
  registry = await startRegistry(packages, npmConfig('registry')!);
  machine = newMachine(registry.url);
  tmux = new Tmux(machine.env, record);
  terminal = await Terminal.open(tmux, 'first', machine.home);
  project = join(machine.home, 'shop');
});

afterAll(() => {
  tmux?.close();
  machine?.remove();
  registry?.close();
});

test('npm create pipit asks, and makes a project', async () => {
  terminal.start('npm create pipit');
  await terminal.shows(/Ok to proceed\? \(y\)/);
  terminal.press('Enter');
  await terminal.shows('Where shall the project be?');
  terminal.press('C-c');
  const cancelled = await terminal.ended();
  expect([cancelled.status, cancelled.screen]).toEqual([
    1,
    expect.stringContaining('pipit: cancelled: nothing was written'),
  ]);
  expect(readdirSync(machine.home)).toEqual(['.npmrc']);

  terminal.start('npm create pipit');
  await terminal.shows('Where shall the project be?');
  terminal.type('shop');
  terminal.press('Enter');
  await terminal.shows('What is its name?');
  terminal.type('The Shop');
  terminal.press('Enter');
  await terminal.shows(/"The Shop" is not a valid name of an npm package: .* for example the-shop/);
  terminal.press('C-u', 'Enter');
  await terminal.shows(/What is its name\?\s+│ {2}shop/);
  await terminal.shows('What is its first service?');
  terminal.press('Enter');
  await terminal.shows('Which path shall calls have in front?');
  terminal.press('Enter');
  const { status, screen } = await terminal.ended();
  expect([status, screen]).toEqual([
    0,
    expect.stringMatching(/made shop: \d+ files\. Now:\n +cd shop\n +npm install\n +npm start/),
  ]);
});

test('npm install, npm test', async () => {
  await terminal.run('cd shop');
  expect((await terminal.run('npm install')).status).toBe(0);
  const { status, screen } = await terminal.run('npm test');
  expect([status, screen]).toEqual([0, expect.stringMatching(/^. pass 5$/m)]);
});

test('pipit rpc makes two more services', async () => {
  for (const flags of ['--server=user --service=account', '--server=orders --version=0']) {
    const { status, screen } = await terminal.run(`npx pipit rpc ${flags}`);
    expect([flags, status, screen]).toEqual([flags, 0, expect.stringContaining('cmd/server/services.ts')]);
  }
  const services = read('cmd/server/services.ts');
  for (const type of ['Echo', 'Account', 'Orders'])
    expect(services).toContain(`${type}.serve(new ${type}Server())`);
  expect((await terminal.run('npm test')).status).toBe(0);
});

test('pipit rpc again, after the proto was edited: what was written by hand stays', async () => {
  write('rpc/user/v1/account.proto', firstProto);
  write('rpc/user/v1/account.ts', firstClass);
  expect((await terminal.run('npx pipit rpc --server=user --service=account')).status).toBe(0);
  expect(read('rpc/user/v1/account.ts')).toBe(firstClass);

  write('rpc/user/v1/account.proto', secondProto);
  const { status, screen } = await terminal.run('npx pipit rpc --server=user --service=account');
  expect(status).toBe(0);
  for (const gone of ['list', 'delete'])
    expect(screen).toMatch(
      new RegExp(`account\\.ts:\\d+.*\\b${gone}\\b|\\b${gone}\\b.*account\\.ts:\\d+`, 'i'),
    );

  const edited = read('rpc/user/v1/account.ts');
  expect(edited).toContain('  get(request: FindRequest): GetResponseInit {\n');
  for (const stub of ['search(', 'create(']) expect(edited).toContain(stub);
  // Beside the imports only that one signature has changed.
  const byHand = firstClass.slice(firstClass.indexOf('const known'));
  const kept = byHand.replace('GetRequest', 'FindRequest').split('\n');
  const lines = edited.split('\n');
  let at = 0;
  for (const line of kept) {
    at = lines.indexOf(line, at) + 1;
    expect([line, at]).not.toEqual([line, 0]);
  }

  // Nothing to do is nothing done.
  expect((await terminal.run('npx pipit rpc --server=user --service=account')).status).toBe(0);
  expect(read('rpc/user/v1/account.ts')).toBe(edited);
});

test('pipit gen --watch follows the editor', async () => {
  other = await Terminal.open(tmux, 'second', project);
  other.start('npx pipit gen --watch');
  await other.shows('watching rpc/');
  await other.shows('up to date');

  const proto = read('rpc/user/v1/account.proto');
  const withField = proto.replace('string name = 2;', 'string name = 2;\n  int64 since = 3;');
  write('rpc/user/v1/account.proto', withField);
  await other.shows(/account\.proto: \d files? written/);
  expect(read('rpc/user/v1/account.pb.ts')).toContain('since: bigint');

  other.clear();
  write('rpc/user/v1/account.proto', withField.replace('int64 since', 'int46 since'));
  await other.shows(/account\.proto:\d+:\d+: .*int46.*\n +int46 since = 3;\n +\^/);
  expect(read('rpc/user/v1/account.pb.ts')).toContain('since: bigint');

  other.clear();
  write('rpc/user/v1/account.proto', proto);
  await other.shows(/account\.proto: \d files? written/);
  expect(read('rpc/user/v1/account.pb.ts')).not.toContain('since');
  other.press('C-c');
  await other.ended();
});

test('npm test shows what is left to do by hand, then passes', async () => {
  const broken = await terminal.run('npm test');
  expect(broken.status).not.toBe(0);
  expect(broken.screen).toMatch(/account\.ts.*ListRequest/);

  const edited = read('rpc/user/v1/account.ts');
  const stub =
    /\n+( {2}\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n| {2}\/\/[^\n]*\n)* {2}(?:async )?search\([\s\S]*?\n {2}\}(?=\n)/;
  const finished = edited
    .replace(stub, '')
    .replace(
      'list(_request: ListRequest): ListResponseInit',
      'search(_request: SearchRequest): SearchResponseInit',
    )
    .replace(/\n {2}delete\([\s\S]*?\n {2}\}\n/, '')
    .replace(/^ {2}(?:DeleteRequest|DeleteResponseInit|ListRequest|ListResponseInit|GetRequest),\n/gm, '')
    .replace('{ id: request.id }', '{ id: request.id, name: `account ${request.id}` }');
  write('rpc/user/v1/account.ts', finished);
  write('test/account.test.ts', accountTest);
  const { status, screen } = await terminal.run('npm test');
  expect([status, screen]).toEqual([0, expect.stringMatching(/accounts by hand[\s\S]*^. pass 6$/m)]);
});

test('npm start, pipit call', async () => {
  other.start('PORT=0 npm start');
  const [url] = await other.shows(/Server listening at (http:\S+?)"/);
  const call = (args: string) => terminal.run(`npx pipit call ${args} --url ${url}`);

  const answered = await call(`Account/Get '{"id":2}'`);
  expect([answered.status, answered.screen]).toEqual([0, expect.stringContaining('"name": "account 2"')]);
  expect(await call('Search --protobuf')).toMatchObject({
    status: 0,
    screen: expect.stringMatching(/"id": 3/) as string,
  });
  expect(await call('Account/Get --form id=3')).toMatchObject({ status: 0 });
  expect(await call('Account/Get --form id=9')).toMatchObject({
    status: 3,
    screen: expect.stringMatching(/not_found[\s\S]*there is no account 9/) as string,
  });
  expect(await call('Account/Get')).toMatchObject({
    status: 4,
    screen: expect.stringContaining('Say who') as string,
  });
  expect(await call('Account/Gte')).toMatchObject({
    status: 2,
    screen: expect.stringContaining('Account/Get') as string,
  });
  await other.shows(
    /"traceId":"\w+","protocol":"twirp","method":"user\.v1\.Account\/Get","code":"not_found"/,
  );

  other.press('C-c');
  await other.shows('SIGINT: shutting down');
  await other.ended();
  expect(await call('Account/Get')).toMatchObject({ status: 1 });
});

test('npm run dev restarts on save', async () => {
  const port = await freePort();
  other.start(`PORT=${port} npm run dev`);
  await other.shows(/Server listening at http/);
  const ask = `npx pipit call Account/Get '{"id":2}' --url http://127.0.0.1:${port}`;
  expect((await terminal.run(ask)).screen).toContain('account 2');

  write('rpc/user/v1/account.ts', read('rpc/user/v1/account.ts').replace('`account $', '`user $'));
  // A user would try again, too: between two servers there is none.
  await vi.waitFor(async () => expect((await terminal.run(ask)).screen).toContain('user 2'), 60_000);
  other.press('C-c');
  await other.ended();
});

test('INTERNAL_PORT keeps internal services in the house', async () => {
  const port = await freePort();
  other.start(`PORT=0 INTERNAL_PORT=${port} npm start`);
  const [url] = await other.shows(/Server listening at (http:\S+?)"/);
  await other.shows(`Server listening at http://127.0.0.1:${port}"`);
  const call = (method: string, at: string) =>
    terminal.run(`npx pipit call ${method} '{"message":"x"}' --url ${at}`);
  const inside = `http://127.0.0.1:${port}`;
  expect((await call('Orders/Hello', inside)).screen).toContain('Hello, x!');
  expect((await call('Orders/Hello', url!)).screen).toContain('bad_route');
  expect((await call('Echo/Hello', url!)).screen).toContain('Hello, x!');
  expect((await call('Echo/Hello', inside)).screen).toContain('bad_route');
  other.press('C-c');
  await other.ended();
});

test('pipit routes, pipit doctor', async () => {
  const routes = await terminal.run('npx pipit routes');
  expect(routes.status).toBe(0);
  expect(terminal.colors()).toContain('\x1b[');
  await terminal.run('NO_COLOR=1 npx pipit routes');
  expect(terminal.colors()).not.toContain('\x1b[');
  for (const path of ['echo.v1.Echo/Hello', 'user.v1.Account/Create', 'orders.v0.Orders/']) {
    expect(routes.screen).toContain(`/api/${path}`);
  }
  expect(routes.screen).toMatch(/rpc\/user\/v1\/account\.ts:\d+/);
  const doctor = await terminal.run('npx pipit doctor');
  expect([doctor.status, doctor.screen]).toEqual([0, expect.stringContaining('protoc')]);
});

function read(path: string): string {
  return readFileSync(join(project, path), 'utf8');
}

/** As an editor does. */
function write(path: string, text: string): void {
  writeFileSync(join(project, path), text);
}
