import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hello, start } from './server.ts';

const pem = fileURLToPath(new URL('../../packages/runtime/test/fixture/localhost.pem', import.meta.url));
const tls = { TLS_CERT: pem, TLS_KEY: pem };
const checked = { CONNECTIONS_CHECKING_INTERVAL_MS: '50' };

/** A connection and what comes on it until the server ends it. */
function open(port: number, secure = false): { socket: Socket; answer: Promise<string> } {
  const socket = secure
    ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
    : connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const answer = text(socket);
  // Not every test waits for the end.
  answer.catch(() => undefined);
  return { socket, answer };
}

const head = 'POST /api/user.v0.Echo/Hello HTTP/1.1\r\nHost: x\r\n';
const withBody = `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"mess`;

describe.each([
  ['plaintext', {}, false],
  ['TLS', tls, true],
])('over HTTP/1.1 in %s', (_, env, secure) => {
  test('a head, a body and a connection that never end are ended', async () => {
    // One server with all of them: each of these meets the limit that is its own.
    const { port, log } = await start({
      ...env,
      ...checked,
      HEADERS_TIMEOUT_MS: '200',
      REQUEST_TIMEOUT_MS: '300',
    });
    const head408 = /^HTTP\/1\.1 408 /;

    const slowHead = open(port, secure);
    slowHead.socket.write(`${head}X-Slow: `);
    expect(await slowHead.answer).toMatch(head408);

    // Logged as a caller who went away.
    const slowBody = open(port, secure);
    slowBody.socket.write(withBody);
    expect(await slowBody.answer).toMatch(head408);
    await expect.poll(() => log()).toContainEqual(expect.objectContaining({ msg: 'call', code: 'canceled' }));

    // A body that trickles in is ended no later.
    const trickling = open(port, secure);
    trickling.socket.write(withBody);
    const trickle = setInterval(() => trickling.socket.write(' '), 20);
    trickling.socket.on('error', () => undefined).on('close', () => clearInterval(trickle));
    expect(await trickling.answer.catch(() => 'HTTP/1.1 408 reset')).toMatch(head408);

    // A connection on which nothing comes.
    expect(await open(port, secure).answer).toMatch(/^$|^HTTP\/1\.1 408 /);
  });

  test('a connection between calls is ended after its time, and takes no more calls than it may', async () => {
    const { port } = await start({
      ...env,
      ...checked,
      KEEP_ALIVE_TIMEOUT_MS: '100',
      MAX_REQUESTS_PER_SOCKET: '2',
    });
    const idle = open(port, secure);
    idle.socket.write(`${head}Content-Length: 0\r\n\r\n`);
    expect(await idle.answer).toMatch(/^HTTP\/1\.1 200 OK/);

    const { socket } = open(port, secure);
    let answers = '';
    const refused = new Promise<void>((resolve) => {
      socket.on('data', (chunk) => (answers += String(chunk)).includes(' 503 ') && resolve());
    });
    // Node only says that it will close; who goes on all the same is refused.
    socket.write(`${head}Content-Length: 0\r\n\r\n`.repeat(3));
    await refused;
    const [first, second, third] = answers.split(/(?=HTTP\/1\.1)/);
    expect([first, second, third].map((each) => each?.slice(9, 12))).toEqual(['200', '200', '503']);
    expect(second).toMatch(/^Connection: close/im);
  });
});

test('a TLS handshake that never comes is ended', async () => {
  const { port } = await start({ ...tls, HEADERS_TIMEOUT_MS: '200' });
  expect(await open(port).answer).toBe('');
});

test('a connection on which nothing moves while a call is under way is ended', async () => {
  const { port } = await start({ CONNECTION_TIMEOUT_MS: '200' });
  const { socket, answer } = open(port);
  socket.write(withBody);
  expect(await answer).toBe('');
});

describe.each([
  ['plaintext', {}, 'http'],
  ['TLS', tls, 'https'],
])('over HTTP/2 in %s', (_, env, scheme) => {
  /** A session, and when the server ends it. */
  const session = (port: number): { http2: ReturnType<typeof connectHttp2>; closed: Promise<unknown> } => {
    const http2 = connectHttp2(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false });
    onTestFinished(() => http2.destroy());
    return { http2, closed: once(http2, 'close') };
  };

  test('a body that never ends is ended, and the connection serves on', async () => {
    const { port } = await start({ ...env, REQUEST_TIMEOUT_MS: '200' });
    const { http2 } = session(port);
    const call = {
      ':method': 'POST',
      ':path': '/api/user.v0.Echo/Hello',
      'content-type': 'application/json',
    };
    const stalled = http2.request(call);
    stalled.on('error', () => undefined).write('{"mess');
    const trickle = setInterval(() => stalled.write(' '), 20);
    await once(stalled, 'close');
    clearInterval(trickle);
    const next = http2.request(call);
    next.end('{"message":"hi"}');
    expect(await text(next)).toContain('Hello, hi!');
  });

  test('a connection without a call is ended after its time, before the first one and after', async () => {
    const { port } = await start({ ...env, KEEP_ALIVE_TIMEOUT_MS: '200' });
    const { http2, closed } = session(port);
    const stream = http2.request({ ':method': 'POST', ':path': '/api/user.v0.Echo/Hello' });
    stream.end();
    expect(await text(stream)).toContain('"code":100');
    await closed;
    await session(port).closed;
  });

  test('a stream on which nothing moves is ended', async () => {
    const { port } = await start({ ...env, CONNECTION_TIMEOUT_MS: '200' });
    const { http2 } = session(port);
    const stalled = http2.request({
      ':method': 'POST',
      ':path': '/api/user.v0.Echo/Hello',
      'content-type': 'application/json',
    });
    stalled.on('error', () => undefined).write('x');
    await once(stalled, 'close');
    expect(stalled.destroyed).toBe(true);
  });
});

test('a call that is in time is not touched by short limits', async () => {
  const { url } = await start({ ...checked, HEADERS_TIMEOUT_MS: '500', REQUEST_TIMEOUT_MS: '500' });
  expect((await hello(url, 'hi')).status).toBe(200);
});
