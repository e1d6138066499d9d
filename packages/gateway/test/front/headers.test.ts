import { describe, expect, test } from 'vitest';
import type { ForwardRequest } from '../../src/protocol/registry.pb.ts';
import { certificate } from '../certificates.ts';
import { ask, http2To, keys, modern, raw, startFront, type FrontRig } from './rig.ts';

const path = '/api/pkg.Service/Do';
const ok = { statusCode: 200, payload: new Uint8Array() };

/** What the service gets of a request with these lines in its head. */
async function received(rig: FrontRig, lines: string[]): Promise<ForwardRequest> {
  const service = await rig.connect(modern, () => ok);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: api.example',
    'Content-Length: 0',
    'Connection: close',
    ...lines,
  ];
  const answer = await raw(rig.port, `${head.join('\r\n')}\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  return service.requests[0] as ForwardRequest;
}

describe('what a service gets of the headers', () => {
  test('are the caller’s in lower case, and who asked under which trace', async () => {
    const { headers, metadata } = await received(await startFront(), [
      'X-Mine: a',
      'x-mine: b',
      'Content-Type: Application/JSON; charset=UTF-8',
      'Authorization: Bearer somebody-else',
      'Cookie: a=1; b=2',
    ]);
    const traceId = headers['x-trace-id'];
    expect(traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(headers).toEqual({
      'x-mine': 'a, b',
      'content-type': 'Application/JSON; charset=UTF-8',
      authorization: 'Bearer somebody-else',
      cookie: 'a=1; b=2',
      host: 'api.example',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-request-id': traceId,
      'x-trace-id': traceId,
      traceparent: expect.stringMatching(new RegExp(`^00-${traceId}-[0-9a-f]{16}-01$`)) as string,
    });
    expect(metadata).toEqual([]);
  });

  test('are without those of the connection, and those that Connection names', async () => {
    const { headers } = await received(await startFront(), [
      'Connection: x-secret, X-Other',
      'X-Secret: 1',
      'X-Other: 2',
      'Keep-Alive: timeout=5',
      'TE: trailers',
      'Trailer: x-end',
      'Proxy-Authorization: Basic eDp5',
      'Proxy-Connection: keep-alive',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ]);
    expect(Object.keys(headers).toSorted()).toEqual([
      'host',
      'traceparent',
      'x-forwarded-for',
      'x-forwarded-proto',
      'x-request-id',
      'x-trace-id',
    ]);
  });

  test('never hold a key of the gateway', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER  ']) {
      const { headers } = await received(await startFront(), [`Authorization: ${scheme} ${keys.everything}`]);
      expect(JSON.stringify(headers)).not.toContain('gwk_');
    }
  });

  const told = [
    'X-Forwarded-For: 203.0.113.5',
    'X-Forwarded-Proto: https',
    'X-Forwarded-Host: other.example',
    'Forwarded: for=203.0.113.5',
    'X-Real-IP: 203.0.113.5',
  ];

  test('do not hold what a caller says of its address', async () => {
    const { headers } = await received(await startFront(), told);
    expect(headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' });
    expect(JSON.stringify(headers)).not.toMatch(/203\.0\.113|other\.example/);
  });

  test('hold it where the caller is a proxy that is trusted', async () => {
    const { headers } = await received(await startFront({ trustProxy: true }), told);
    expect(headers).toMatchObject({
      'x-forwarded-for': '203.0.113.5, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'other.example',
      forwarded: 'for=203.0.113.5',
      'x-real-ip': '203.0.113.5',
    });
  });

  test('say over TLS that it was TLS, and over h2c that it was not', async () => {
    const tls = await certificate();
    for (const [server, proto] of [
      [{ tls }, 'https'],
      [{}, 'http'],
    ] as const) {
      const { origin, connect } = await startFront({}, { server });
      const service = await connect(modern, () => ok);
      await ask(http2To(origin), { ':path': path, ':authority': 'api.example' });
      expect(service.requests[0]?.headers).toMatchObject({ 'x-forwarded-proto': proto, host: 'api.example' });
      expect(Object.keys(service.requests[0]?.headers ?? {}).filter((name) => name.startsWith(':'))).toEqual(
        [],
      );
    }
  });

  test('hold every value of a header that comes more than once and cannot be joined', async () => {
    const { headers, metadata } = await received(await startFront(), [
      'Set-Cookie: a=1',
      'Set-Cookie: b=\xe9',
    ]);
    expect(headers['set-cookie']).toBeUndefined();
    expect(metadata.map(({ key, value }) => [key, Buffer.from(value).toString('latin1')])).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=\xe9'],
    ]);
  });

  test.for([
    ['a valid traceparent', 'traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'],
    ['a valid X-Trace-Id', 'X-Trace-Id: 4bf92f3577b34da6a3ce929d0e0e4736'],
  ] as const)('keep the trace of %s', async ([, line]) => {
    const { headers } = await received(await startFront(), [line, 'tracestate: a=b', 'X-Request-Id: mine']);
    expect(headers).toMatchObject({
      'x-trace-id': '4bf92f3577b34da6a3ce929d0e0e4736',
      'x-request-id': 'mine',
      traceparent: expect.stringMatching(/^00-4bf92f3577b34da6a3ce929d0e0e4736-[0-9a-f]{16}-01$/) as string,
    });
    expect(headers['tracestate']).toBe(line.startsWith('traceparent') ? 'a=b' : undefined);
  });

  test('hold no traceparent where the trace id can be none', async () => {
    const { headers } = await received(await startFront(), ['X-Trace-Id: plain', 'traceparent: nonsense']);
    expect([headers['x-trace-id'], headers['traceparent']]).toEqual(['plain', undefined]);
  });
});

describe('what a caller gets of a service’s headers', () => {
  test('is without what would make another answer of it', async () => {
    const { port, connect } = await startFront();
    await connect(modern, () => ({
      statusCode: 200,
      payload: Buffer.from('ok'),
      headers: {
        'content-length': '999',
        'transfer-encoding': 'chunked',
        connection: 'x-fine',
        'keep-alive': 'timeout=1',
        upgrade: 'h2c',
        'grpc-status': '3',
        ':status': '500',
        'x-split': 'a\r\nset-cookie: stolen=1',
        'x-newline': 'a\nb',
        'bad name': 'a',
        'x\r\ny': 'a',
        '': 'a',
        'x-beyond': '\u{1f600}',
        ['__proto__']: 'a',
        'X-Fine': 'yes',
      },
      metadata: [
        { key: 'set-cookie', value: Buffer.from('a=1\r\nx: y') },
        { key: 'x-many', value: Buffer.from('1') },
        { key: 'x-many', value: Buffer.from('2') },
        { key: '__proto__', value: Buffer.from('1') },
        { key: '__proto__', value: Buffer.from('2') },
      ],
    }));
    const text = await raw(
      port,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    const [head = '', body] = text.split('\r\n\r\n');
    const names = head
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
    expect(names.toSorted()).toEqual([
      'connection',
      'content-length',
      'date',
      'x-fine',
      'x-many',
      'x-many',
      'x-trace-id',
    ]);
    expect(head).toMatch(/^content-length: 2$/im);
    expect(body).toBe('ok');
    expect(({} as Record<string, unknown>)['1']).toBeUndefined();
  });

  test('is the same over HTTP/2', async () => {
    const { origin, connect } = await startFront();
    await connect(modern, () => ({
      statusCode: 200,
      headers: {
        connection: 'close',
        'transfer-encoding': 'chunked',
        'x-fine': 'yes',
        'proxy-connection': 'x',
      },
    }));
    const { headers } = await ask(http2To(origin), { ':path': path });
    expect(Object.keys(headers).toSorted()).toEqual([
      ':status',
      'content-length',
      'date',
      'x-fine',
      'x-trace-id',
    ]);
  });
});

/** Every byte a header's value may hold beyond ASCII. */
const latin1 = Buffer.from(Array.from({ length: 0x60 }, (_, at) => 0xa0 + at)).toString('latin1');

test('Latin-1 in a header of a service goes out as the same bytes, whatever the body', async () => {
  const { port, origin, connect } = await startFront();
  let payload: Buffer;
  await connect(modern, () => ({
    statusCode: 200,
    payload,
    headers: { 'x-one': latin1 },
    metadata: [{ key: 'x-two', value: Buffer.from(latin1, 'latin1') }],
  }));
  for (const said of ['hat', 'h\xfct', '帽'.repeat(10_000)]) {
    payload = Buffer.from(said);
    const request = 'HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
    const text = await raw(port, `POST ${path} ${request}`);
    expect(text).toContain(`x-one: ${latin1}\r\n`);
    expect(text).toContain(`x-two: ${latin1}\r\n`);
    expect(text.endsWith(payload.toString('latin1'))).toBe(true);
    const { headers, body } = await ask(http2To(origin), { ':path': path });
    expect([headers['x-one'], headers['x-two'], body]).toEqual([latin1, latin1, payload]);
  }
});

test('of two values of a header that has one only, a caller over either version gets the first', async () => {
  const { origin, connect } = await startFront();
  const twice = ['"1"', '"2"'].map((value) => ({ key: 'etag', value: Buffer.from(value) }));
  await connect(modern, () => ({ statusCode: 200, headers: {}, metadata: twice }));
  const { headers } = await ask(http2To(origin), { ':path': path });
  const http1 = await fetch(origin + path, { method: 'POST' });
  expect([headers.etag, http1.headers.get('etag')]).toEqual(['"1"', '"1"']);
});

describe('a request that is smuggled', () => {
  test.for([
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 5\r\n\r\nhello'],
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['a space before the colon', 'Content-Length : 0\r\n\r\n'],
    ['a bare carriage return', 'X: a\rContent-Length: 0\r\n\r\n'],
    ['chunks of another spelling', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ] as const)('with %s never reaches a service', async ([, rest]) => {
    const { port, connect } = await startFront();
    const service = await connect(modern, () => ok);
    expect(await raw(port, `POST ${path} HTTP/1.1\r\nHost: x\r\n${rest}`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(service.requests).toEqual([]);
  });
});
