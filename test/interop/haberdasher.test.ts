import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { createServer, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doorNames } from './listen.ts';
import { serverNames } from './servers.ts';

const program = fileURLToPath(new URL('../dist/interop/haberdasher.js', import.meta.url));
const path = '/twirp/twirp.example.haberdasher.Haberdasher/MakeHat';
const json = { 'content-type': 'application/json' };

/** Starts the server and waits until it says where it listens. */
async function start(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [program, '--port', '0', ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  child.stdout.setEncoding('utf8');
  const [line] = (await once(child.stdout, 'data')) as [string];
  expect(line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+\n$/);
  return line.trim().replace('listening on ', '');
}

async function makeHat(url: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: json, body: '{"inches":12}' });
  return [response.status, await response.json()];
}

const hat = [200, { size: 12, color: 'red', name: 'bowler' }];

describe.each(doorNames)('haberdasher --door %s', (door) => {
  test('says where it listens, and makes hats', async () => {
    expect(await makeHat((await start('--door', door)) + path)).toEqual(hat);
  });

  test('speaks HTTP/2 on the same port', async () => {
    const origin = await start('--door', door);
    const session = connect(origin);
    onTestFinished(() => session.destroy());
    const stream = session.request({ ':method': 'POST', ':path': path, ...json });
    stream.end('{"inches":12}');
    expect(JSON.parse(await text(stream))).toEqual(hat[1]);
  });
});

/** What tells each server from the others. */
const signs: Readonly<Record<string, (origin: string) => Promise<unknown>>> = {
  default: (origin) => makeHat(origin + path),
  noprefix: (origin) => makeHat(origin + path.replace('/twirp', '')),
  customprefix: (origin) => makeHat(`${origin}/my/custom/prefix${path.replace('/twirp', '')}`),
  skipdefaults: (origin) => post(origin, '{}'),
  recverr: (origin) => post(origin, '{}'),
  recvplain: (origin) => post(origin, '{}'),
  routederr: (origin) => post(origin, '{}'),
  intercept: (origin) => makeHat(origin + path),
  'intercept-panic': (origin) => post(origin, '{}'),
  maxbytes: (origin) => post(origin, `{}${' '.repeat(1023)}`),
};
const answers: Readonly<Record<string, unknown>> = {
  default: hat,
  noprefix: hat,
  customprefix: hat,
  skipdefaults: [200, {}],
  recverr: [401, { code: 'unauthenticated', msg: 'error in hook' }],
  recvplain: [500, { code: 'internal' }],
  routederr: [403, { code: 'permission_denied', msg: 'error in routed hook' }],
  intercept: hat,
  'intercept-panic': [500, { code: 'internal' }],
  maxbytes: [413, { code: 'resource_exhausted' }],
};

async function post(origin: string, body: string): Promise<unknown> {
  const response = await fetch(origin + path, { method: 'POST', headers: json, body });
  return [response.status, await response.json()];
}

test.each(serverNames)('haberdasher --server %s', async (name) => {
  expect(await signs[name]!(await start('--server', name))).toMatchObject(answers[name] as object);
});

test.each([
  [['--port', 'x'], 'haberdasher: port x is no number from 0 to 65535; see --help\n'],
  [['--port', '65536'], 'haberdasher: port 65536 is no number from 0 to 65535; see --help\n'],
  [['--server', 'x'], /^haberdasher: server x is none of default, noprefix, .*; see --help\n$/],
  [['--server', 'constructor'], /^haberdasher: server constructor is none of /],
  [
    ['--door', 'x'],
    'haberdasher: door x is none of fastify, node, fast-lane, gateway, gateway-fast-lane; see --help\n',
  ],
  [['--nope'], /^haberdasher: .*--nope.*; see --help\n$/],
  [['nope'], /^haberdasher: .*nope.*; see --help\n$/],
])('%j is one clear line and exit 1', async (args, line) => {
  const { out, err, exit } = await run(...args);
  expect([out, exit]).toEqual(['', 1]);
  expect(err).toMatch(line);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('a port in use is one clear line and exit 1', async () => {
  const squatter = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void squatter.close());
  await once(squatter, 'listening');
  const { err, exit } = await run('--port', `${(squatter.address() as AddressInfo).port}`);
  expect([err, exit]).toEqual([expect.stringMatching(/^haberdasher: .*EADDRINUSE.*\n$/), 1]);
});

test('--help lists every server and door', async () => {
  const { out, err, exit } = await run('--help');
  expect([err, exit]).toEqual(['', 0]);
  for (const name of [...serverNames, ...doorNames]) expect(out).toContain(name);
});

async function run(...args: string[]): Promise<{ out: string; err: string; exit: number | null }> {
  const child = spawn(process.execPath, [program, ...args]);
  onTestFinished(() => void child.kill('SIGKILL'));
  const exit = once(child, 'close');
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { out, err, exit: ((await exit) as [number | null])[0] };
}
