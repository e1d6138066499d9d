// The node door's own time limits, each so short that a caller of the test's meets it.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp1, type Server } from 'node:http';
import { constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createHandler, createServer } from '@pipit/runtime/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { http2Session, listening, postHttp2, serveNode } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe, signalled } from '../fixture/serve.ts';

const pem = readFileSync(new URL('../fixture/localhost.pem', import.meta.url));
const large = 8 * 1024 * 1024;
const methods: Partial<Probe> = {
  say: (request) => request,
  fetch: () => ({ data: Buffer.alloc(large) }),
};

function call(session: ClientHttp2Session, method: string): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': `/api/pipit.test.v1.Probe/${method}`,
    'content-type': 'application/json',
  });
  // How it ends is what the tests look at.
  return stream.on('error', () => undefined);
}

describe.each([
  ['plaintext', {}],
  ['TLS', { tls: { key: pem, cert: pem } }],
])('over HTTP/2 in %s', (_, secure) => {
  test('a body that trickles is ended, and the connection serves on', async () => {
    const session = http2Session(await serveNode(methods, {}, { ...secure, requestTimeout: 1_000 }));
    const stream = call(session, 'say');
    stream.write('{"text":"');
    const trickle = setInterval(() => stream.write('x'), 10);
    await once(stream, 'close');
    clearInterval(trickle);
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
    expect(String((await postHttp2(session, 'say', '{"text":"hi"}')).body)).toContain('"text":"hi"');
  });

  test('an answer of which nothing is taken is ended, whatever else the connection carries', async () => {
    const origin = await serveNode(methods, {}, { ...secure, stallTimeout: 200 });
    // No window: nothing of any answer fits but its head.
    const session = http2Session(origin, { initialWindowSize: 0 });
    const stream = call(session, 'say');
    stream.pause().end('{"text":"small"}');
    let others = 0;
    const other = setInterval(() => {
      others += 1;
      // Without a body, an answer needs no window.
      session
        .request({ ':method': 'HEAD', ':path': '/' })
        .on('error', () => undefined)
        .resume()
        .end();
    }, 20);
    await once(stream, 'close');
    clearInterval(other);
    expect(others).toBeGreaterThan(0);
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });

  test('an answer that is taken slowly is sent whole', async () => {
    const origin = await serveNode(methods, {}, { ...secure, stallTimeout: 300 });
    const stream = call(http2Session(origin), 'Fetch');
    stream.end('{}');
    let taken = 0;
    stream.on('data', (chunk: Buffer) => {
      taken += chunk.length;
      stream.pause();
      setTimeout(() => stream.resume(), 2);
    });
    await once(stream, 'close');
    expect(taken).toBe(large);
  });

  test('a call that takes long is not touched', async () => {
    const { promise, resolve } = signalled();
    const slow = { say: async () => promise.then(() => ({ text: 'late' })) };
    const limits = { headersTimeout: 1_000, requestTimeout: 1_000, stallTimeout: 1_000 };
    const origin = await serveNode(slow, {}, { ...secure, ...limits });
    const session = http2Session(origin);
    const answered = postHttp2(session, 'say', '{}');
    // A younger call whose body never ends is ended: by then the limits have passed for the first.
    await once(call(session, 'say'), 'close');
    resolve();
    expect(String((await answered).body)).toContain('late');
  });
});

/** What a connection of HTTP/2 begins with, and then half a head. */
const halfHead = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.of(0, 0, 0, 4, 0, 0, 0, 0, 0),
  Buffer.of(0, 0x10, 0, 1, 4, 0, 0, 0, 1),
]);

test('a head over HTTP/2 that trickles ends the connection', async () => {
  const origin = await serveNode(methods, {}, { headersTimeout: 1_000, keepAliveTimeout: 60_000 });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => undefined);
  socket.resume().write(halfHead);
  const trickle = setInterval(() => socket.write(Buffer.of(0)), 20);
  await once(socket, 'close');
  clearInterval(trickle);
  expect(socket.bytesWritten).toBeGreaterThan(halfHead.length);
});

test('a connection over HTTP/2 that only asks whether the server is there is left alone', async () => {
  const origin = await serveNode(methods, {}, { headersTimeout: 500, keepAliveTimeout: 60_000 });
  const session = http2Session(origin);
  await once(session, 'connect');
  for (let count = 0; count < 100; count++) {
    await new Promise<void>((resolve, reject) => {
      session.ping((error) => (error === null ? setTimeout(resolve, 10) : reject(error)));
    });
  }
  expect(session.destroyed).toBe(false);
});

test('limits that a host changes on the server hold for HTTP/2', async () => {
  const server = createServer(createHandler({ services: [Probe.serve(probe(methods))] }), {
    requestTimeout: 1_000,
  });
  server.requestTimeout = 0;
  const port = await listening(server);
  const stream = call(http2Session(`http://127.0.0.1:${port}`), 'say');
  stream.write('{"text":"');
  setTimeout(() => stream.end('late"}'), 2_500);
  expect(await text(stream)).toContain('late');
});

test('an answer over HTTP/1.1 of which nothing is taken ends the connection, on any server', async () => {
  const handler = createHandler({ services: [Probe.serve(probe(methods))], stallTimeoutMs: 100 });
  const server: Server = createHttp1(handler);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const port = await listening(server);
  const caller = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void caller.destroy());
  caller
    .pause()
    .write('POST /api/pipit.test.v1.Probe/Fetch HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n');
  const [socket] = await accepted;
  await once(socket, 'close');
  expect(socket.bytesWritten).toBeGreaterThan(0);
});
