import { describe, expect, test } from 'vitest';
import { PayloadFormat } from '../../src/protocol/registry.pb.ts';
import { certificate } from '../certificates.ts';
import { ask, http2To, legacy, modern, nextRequest, raw, startFront, until } from './rig.ts';

const path = '/api/pkg.Service/Do';
const json = { 'content-type': 'application/json' };
const ok = { statusCode: 200, headers: json, payload: Buffer.from('{"a":1}') };

async function body(response: Response): Promise<{ code: string; msg: string; meta?: object }> {
  return (await response.json()) as { code: string; msg: string; meta?: object };
}

describe('a caller over HTTP', () => {
  test('reaches the service with verb, target, prefix and body as they came', async () => {
    const { origin, connect } = await startFront({ prefix: '/rpc' });
    const service = await connect(modern, () => ok);
    const target = '/rpc/pkg.Service/D%6f?x=%2F&y';
    const response = await fetch(origin + target, { method: 'POST', headers: json, body: '{ "b" : 2 }' });
    expect([response.status, await response.text()]).toEqual([200, '{"a":1}']);
    expect(service.requests).toMatchObject([
      {
        methodPath: '/pkg.Service/Do',
        verb: 'POST',
        target,
        prefix: '/rpc',
        payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
        payload: new Uint8Array(Buffer.from('{ "b" : 2 }')),
        caller: '127.0.0.1',
      },
    ]);
  });

  test.for(['Service%2FDo', 'Service/Do%2F', 'Service/Do%5C', 'Service\\Do'])(
    'with a slash inside a segment reaches no service: %s',
    async (name) => {
      const { port, connect } = await startFront();
      const service = await connect(modern, () => ok);
      const text = await raw(
        port,
        `POST /api/pkg.${name} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
      );
      expect(text).toMatch(/^HTTP\/1.1 404 /);
      expect(text).toContain('"bad_route"');
      expect(service.requests).toEqual([]);
    },
  );

  test.for(['PUT', 'GET', 'DELETE', 'OPTIONS', 'PATCH'])(
    'with %s is the service to answer, not ours',
    async (method) => {
      const { origin, connect } = await startFront();
      const service = await connect(modern, () => ({
        statusCode: 404,
        headers: json,
        payload: Buffer.from('{}'),
      }));
      const response = await fetch(origin + path, { method });
      expect(response.status).toBe(404);
      expect(service.requests).toMatchObject([{ verb: method }]);
    },
  );

  test('over HTTP/1.1, h2c and TLS on the same port gets the same', async () => {
    const tls = await certificate();
    for (const server of [{}, { tls }]) {
      const { origin, connect } = await startFront({}, { server });
      await connect(modern, () => ok);
      const answer = await ask(http2To(origin), { ':path': path, ...json }, '{}');
      expect([answer.headers[':status'], answer.headers['content-length'], answer.body.toString()]).toEqual([
        200,
        '7',
        '{"a":1}',
      ]);
      expect(answer.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
    }
  });

  test('gets every value of a header, the exact length, and nothing twice', async () => {
    const { port, connect } = await startFront();
    await connect(modern, () => ({
      ...ok,
      headers: { ...json, 'x-trace-id': 'theirs', 'x-one': 'caf\u00e9' },
      metadata: [
        { key: 'set-cookie', value: Buffer.from('a=1') },
        { key: 'Set-Cookie', value: Buffer.from('b=2; Path=/') },
      ],
    }));
    const text = await raw(
      port,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    const [head = '', rest] = text.split('\r\n\r\n');
    const lines = head.split('\r\n').map((line) => line.replace(/^date: .*/i, 'date'));
    expect(lines.toSorted()).toEqual([
      'Connection: close',
      'HTTP/1.1 200 OK',
      'content-length: 7',
      'content-type: application/json',
      'date',
      'set-cookie: a=1',
      'set-cookie: b=2; Path=/',
      'x-one: caf\u00e9',
      'x-trace-id: theirs',
    ]);
    expect(rest).toBe('{"a":1}');
  });

  test('with HEAD gets the head of the answer, over both versions', async () => {
    const { origin, connect } = await startFront();
    const payload = Buffer.alloc(40_000, 'x');
    await connect(modern, () => ({ ...ok, payload }));
    const response = await fetch(origin + path, { method: 'HEAD' });
    expect([response.headers.get('content-length'), await response.text()]).toEqual(['40000', '']);
    const answer = await ask(http2To(origin), { ':method': 'HEAD', ':path': path });
    expect([answer.headers['content-length'], answer.body.length]).toEqual(['40000', 0]);
  });

  test.for([204, 304])('gets status %i without a body and without a length', async (statusCode) => {
    const { port, origin, connect } = await startFront();
    await connect(modern, () => ({ statusCode, payload: Buffer.from('never') }));
    const request = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n`;
    // The next answer on the connection shows that this one ended where it should.
    const text = await raw(port, `${request}\r\n${request}Connection: close\r\n\r\n`);
    expect(text.match(/^HTTP\/1\.1 \d+/gm)).toEqual([`HTTP/1.1 ${statusCode}`, `HTTP/1.1 ${statusCode}`]);
    expect(text).not.toMatch(/never|content-length|transfer-encoding/i);
    const answer = await ask(http2To(origin), { ':path': path });
    expect([answer.headers[':status'], answer.headers['content-length'], answer.body.length]).toEqual([
      statusCode,
      undefined,
      0,
    ]);
  });

  test('passes on what is compressed as it is', async () => {
    const { origin, connect } = await startFront();
    const service = await connect(modern, () => ok);
    const bytes = Buffer.from([0x1f, 0x8b, 0, 1, 2]);
    await fetch(origin + path, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: bytes });
    expect(service.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(Buffer.from(service.requests[0]?.payload ?? []).equals(bytes)).toBe(true);
  });

  test('gets 413 for a body over the limit, whether it says its size or not', async () => {
    const { port, origin, connect } = await startFront({ bodyLimit: 10 });
    const service = await connect(modern, () => ok);
    const response = await fetch(origin + path, { method: 'POST', body: 'x'.repeat(11) });
    expect([response.status, await body(response)]).toEqual([
      413,
      { code: 'resource_exhausted', msg: 'the request body is larger than 10 bytes' },
    ]);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    const chunked = `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\nb\r\n12345678901\r\n0\r\n\r\n`;
    expect(await raw(port, chunked)).toMatch(/^HTTP\/1\.1 413 /);
    expect(service.requests).toEqual([]);
    const fits = await fetch(origin + path, { method: 'POST', body: 'x'.repeat(10) });
    expect(fits.status).toBe(200);
  });

  test('who goes away cancels the request at the service', async () => {
    const { origin, gateway, connect } = await startFront();
    const service = await connect();
    for (const go of ['HTTP/1.1', 'HTTP/2']) {
      const came = nextRequest(service);
      let leave: () => void;
      if (go === 'HTTP/2') {
        const stream = http2To(origin).request({ ':method': 'POST', ':path': path });
        stream.on('error', () => undefined).end();
        leave = () => stream.close(8);
      } else {
        const abort = new AbortController();
        fetch(origin + path, { method: 'POST', signal: abort.signal }).catch(() => undefined);
        leave = () => abort.abort();
      }
      const { requestId } = await came;
      leave();
      await until(() => service.all('cancel').some((cancel) => cancel.requestId === requestId));
      expect(gateway.admin.stats()).toMatchObject({ inFlight: 0, inFlightBytes: 0 });
    }
  });

  test('is told how long the service has, and the service too', async () => {
    const { origin, connect } = await startFront();
    const service = await connect();
    const response = await fetch(origin + path, {
      method: 'POST',
      headers: { 'x-request-timeout-ms': '30' },
    });
    expect([response.status, await body(response)]).toEqual([
      408,
      { code: 'deadline_exceeded', msg: 'no answer of pkg.Service within 30 ms' },
    ]);
    const [request] = service.requests;
    expect(request?.timeoutMs).toBeGreaterThan(0);
    expect(request?.timeoutMs).toBeLessThanOrEqual(30);
  });

  test.for([
    ['0', 408],
    ['abc', 200],
    ['-1', 200],
    ['99999999999999999', 200],
  ] as const)('with X-Request-Timeout-Ms: %s gets %i', async ([timeout, status]) => {
    const { origin, connect } = await startFront();
    await connect(modern, () => ok);
    const headers = { 'x-request-timeout-ms': timeout };
    expect((await fetch(origin + path, { method: 'POST', headers })).status).toBe(status);
  });

  test('gets Retry-After where it should come again, and 503 where the service is gone', async () => {
    const { origin, connect } = await startFront({}, { gateway: { limits: { queueTimeout: 20 } } });
    const service = await connect();
    const came = nextRequest(service);
    const answer = fetch(origin + path, { method: 'POST' });
    await came;
    service.streams.lose();
    const lost = await answer;
    expect([lost.status, (await body(lost)).msg]).toEqual([503, expect.stringContaining('outcome unknown')]);
    const later = await fetch(origin + path, { method: 'POST' });
    expect([later.status, later.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('a path', () => {
  test('that is none, with another verb than POST, is told of its verb', async () => {
    const { origin } = await startFront();
    const response = await fetch(`${origin}/elsewhere`, { method: 'PUT' });
    expect([response.status, await body(response)]).toEqual([
      404,
      {
        code: 'bad_route',
        msg: 'unsupported method "PUT" (only POST is allowed)',
        meta: { twirp_invalid_route: 'PUT /elsewhere' },
      },
    ]);
  });

  test.for([
    ['/', 'no handler for path "/"'],
    ['/elsewhere', 'no handler for path "/elsewhere"'],
    ['/api/pkg.Service', 'no handler for path "/api/pkg.Service"'],
    ['/api/pkg.Service/', 'no handler for path "/api/pkg.Service/"'],
    ['/api/pkg.Service/Do/it', 'no handler for path "/api/pkg.Service/Do/it"'],
    ['/api//Do', 'no handler for path "/api//Do"'],
    ['/api/no name/Do', 'no handler for path "/api/no name/Do"'],
    [
      '/twirp/pkg.Service/Do',
      'invalid path prefix "/twirp", expected "/api", on path "/twirp/pkg.Service/Do"',
    ],
    ['/api/%zz/Do', 'no handler for path "/api/%zz/Do"'],
    ['/api/pkg.Service/%ff/x', 'no handler for path "/api/pkg.Service/\\xff/x"'],
  ] as const)('%s is a bad_route', async ([target, msg]) => {
    const { port, connect } = await startFront();
    const service = await connect(modern, () => ok);
    const path = target.replaceAll(' ', '%20');
    const text = await raw(
      port,
      `POST ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    );
    const [head, answer = ''] = text.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 404 [^]*x-trace-id: [0-9a-f]{32}/i);
    expect(JSON.parse(answer)).toMatchObject({ code: 'bad_route', msg });
    expect(service.requests).toEqual([]);
  });

  test('of a service that never connected is unimplemented, and says what to look at', async () => {
    const { origin } = await startFront();
    const response = await fetch(`${origin}/api/pkg.Nobody/Do`, { method: 'POST' });
    expect([response.status, await body(response)]).toEqual([
      501,
      {
        code: 'unimplemented',
        msg: 'no service has connected as pkg.Nobody; look at the name, and whether the service runs',
      },
    ]);
  });

  test('in the CamelCased spelling reaches the service under its own name', async () => {
    const { origin, connect } = await startFront();
    const service = await connect({ ...modern, services: ['pkg.my_service'] }, () => ok);
    await fetch(`${origin}/api/pkg.MyService/Do`, { method: 'POST' });
    expect(service.requests).toMatchObject([
      { methodPath: '/pkg.my_service/Do', target: '/api/pkg.MyService/Do' },
    ]);
  });

  test('without a prefix is the service itself', async () => {
    const { origin, connect } = await startFront({ prefix: '/' });
    const service = await connect(modern, () => ok);
    expect((await fetch(`${origin}/pkg.Service/Do`, { method: 'POST' })).status).toBe(200);
    expect(service.requests).toMatchObject([{ prefix: '', target: '/pkg.Service/Do' }]);
  });
});

describe('a service that answers what is no HTTP answer', () => {
  test.for([
    [{ statusCode: 0 }, 500, 'internal'],
    [{ statusCode: 100 }, 500, 'unknown'],
    [{ statusCode: 999 }, 500, 'unknown'],
    [{ statusCode: -1 }, 500, 'unknown'],
    [{ statusCode: 14, errorMessage: 'later' }, 503, 'unavailable'],
    [{ grpcStatus: 5, errorMessage: 'none' }, 404, 'not_found'],
  ] as const)('%o is an error of its own', async ([response, status, code]) => {
    const { origin, connect } = await startFront();
    await connect(modern, () => response);
    const answer = await fetch(origin + path, { method: 'POST' });
    expect([answer.status, (await body(answer)).code]).toEqual([status, code]);
  });

  test('in a connection of its own never harms another', async () => {
    const { origin, connect } = await startFront();
    await connect(legacy, () => ({ statusCode: 200, payload: Buffer.from([1]) }));
    const answer = await fetch(origin + path, {
      method: 'POST',
      headers: { 'content-type': 'application/protobuf' },
    });
    expect(answer.status).toBe(200);
  });
});
