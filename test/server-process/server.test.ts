import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Echo, HelloRequest, HelloResponse } from '@pipit/rpc/user/v0/echo.twirp';
import { BusinessError } from '@pipit/runtime';
import { text } from 'node:stream/consumers';
import { createClient, unwrap } from '@pipit/runtime/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beginHello, placeOf, run, runFile, start } from './server.ts';

describe('the echo server', () => {
  test('has a stream to watch', async () => {
    const { url, out } = await start();
    expect(out()).toContain("curl -N 'http://127.0.0.1:");
    const response = await fetch(url.replace('Echo/Hello', 'Countdown/Watch?from=1'));
    expect(await response.text()).toBe(
      '{"result":{"left":1,"text":"1 …"},"id":"1"}\n{"result":{"left":0,"text":"Lift-off!"}}\n{"end":{}}\n',
    );
  });

  test('answers the curl line it prints', async () => {
    const { url, out } = await start();
    expect(out()).toContain("curl -d 'message=hello&age=1&ids=1,2,3' http://127.0.0.1:");
    const response = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams('message=hello&age=1&ids=1,2,3'),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await response.json()).toEqual({ code: 0, msg: '', data: { message: 'Hello, hello!' } });
  });

  test('answers JSON and protobuf in their own type', async () => {
    const { url } = await start();
    const request = { message: 'hello', age: 1, ids: [1, 2, 3] };
    const post = (type: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> =>
      fetch(url, { method: 'POST', headers: { 'content-type': type }, body });
    const json = await post('application/json', JSON.stringify(request));
    expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await json.json()).toMatchObject({ data: { message: 'Hello, hello!' } });
    const proto = await post('application/protobuf', Uint8Array.from(HelloRequest.encode(request)));
    expect([proto.status, proto.headers.get('content-type')]).toEqual([200, 'application/protobuf']);
    expect(HelloResponse.decode(new Uint8Array(await proto.arrayBuffer()))).toMatchObject({
      code: 0,
      data: { message: 'Hello, hello!' },
    });
  });

  test.each(['json', 'protobuf'] as const)('serves the generated client in %s', async (format) => {
    const { origin } = await start();
    const echo = createClient(Echo, { baseUrl: origin, format });
    expect(unwrap(await echo.hello({ message: 'world' }))).toMatchObject({ message: 'Hello, world!' });
    const empty = await echo.hello({});
    expect(empty).toMatchObject({ code: 100, msg: 'Say something' });
    expect(() => unwrap(empty)).toThrow(BusinessError);
    await expect(echo.hello({ message: 'x', age: -1 })).rejects.toMatchObject({
      code: 'invalid_argument',
      msg: 'age must be >= 0',
      meta: { argument: 'age' },
    });
  });

  test('refuses a wrong method, path, verb, type, body and value as the wire says', async () => {
    const { url, origin } = await start();
    const form = 'application/x-www-form-urlencoded';
    const cases: [url: string, method: string, type: string, body: string, status: number, code: string][] = [
      [`${origin}/api/user.v0.Echo/Goodbye`, 'POST', form, '', 404, 'bad_route'],
      [`${origin}/api/other`, 'POST', form, '', 404, 'bad_route'],
      [url, 'PUT', form, '', 404, 'bad_route'],
      [url, 'POST', 'text/plain', 'x', 404, 'bad_route'],
      [url, 'POST', 'application/json', '{', 400, 'malformed'],
      [url, 'POST', form, 'age=x', 400, 'invalid_argument'],
      [`${origin}/api/%zz`, 'POST', form, '', 404, 'bad_route'],
    ];
    for (const [target, method, type, body, status, code] of cases) {
      const response = await fetch(target, { method, headers: { 'content-type': type }, body });
      expect([target, response.status, await response.json()]).toMatchObject([target, status, { code }]);
      expect(response.headers.has('x-trace-id')).toBe(true);
    }
  });
});

describe('the docs page', () => {
  test('is at /docs, with the document of what is served, and / leads there', async () => {
    const { origin, log } = await start({ RPC_PREFIX: 'my/api' });
    expect(placeOf({ log })?.docs).toBe(`${origin}/docs/`);
    const page = await fetch(origin);
    expect(page.url).toBe(`${origin}/docs/`);
    expect(page.headers.get('content-type')).toMatch(/^text\/html/);
    expect(page.headers.get('content-security-policy')).toMatch("default-src 'none'; script-src 'self'");
    expect(page.headers.has('x-trace-id')).toBe(true);
    // Each file is found from both paths of the page.
    for (const path of ['/docs', '/docs/']) {
      const html = await (await fetch(origin + path)).text();
      const [, script = ''] = /src="([^"]+)"/.exec(html) ?? [];
      const found = await fetch(new URL(script, origin + path));
      expect([found.status, found.headers.get('content-type')]).toEqual([
        200,
        'text/javascript; charset=utf-8',
      ]);
    }
    const document = (await (await fetch(`${origin}/docs/openapi.json`)).json()) as object;
    expect(document).toMatchObject({
      openapi: '3.1.0',
      servers: [{ url: '/my/api' }],
      tags: [
        { name: 'user.v0.Echo', description: 'The service. One file can define only one.' },
        { name: 'user.v0.Countdown', description: 'A stream to watch.' },
      ],
    });
    expect((await fetch(`${origin}/docs/none.js`)).status).toBe(404);
  });

  test.each([
    [{ NODE_ENV: 'production' }, '/docs', 404],
    [{ NODE_ENV: 'production', DOCS: '/reference' }, '/reference', 200],
    [{ DOCS: 'off' }, '/docs', 404],
    [{ RPC_PREFIX: '/' }, '/docs', 200],
  ])('%j: %s is %i', async (env, path, status) => {
    const { origin, log } = await start(env);
    expect((await fetch(origin + path)).status).toBe(status);
    expect(placeOf({ log })?.docs).toBe(status === 200 ? `${origin}${path}/` : undefined);
  });
});

describe('RPC_PREFIX', () => {
  test.each([
    ['/twirp', '/twirp'],
    ['twirp/', '/twirp'],
    ['/', ''],
    ['', '/api'],
  ])('%j serves under %j and nowhere else', async (given, prefix) => {
    const { url, origin } = await start({ RPC_PREFIX: given });
    expect(url).toBe(`${origin}${prefix}/user.v0.Echo/Hello`);
    for (const other of ['', '/api', '/twirp']) {
      const response = await fetch(`${origin}${other}/user.v0.Echo/Hello`, { method: 'POST' });
      expect([other, response.status]).toEqual([other, other === prefix ? 200 : 404]);
    }
    expect((await fetch(origin)).status).toBe(prefix === '' ? 404 : 200);
  });
});

describe('what keeps the server from starting', () => {
  test.each([
    [{ PORT: '80a' }, [], /^pipit-server: PORT=80a is not a valid port: set it to a number from 0 to 65535/],
    [{ PORT: '65536' }, [], /^pipit-server: PORT=65536 is not a valid port/],
    [
      { RPC_PREFIX: '/a b' },
      [],
      /^pipit-server: RPC_PREFIX="\/a b" is not a valid path prefix: write it like \/api/,
    ],
    [
      { HOST: '192.0.2.1' },
      [],
      /^pipit-server: HOST=192\.0\.2\.1 is not an address of this machine: set HOST/,
    ],
    [{ DOCS: '/' }, [], /^pipit-server: DOCS=\/ is not a path for the docs page: write it like \/docs/],
    [{ DOCS: '/api' }, [], /^pipit-server: docs and prefix are both \/api: choose another path/],
    [{}, ['--prot'], /^pipit-server: .*--prot.*see --help/],
  ])('%j %j is one clear line and a non-zero exit', async (env, args, line) => {
    const { exit, err, out } = run(env, ...args);
    expect(await exit).toBe(1);
    expect(err()).toMatch(line);
    expect(err().trimEnd().split('\n')).toHaveLength(1);
    expect(out()).toBe('');
  });

  test('a port in use names it and the remedy', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void squatter.close());
    await once(squatter, 'listening');
    const { port } = squatter.address() as AddressInfo;
    const { exit, err } = run({ PORT: String(port) });
    expect(await exit).toBe(1);
    expect(err()).toBe(
      `pipit-server: port ${port} on 127.0.0.1 is in use: stop what uses it, or set PORT to another (0 takes a free one)\n`,
    );
  });
});

describe('a missing file', () => {
  /** A copy of the server with only these parts, where it still finds its packages. */
  const copyOf = (...parts: string[]): string => {
    const server = fileURLToPath(new URL('../../cmd/server/', import.meta.url));
    const cache = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url));
    mkdirSync(cache, { recursive: true });
    const copy = mkdtempSync(join(cache, 'server-'));
    onTestFinished(() => rmSync(copy, { recursive: true }));
    for (const part of parts) cpSync(join(server, part), join(copy, part), { recursive: true });
    return join(copy, 'bin/server.js');
  };

  test.each([
    ['what npm run build makes', ['bin', 'package.json'], /main\.js is missing: run `npm run build` first/],
  ])('of %s is one clear line with the remedy', async (_, parts, line) => {
    const { exit, err } = runFile(copyOf(...parts), {});
    expect(await exit).toBe(1);
    expect(err()).toMatch(line);
    expect(err().trimEnd().split('\n')).toHaveLength(1);
  });
});

describe('--help and --version', () => {
  test.each([
    ['--help', /RPC_PREFIX/],
    ['--version', /^pipit-server \d+\.\d+\.\d+\n$/],
  ])('%s prints and exits with 0', async (argument, text) => {
    const { exit, out, err } = run({}, argument);
    expect(await exit).toBe(0);
    expect(out()).toMatch(text);
    expect(err()).toBe('');
  });
});

describe('shutdown', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s finishes the call under way, then exits with 0',
    async (signal) => {
      const { child, port, exit } = await start();
      const body = '{"message":"late"}';
      const socket = await beginHello(port, body.length);
      child.kill(signal);
      // The listener is gone before the call is.
      await expect
        .poll(() =>
          fetch(`http://127.0.0.1:${port}/`).then(
            () => 'open',
            () => 'closed',
          ),
        )
        .toBe('closed');
      socket.write(body);
      const [answer] = (await once(socket, 'data')) as [Buffer];
      expect(String(answer)).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*Hello, late!/);
      expect(await exit).toBe(0);
    },
  );

  test('does not wait for connections that are idle or have never called', async () => {
    const { child, port, url, exit } = await start();
    await (await fetch(url, { method: 'POST' })).text();
    const silent = connect(port, '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    // An answer on a later connection shows that the server has accepted the silent one.
    await (await fetch(url, { method: 'POST', headers: { connection: 'close' } })).text();
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });

  test('a second signal ends what is under way, and exits with 1', async () => {
    const { child, port, exit } = await start();
    const socket = await beginHello(port, 10);
    child.kill('SIGTERM');
    await expect
      .poll(() =>
        fetch(`http://127.0.0.1:${port}/`).then(
          () => 'open',
          () => 'closed',
        ),
      )
      .toBe('closed');
    // Until it counts as a second one.
    const again = setInterval(() => child.kill('SIGTERM'), 50);
    onTestFinished(() => clearInterval(again));
    expect(await exit).toBe(1);
    socket.destroy();
  });
});

describe('outside of the prefix', () => {
  test('the answer has a trace id and names the prefix', async () => {
    const { origin } = await start();
    const answers = await Promise.all([
      fetch(`${origin}/user.v0.Echo/Hello`, { method: 'POST', headers: { 'x-trace-id': 'mine' } }),
      fetch(`${origin}/elsewhere?secret`),
      fetch(`${origin}/`),
    ]);
    expect(answers.map(({ status, headers }) => [status, headers.get('x-trace-id')])).toEqual([
      [404, 'mine'],
      [404, expect.stringMatching(/^[0-9a-f]{32}$/)],
      [200, expect.stringMatching(/^[0-9a-f]{32}$/)],
    ]);
    const [wrongPrefix, elsewhere] = answers;
    expect(await wrongPrefix.json()).toEqual({
      code: 'bad_route',
      msg: 'invalid path prefix "", expected "/api", on path "/user.v0.Echo/Hello"',
      meta: { twirp_invalid_route: 'POST /user.v0.Echo/Hello' },
    });
    expect(await elsewhere.json()).toEqual({
      code: 'bad_route',
      msg: 'no handler for path "/elsewhere": calls go to /api/<package>.<Service>/<Method>',
      meta: { twirp_invalid_route: 'GET /elsewhere' },
    });
  });

  test('what is not HTTP is answered in the same shape', async () => {
    const { port } = await start();
    const socket = connect(port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n');
    const [head, body] = (await text(socket)).split('\r\n\r\n') as [string, string];
    expect(head).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n[\s\S]*X-Trace-Id: [0-9a-f]{32}\r\n/);
    expect(JSON.parse(body)).toMatchObject({
      code: 'malformed',
      msg: expect.stringContaining('not valid HTTP'),
    });
  });
});
