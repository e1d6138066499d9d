import { once } from 'node:events';
import {
  createServer as createHttpServer,
  request,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { request as secure } from 'node:https';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { contextKey } from '@pipit/runtime';
import { fastifyRequest, pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer, nodeRequest } from '@pipit/runtime/node';
import { fastify } from 'fastify';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { localhost } from '../fixture/host-app.ts';
import { http2Session, listening, postHttp2, serveNode } from '../fixture/node-server.ts';
import { Probe, Text } from '../fixture/probe.twirp.ts';
import { post, probe, serve, signalled } from '../fixture/serve.ts';

const echo = { say: (request: Text) => request };

describe('createHandler', () => {
  test('answers JSON, protobuf and a form on a plain node:http server', async () => {
    const handler = createHandler({ services: [Probe.serve(probe(echo))] });
    const origin = `http://127.0.0.1:${await listening(createHttpServer(handler))}`;
    const json = await post(origin, 'say', '{"text":"é"}');
    expect([json.status, json.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await json.json()).toEqual({ text: 'é', count: 0, ids: [] });
    const binary = await post(origin, 'say', Text.encode({ text: 'é' }), 'application/protobuf');
    expect(binary.headers.get('content-type')).toBe('application/protobuf');
    expect(Text.decode(new Uint8Array(await binary.arrayBuffer())).text).toBe('é');
    const form = await post(origin, 'say', 'text=%C3%A9', 'application/x-www-form-urlencoded');
    expect(await form.json()).toMatchObject({ text: 'é' });
  });

  test('answers everything, what is no call as bad_route, where there is nobody else', async () => {
    const origin = await serveNode(echo);
    const response = await fetch(`${origin}/elsewhere`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 'bad_route',
      msg: 'unsupported method "GET" (only POST is allowed)',
      meta: { twirp_invalid_route: 'GET /elsewhere' },
    });
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  });

  test('leaves what is outside the prefix to `next`, and keeps what is under it', async () => {
    const handler = createHandler({ services: [Probe.serve(probe(echo))] });
    const server = createHttpServer((incoming, outgoing) => {
      handler(incoming, outgoing, () => outgoing.writeHead(418).end());
    });
    const origin = `http://127.0.0.1:${await listening(server)}`;
    for (const path of ['/', '/apix', '/Api/x', '/other?x=/api/']) {
      expect((await fetch(origin + path)).status, path).toBe(418);
    }
    for (const path of ['/api', '/api/', '/api/nope', '/%61pi/nope']) {
      expect((await fetch(origin + path)).status, path).toBe(404);
    }
  });

  test('keeps headers somebody in front has set, and gives way to those a handler sets', async () => {
    const handler = createHandler({
      services: [
        Probe.serve(
          probe({
            say: (message, context) => {
              context.responseHeaders.set('X-Front', 'handler');
              context.responseHeaders.append('Set-Cookie', 'b=2');
              return message;
            },
          }),
        ),
      ],
    });
    const server = createHttpServer((incoming, outgoing) => {
      outgoing.setHeader('X-Front', 'front').setHeader('X-Other', 'kept').setHeader('Set-Cookie', 'a=1');
      handler(incoming, outgoing);
    });
    const response = await post(`http://127.0.0.1:${await listening(server)}`, 'say', '{}');
    expect(response.headers.get('x-front')).toBe('handler');
    expect(response.headers.get('x-other')).toBe('kept');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  });

  test('logs an answer that somebody else has begun, and does not fall', async () => {
    const logged = vi.fn<(fields: object, text: string) => void>();
    const quiet = (): void => undefined;
    const handler = createHandler({
      services: [Probe.serve(probe(echo))],
      log: { debug: quiet, info: quiet, warn: quiet, error: logged },
    });
    const server = createHttpServer((incoming, outgoing) => {
      if (incoming.headers['x-steal'] !== undefined) outgoing.writeHead(200, { 'content-length': 9 });
      handler(incoming, outgoing);
    });
    const origin = `http://127.0.0.1:${await listening(server)}`;
    await expect(post(origin, 'say', '{}', 'application/json', { 'x-steal': '1' })).rejects.toThrow();
    expect(logged).toHaveBeenCalledOnce();
    expect(logged.mock.calls[0]?.[1]).toContain('could not be written');
    expect((await post(origin, 'say', '{}')).status).toBe(200);
  });

  test('reads a body that comes in pieces, and one somebody has begun to buffer', async () => {
    const handler = createHandler({ services: [Probe.serve(probe(echo))] });
    const later = createHttpServer((incoming, outgoing) => {
      // As a middleware does that waits for something: the body is there before the handler is.
      incoming.once('readable', () => setImmediate(() => handler(incoming, outgoing)));
    });
    for (const origin of [await serveNode(echo), `http://127.0.0.1:${await listening(later)}`]) {
      const outgoing = request(`${origin}/api/pipit.test.v1.Probe/say`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
      });
      outgoing.write('{"text":');
      outgoing.flushHeaders();
      await new Promise((resolve) => outgoing.write('"in', resolve));
      outgoing.end(' pieces"}');
      const incoming = await new Promise<AsyncIterable<Buffer>>((resolve) =>
        outgoing.once('response', resolve),
      );
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ text: 'in pieces' });
    }
  });

  test('keeps a connection for the next call, pipelined or not', async () => {
    const origin = await serveNode(echo);
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const call = (text: string): string =>
      `POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${text.length + 11}\r\n\r\n{"text":"${text}"}`;
    const received = signalled<string>();
    let seen = '';
    socket.on('data', (chunk) => {
      seen += chunk.toString();
      if (seen.includes('"three"')) received.resolve(seen);
      else if (seen.includes('"two"') && !seen.includes('asked')) socket.write(call('three'));
    });
    socket.write(call('one') + call('two'));
    const answers = await received.promise;
    expect([...answers.matchAll(/"text":"(\w+)"/g)].map((match) => match[1])).toEqual([
      'one',
      'two',
      'three',
    ]);
    socket.destroy();
  });

  test('cancels a call whose caller goes away, before and after its body has come', async () => {
    const reasons: unknown[] = [];
    const [waiting, cancelled, failed] = [signalled(), signalled(), signalled()];
    const origin = await serveNode(
      {
        say: (_message, { signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => {
              reasons.push(signal.reason);
              cancelled.resolve();
              reject(signal.reason as Error);
            });
            waiting.resolve();
          }),
      },
      {
        hooks: [
          {
            error: (context, error) => {
              if (context.request === undefined) {
                reasons.push(error);
                failed.resolve();
              }
            },
          },
        ],
      },
    );
    const controller = new AbortController();
    const call = fetch(`${origin}/api/pipit.test.v1.Probe/say`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      signal: controller.signal,
    });
    await waiting.promise;
    controller.abort();
    await expect(call).rejects.toThrow();
    await cancelled.promise;
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write(
      'POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"t',
      () => socket.destroy(),
    );
    await failed.promise;
    expect(reasons).toMatchObject([{ code: 'canceled' }, { code: 'canceled' }]);
  });

  test('sends what is large whole', async () => {
    const text = 'ö'.repeat(400_000);
    const origin = await serveNode({ say: () => ({ text }) });
    const response = await post(origin, 'say', '{}');
    expect(((await response.json()) as Text).text).toBe(text);
    expect(Number(response.headers.get('content-length'))).toBeGreaterThan(800_000);
  });

  test('has no body and no length in a download of status 204', async () => {
    const origin = await serveNode({ fetch: () => ({ status: 204 }) });
    const response = await post(origin, 'Fetch', '{}');
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(response.headers.has('content-length')).toBe(false);
  });
});

describe('createServer', () => {
  test('speaks HTTP/1.1 and HTTP/2 in plaintext on one port', async () => {
    const versions = contextKey<string>('version');
    const origin = await serveNode(echo, {
      hooks: [{ requestReceived: (context) => context.set(versions, context.verb) }],
    });
    expect(await (await post(origin, 'say', '{"text":"one"}')).json()).toMatchObject({ text: 'one' });
    const session = http2Session(origin);
    const calls = ['two', 'three'].map((text) => postHttp2(session, 'say', `{"text":"${text}"}`));
    const answers = await Promise.all(calls);
    expect(answers.map(({ body }) => (JSON.parse(body.toString()) as Text).text)).toEqual(['two', 'three']);
    expect(answers[0]?.headers).toMatchObject({
      ':status': 200,
      'content-type': 'application/json',
      'content-length': String(answers[0]?.body.length),
      'x-trace-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  test('knows HTTP/2 though its first bytes come one by one, and HTTP/1.1 though it begins with P', async () => {
    const origin = await serveNode(echo);
    const port = Number(new URL(origin).port);
    const slow = async (text: string): Promise<Buffer> => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      for (const byte of Buffer.from(text, 'latin1')) {
        await new Promise((resolve) => socket.write(Buffer.of(byte), resolve));
      }
      const first = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
      socket.destroy();
      return first;
    };
    const settings = '\0\0\0\x04\0\0\0\0\0';
    const frame = await slow(`PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n${settings}`);
    expect(frame[3]).toBe(4);
    const answer = await slow('PRINT / HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(answer.toString()).toMatch(/^HTTP\/1.1 400 /);
    const posted = await slow(
      'POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}',
    );
    expect(posted.toString()).toMatch(/^HTTP\/1.1 200 OK/);
  });

  test('notices that an HTTP/2 caller has gone who has not taken its answer', async () => {
    const gone = signalled();
    const handler = createHandler({
      services: [Probe.serve(probe({ say: () => ({ text: 'x'.repeat(1024 * 1024) }) }))],
    });
    // Only the connection can tell: nothing else would end the answer.
    const server = createServer(
      (request: IncomingMessage, response: ServerResponse) => {
        response.once('close', gone.resolve);
        handler(request, response);
      },
      { stallTimeout: 0 },
    );
    const session = http2Session(`http://127.0.0.1:${await listening(server)}`, { initialWindowSize: 0 });
    await once(session, 'localSettings');
    const call = session.request({ ':method': 'POST', ':path': '/api/pipit.test.v1.Probe/say' });
    await once(call.end('{}'), 'response');
    session.destroy();
    await expect(gone.promise).resolves.toBeUndefined();
  });

  test('closes all connections, of HTTP/2 and those that have said nothing too', async () => {
    const server = createServer(createHandler({ services: [Probe.serve(probe({}))] }));
    const port = await listening(server);
    const silent = connect(port, '127.0.0.1');
    const session = http2Session(`http://127.0.0.1:${port}`);
    await Promise.all([once(server, 'connection'), once(silent, 'connect'), once(session, 'remoteSettings')]);
    server.closeAllConnections();
    await expect(Promise.all([once(silent, 'close'), once(session, 'close')])).resolves.toHaveLength(2);
  });

  test('closes a connection that does not say what it is', async () => {
    const origin = await serveNode(echo, {}, { headersTimeout: 50, connectionsCheckingInterval: 20 });
    const silent = connect(Number(new URL(origin).port), '127.0.0.1');
    silent.write('P');
    await expect(once(silent, 'close')).resolves.toEqual([false]);
  });

  test('speaks both under TLS, by ALPN', async () => {
    const origin = await serveNode(echo, {}, { tls: localhost });
    const two = await postHttp2(http2Session(origin), 'say', '{"text":"two"}');
    expect(JSON.parse(two.body.toString())).toMatchObject({ text: 'two' });
    const one = await new Promise<{ httpVersion: string; statusCode?: number | undefined }>(
      (resolve, reject) => {
        secure(`${origin}/api/pipit.test.v1.Probe/say`, {
          method: 'POST',
          rejectUnauthorized: false,
          headers: { 'content-type': 'application/json' },
        })
          .on('response', resolve)
          .on('error', reject)
          .end('{}');
      },
    );
    expect([one.httpVersion, one.statusCode]).toEqual(['1.1', 200]);
  });

  test('lets HTTP/2 calls under way end when it is closed, and then the connection', async () => {
    const [called, answer] = [signalled(), signalled<{ text: string }>()];
    const handler = createHandler({
      services: [
        Probe.serve(
          probe({
            say: () => {
              called.resolve();
              return answer.promise;
            },
          }),
        ),
      ],
    });
    const server = createServer(handler);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const session = http2Session(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    const pending = postHttp2(session, 'say', '{}');
    await called.promise;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    answer.resolve({ text: 'in time' });
    expect(JSON.parse((await pending).body.toString())).toMatchObject({ text: 'in time' });
    await closed;
  });

  test('cancels an HTTP/2 call whose stream is reset', async () => {
    const [called, reason] = [signalled(), signalled<unknown>()];
    const origin = await serveNode({
      say: (_message, { signal }) =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            reason.resolve(signal.reason);
            resolve({});
          });
          called.resolve();
        }),
    });
    const stream = http2Session(origin).request({
      ':method': 'POST',
      ':path': '/api/pipit.test.v1.Probe/say',
      'content-type': 'application/json',
    });
    stream.on('error', () => undefined).end('{}');
    await called.promise;
    stream.close(8);
    expect(await reason.promise).toMatchObject({ code: 'canceled' });
  });

  test('goes on with an HTTP/2 connection on which large downloads were given up', async () => {
    const origin = await serveNode({
      ...echo,
      fetch: () => ({ data: Buffer.alloc(8 * 1024 * 1024), contentType: 'a/b' }),
    });
    const session = http2Session(origin);
    for (let count = 0; count < 3; count++) {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/api/pipit.test.v1.Probe/Fetch',
        'content-type': 'application/json',
      });
      stream.end('{}');
      await once(stream, 'data');
      stream.on('error', () => undefined).close(8);
      await once(stream, 'close');
    }
    expect((await postHttp2(session, 'say', '{}')).headers[':status']).toBe(200);
  });

  test('asks for a new HTTP/2 connection after many resets, and loses no call by it', async () => {
    // More than the windows take, so that it is under way when it is reset.
    const data = Buffer.alloc(1024 * 1024);
    const origin = await serveNode({ ...echo, fetch: () => ({ data, contentType: 'a/b' }) });
    const path = '/api/pipit.test.v1.Probe/Fetch';
    const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/json' };
    let sessions = 0;
    let session: ReturnType<typeof http2Session> | undefined;
    const open = (): ReturnType<typeof http2Session> => {
      if (session === undefined || session.closed) {
        session = http2Session(origin);
        sessions += 1;
      }
      return session;
    };
    for (let count = 0; count < 400; count++) {
      const stream = open().request(headers);
      stream.end('{}');
      const answered = postHttp2(open(), 'say', '{}');
      await once(stream, 'data');
      stream.on('error', () => undefined).close(8);
      await once(stream, 'close');
      expect((await answered).headers[':status'], String(count)).toBe(200);
    }
    expect(sessions).toBeGreaterThan(4);
  });

  test('ends an HTTP/2 connection that is idle, or in pieces', async () => {
    const server = createServer(createHandler({ services: [Probe.serve(probe(echo))] }), {
      keepAliveTimeout: 50,
    });
    const port = await listening(server);
    const ended = async (open: () => unknown): Promise<unknown> => {
      const accepted = once(server, 'connection');
      open();
      const [socket] = (await accepted) as [Socket];
      return once(socket, 'close');
    };
    await expect(ended(() => http2Session(`http://127.0.0.1:${port}`))).resolves.toEqual([false]);
    // A first frame larger than agreed; the client goes, and Node would keep the socket.
    await ended(() => {
      const client = connect(port, '127.0.0.1').on('error', () => undefined);
      const frame = Buffer.concat([Buffer.of(0x40, 0, 0, 4, 0, 0, 0, 0, 0), Buffer.alloc(100)]);
      client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
      client.write(frame, () => client.destroy());
    });
  });

  test('keeps its timeouts under TLS', async () => {
    const server = createServer(createHandler({ services: [Probe.serve(probe(echo))] }), {
      tls: localhost,
      headersTimeout: 50,
      requestTimeout: 50,
      connectionsCheckingInterval: 20,
    });
    const port = await listening(server);
    const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false }).resume();
    socket.write('POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\n');
    await expect(once(socket, 'close')).resolves.toEqual([false]);
  });

  test('decompresses over HTTP/2 too', async () => {
    const origin = await serveNode(echo, { compressedRequests: true });
    const session = http2Session(origin);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/api/pipit.test.v1.Probe/say',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
    });
    stream.end(gzipSync('{"text":"small"}'));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toMatchObject({ text: 'small' });
  });
});

test.each(['fastify', 'node'])(
  'a body over HTTP/2 without a type is bad_route through the %s door',
  async (door) => {
    const handler = createHandler({ services: [Probe.serve(probe(echo))] });
    let origin = `http://127.0.0.1:${await listening(createServer(handler))}`;
    if (door === 'fastify') {
      const app = fastify({ serverFactory: (listener) => createServer(listener) });
      onTestFinished(() => app.close());
      await app.register(pipit, { services: [Probe.serve(probe(echo))] });
      origin = await app.listen({ port: 0, host: '127.0.0.1' });
    }
    const path = { ':method': 'POST', ':path': '/api/pipit.test.v1.Probe/say' };
    const stream = http2Session(origin).request(path);
    stream.end('text=hi');
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    expect(headers[':status']).toBe(404);
    const empty = http2Session(origin).request(path);
    empty.end();
    const [answered] = (await once(empty, 'response')) as [Record<string, unknown>];
    expect(answered[':status']).toBe(200);
  },
);

test('a call reaches the request of its host under a key', async () => {
  const origin = await serveNode({
    say: (_message, context) => ({ text: context.get(nodeRequest)?.httpVersion ?? 'none' }),
  });
  expect(await (await post(origin, 'say', '{}')).json()).toMatchObject({ text: '1.1' });
  const own = await serve({
    say: (_message, context) => ({ text: context.get(fastifyRequest)?.id ?? 'none' }),
  });
  expect(await (await post(own, 'say', '{}')).json()).toMatchObject({ text: 'req-1' });
  expect(await (await post(own, 'say', '{}')).json()).toMatchObject({ text: 'req-2' });
});
