import { connect, constants, type ClientHttp2Session } from 'node:http2';
import { request } from 'node:https';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectPlain } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hello, placeOf, start } from './server.ts';

const pem = fileURLToPath(new URL('../../packages/runtime/test/fixture/localhost.pem', import.meta.url));
const path = '/api/user.v0.Echo/Hello';

function open(origin: string): ClientHttp2Session {
  const session = connect(origin, { rejectUnauthorized: false });
  onTestFinished(() => session.destroy());
  return session;
}

async function helloHttp2(session: ClientHttp2Session): Promise<string> {
  const stream = session.request({
    [constants.HTTP2_HEADER_METHOD]: 'POST',
    [constants.HTTP2_HEADER_PATH]: path,
    'content-type': 'application/json',
  });
  stream.end('{"message":"hi"}');
  return text(stream);
}

describe('one port', () => {
  test('speaks HTTP/1.1 and HTTP/2 in plaintext', async () => {
    const { url, origin } = await start();
    expect(await (await hello(url, 'hi')).text()).toContain('Hello, hi!');
    expect(await helloHttp2(open(origin))).toContain('Hello, hi!');
  });

  test('speaks both over TLS', async () => {
    const { url, origin } = await start({ TLS_CERT: pem, TLS_KEY: pem });
    expect(origin).toMatch(/^https:/);
    const session = open(origin);
    expect(await helloHttp2(session)).toContain('Hello, hi!');
    expect(session.alpnProtocol).toBe('h2');
    const one = request(url, { method: 'POST', rejectUnauthorized: false });
    one.end('message=hi');
    const [response] = (await once(one, 'response')) as [IncomingMessage];
    expect(response.httpVersion).toBe('1.1');
    // No Content-Type, but a body: Twirp's words for it.
    expect(await text(response)).toContain('unexpected Content-Type');
  });

  test('tells who speaks plain HTTP to TLS', async () => {
    const { port } = await start({ TLS_CERT: pem, TLS_KEY: pem });
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    expect([answer.status, await answer.json()]).toEqual([
      400,
      { code: 'malformed', msg: 'this port speaks TLS: call it with https://' },
    ]);
  });
});

describe('behind a balancer that speaks the PROXY protocol', () => {
  const request = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 16\r\nConnection: close\r\n\r\n{"message":"hi"}`;

  test.each([
    ['plaintext', {}],
    ['TLS', { TLS_CERT: pem, TLS_KEY: pem }],
  ])('the caller is in the log, and a wrong header is one line (%s)', async (_, tls) => {
    const { port, log, child, exit } = await start({ ...tls, PROXY_PROTOCOL: 'loopback' });
    const plain = connectPlain(port, '127.0.0.1');
    plain.write('PROXY TCP4 203.0.113.7 192.0.2.1 55555 80\r\n');
    const socket = 'TLS_CERT' in tls ? connectTls({ socket: plain, rejectUnauthorized: false }) : plain;
    socket.write(request);
    expect(await text(socket)).toContain('Hello, hi!');
    for (let time = 0; time < 3; time++) {
      const malformed = connectPlain(port, '127.0.0.1').on('error', () => undefined);
      malformed.end(request);
      await once(malformed.resume(), 'close');
    }
    child.kill('SIGTERM');
    await exit;
    const lines = log().filter(({ peer }) => peer !== undefined);
    expect(lines.map(({ peer, msg }) => [peer, msg])).toEqual([
      ['203.0.113.7', 'call'],
      [
        '127.0.0.1',
        'connection of a balancer closed: it begins with "POST /api/us" and not with a header of the PROXY protocol',
      ],
    ]);
  });

  test('a name is not an address', async () => {
    await expect(start({ PROXY_PROTOCOL: 'balancer' })).rejects.toThrow(
      'PROXY_PROTOCOL=balancer is not a list of balancers: write addresses like 10.0.0.0/8,loopback',
    );
  });
});

describe('limits and doors', () => {
  test('bodyLimit', async () => {
    const { url } = await start({ BODY_LIMIT: '100' });
    expect((await hello(url, 'x'.repeat(50))).status).toBe(200);
    expect((await hello(url, 'x'.repeat(100))).status).toBe(413);
  });

  test('compressedRequests', async () => {
    const { url } = await start({}, '--compressed-requests');
    const body = await new Response(
      new Blob(['{"message":"hi"}']).stream().pipeThrough(new CompressionStream('gzip')),
    ).arrayBuffer();
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    const response = await fetch(url, { method: 'POST', headers, body });
    expect(await response.text()).toContain('Hello, hi!');
  });
});

describe('a form of a page of another origin', () => {
  const form = 'application/x-www-form-urlencoded';
  const status = async (url: string, origin: string): Promise<number> => {
    const headers = { 'content-type': form, 'sec-fetch-site': 'cross-site', origin };
    return (await fetch(url, { method: 'POST', headers, body: 'message=hi' })).status;
  };

  test('is refused, unless the origin is trusted or may call', async () => {
    const { url } = await start({
      CORS_ORIGINS: 'https://page.example',
      TRUSTED_ORIGINS: '*.shop.example,capacitor://localhost',
    });
    for (const origin of ['https://page.example', 'https://a.shop.example', 'capacitor://localhost'])
      expect([origin, await status(url, origin)]).toEqual([origin, 200]);
    for (const origin of ['https://shop.example', 'https://evil.example', 'null'])
      expect([origin, await status(url, origin)]).toEqual([origin, 403]);
  });
});

describe('CORS', () => {
  const origin = 'https://page.example';
  const env = { CORS_ORIGINS: `${origin},http://localhost:3000` };
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-trace-id',
  };

  test('a preflight of a listed origin is answered', async () => {
    const { url } = await start({ ...env, CORS_CREDENTIALS: 'true', CORS_MAX_AGE: '60' });
    const response = await fetch(url, { method: 'OPTIONS', headers: preflight });
    expect(response.status).toBe(204);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': 'content-type,x-trace-id',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
      vary: expect.stringContaining('Origin'),
    });
  });

  test('a call of a listed origin may be read, its trace id too, and so may an error', async () => {
    const { url } = await start(env);
    for (const target of [url, url.replace('Hello', 'Goodbye')]) {
      const { headers } = await hello(target, 'hi', { origin });
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-expose-headers')).toContain('X-Trace-Id');
      expect(headers.get('access-control-allow-credentials')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
  });

  test('another origin gets nothing, and its preflight is bad_route', async () => {
    const { url } = await start(env);
    for (const other of ['https://page.example.evil', 'https://PAGE.example', 'null', `${origin}:8443`]) {
      const response = await fetch(url, { method: 'OPTIONS', headers: { ...preflight, origin: other } });
      expect([response.status, await response.json()]).toMatchObject([404, { code: 'bad_route' }]);
      const called = await hello(url, 'hi', { origin: other });
      expect(called.status).toBe(200);
      for (const { headers } of [response, called])
        expect([...headers.keys()].join()).not.toContain('access-control');
    }
  });

  test.each([
    ['without Access-Control-Request-Method', env, { origin }],
    ['without an Origin', env, { 'access-control-request-method': 'POST' }],
    ['where no origin is listed', {}, preflight],
  ])('OPTIONS %s is bad_route', async (_, environment, headers) => {
    const { url } = await start(environment);
    const response = await fetch(url, { method: 'OPTIONS', headers: headers as Record<string, string> });
    expect([response.status, await response.json()]).toMatchObject([404, { code: 'bad_route' }]);
  });

  test('works without a prefix', async () => {
    const { url } = await start({ ...env, RPC_PREFIX: '/' });
    expect((await fetch(url, { method: 'OPTIONS', headers: preflight })).status).toBe(204);
    const plain = await fetch(url, { method: 'OPTIONS' });
    expect([plain.status, await plain.json()]).toMatchObject([404, { code: 'bad_route' }]);
  });
});

describe('the internal listener', () => {
  test('has the v0 services, and the public one does not', async () => {
    const server = await start({ INTERNAL_PORT: '0' });
    const { url } = server;
    const { public: publicOrigin, internal: internalOrigin } = placeOf(server) ?? {};
    expect(url).toBe(`${internalOrigin}${path}`);
    expect(publicOrigin).not.toBe(internalOrigin);
    expect((await hello(url, 'hi')).status).toBe(200);
    const refused = await hello(`${publicOrigin}${path}`, 'hi');
    expect([refused.status, await refused.json()]).toMatchObject([404, { code: 'bad_route' }]);
  });

  test('is told that its port is in use under its own name', async () => {
    const { port } = await start();
    await expect(start({ INTERNAL_PORT: String(port) })).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use: stop what uses it, or set INTERNAL_PORT to another`,
    );
  });
});
