import { once } from 'node:events';
import { connect } from 'node:http2';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { beginHello, start } from './server.ts';

const pem = fileURLToPath(new URL('../../packages/runtime/test/fixture/localhost.pem', import.meta.url));

describe('the time limit of a shutdown', () => {
  test('aborts the calls that take longer, and the exit code says so', async () => {
    const { child, port, exit, log } = await start({ SHUTDOWN_TIMEOUT_MS: '200' });
    // With a deadline of its own a call is ended even where its handler, or here its body, does not end.
    const socket = await beginHello(port, 10, 'X-Request-Timeout-Ms: 60000');
    child.kill('SIGTERM');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(String(answer)).toMatch(/^HTTP\/1\.1 503 [\s\S]*"code":"unavailable"/);
    expect(await exit).toBe(1);
    expect(log()).toContainEqual(
      expect.objectContaining({ msg: expect.stringContaining('they are aborted') }),
    );
    expect(log()).toContainEqual(expect.objectContaining({ msg: 'call', code: 'unavailable' }));
  });

  test('ends the process where a call does not listen', async () => {
    const { child, port, exit } = await start({ SHUTDOWN_TIMEOUT_MS: '100' });
    const socket = await beginHello(port, 10);
    socket.on('error', () => undefined);
    child.kill('SIGTERM');
    expect(await exit).toBe(1);
  });
});

describe.each([
  ['plaintext', {}, 'http'],
  ['TLS', { TLS_CERT: pem, TLS_KEY: pem }, 'https'],
])('HTTP/2 in %s', (_, env, scheme) => {
  test('finishes its call, is told to go away, and does not hold the process', async () => {
    const { child, port, exit } = await start(env);
    const session = connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false });
    onTestFinished(() => session.destroy());
    const stream = session.request({
      ':method': 'POST',
      ':path': '/api/user.v0.Echo/Hello',
      'content-type': 'application/json',
      expect: '100-continue',
    });
    await once(stream, 'continue');
    const goaway = once(session, 'goaway');
    child.kill('SIGTERM');
    await goaway;
    stream.end('{"message":"late"}');
    expect(await text(stream)).toContain('Hello, late!');
    expect(await exit).toBe(0);
  });

  test('without a call does not hold the process', async () => {
    const { child, port, exit } = await start(env);
    const session = connect(`${scheme}://127.0.0.1:${port}`, { rejectUnauthorized: false });
    onTestFinished(() => session.destroy());
    await once(session, 'remoteSettings');
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
  });
});

test('a second signal while calls are aborted ends at once', async () => {
  const { child, port, exit } = await start({ ADMIN_PORT: '0', INTERNAL_PORT: '0' });
  const socket = await beginHello(port, 10).catch(() => undefined);
  socket?.on('error', () => undefined);
  child.kill('SIGINT');
  await expect
    .poll(() =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
  // Until it counts as a second one.
  const again = setInterval(() => child.kill('SIGINT'), 50);
  onTestFinished(() => clearInterval(again));
  expect(await exit).toBe(1);
});

test('a signal that comes twice at once is one: npm passes on what the terminal has sent', async () => {
  const { child, port, exit } = await start();
  const socket = await beginHello(port, 10);
  child.kill('SIGINT');
  child.kill('SIGINT');
  const answer = text(socket);
  socket.write('{"a":1}   ');
  expect(await answer).toMatch(/^HTTP\/1\.1 200 OK/);
  expect(await exit).toBe(0);
});
