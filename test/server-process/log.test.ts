import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { hello, start, urlOf } from './server.ts';

const levels = { info: 30, warn: 40, error: 50 };
const calls = (lines: Record<string, unknown>[]): Record<string, unknown>[] =>
  lines.filter(({ msg }) => msg === 'call');

describe('the log', () => {
  test('has one line a call, with what came of it', async () => {
    const { url, origin, log } = await start();
    const answer = await (await hello(url, 'hi', { 'x-trace-id': 'one', 'x-request-id': 'of-proxy' })).text();
    await hello(url, '', { 'x-trace-id': 'two' });
    await fetch(url, {
      method: 'POST',
      body: 'age=-1',
      headers: { 'x-trace-id': 'three', 'content-type': 'application/x-www-form-urlencoded' },
    });
    await fetch(`${origin}/api/nothing?token=s3cret`, { method: 'POST', headers: { 'x-trace-id': 'four' } });
    await expect.poll(() => calls(log())).toHaveLength(4);
    const method = 'user.v0.Echo/Hello';
    const peer = '127.0.0.1';
    expect(calls(log())).toMatchObject([
      {
        level: levels.info,
        traceId: 'one',
        requestId: 'of-proxy',
        method,
        code: 'ok',
        status: 200,
        in: 16,
        out: answer.length,
        peer,
      },
      { level: levels.info, traceId: 'two', method, code: 'business_error', business: 100, status: 200 },
      {
        level: levels.warn,
        traceId: 'three',
        method,
        code: 'invalid_argument',
        status: 400,
        reason: expect.stringContaining('age'),
      },
      { level: levels.warn, traceId: 'four', path: '/api/nothing', code: 'bad_route', status: 404 },
    ]);
    for (const line of calls(log())) expect(line['ms']).toEqual(expect.any(Number));
    expect(JSON.stringify(log())).not.toContain('s3cret');
  });

  test('has the headers asked for, secrets redacted', async () => {
    const { url, log } = await start({ LOG_HEADERS: 'user-agent,authorization,cookie' });
    await hello(url, 'hi', { 'user-agent': 'test', authorization: 'Bearer s3cret', cookie: 'id=s3cret' });
    await expect.poll(() => calls(log())).toHaveLength(1);
    expect(calls(log())[0]).toMatchObject({
      headers: { 'user-agent': 'test', authorization: '[redacted]', cookie: '[redacted]' },
    });
    expect(JSON.stringify(log())).not.toContain('s3cret');
  });

  test('leaves out what is below its level, and calls where they are switched off', async () => {
    const [quiet, off] = await Promise.all([start({ LOG_LEVEL: 'warn' }), start({ LOG_REQUESTS: 'false' })]);
    for (const { url, child, exit } of [quiet, off]) {
      await hello(url, 'hi');
      await fetch(url, { method: 'PUT', headers: { connection: 'close' } });
      child.kill('SIGTERM');
      await exit;
    }
    expect(calls(quiet.log())).toMatchObject([{ code: 'bad_route' }]);
    expect(calls(off.log())).toEqual([]);
  });

  test.each([
    [
      'gcp',
      {
        severity: 'WARNING',
        message: 'call',
        httpRequest: { status: 400, remoteIp: '127.0.0.1', latency: expect.stringMatching(/^[\d.]+s$/) },
        'logging.googleapis.com/trace': 'mine',
        code: 'invalid_argument',
      },
    ],
    [
      'ecs',
      {
        'log.level': 'warn',
        message: 'call',
        'trace.id': 'mine',
        'http.response.status_code': 400,
        'client.address': '127.0.0.1',
        'event.duration': expect.any(Number),
      },
    ],
    [
      'datadog',
      {
        status: 'warn',
        message: 'call',
        traceId: 'mine',
        http: { status_code: 400 },
        network: { client: { ip: '127.0.0.1' } },
        duration: expect.any(Number),
      },
    ],
  ])('has the shape that %s reads', async (format, line) => {
    const { child, exit, log, url } = await start({ LOG_FORMAT: format });
    const body = new URLSearchParams({ age: '-1' });
    await fetch(url, { method: 'POST', body, headers: { 'x-trace-id': 'mine' } });
    child.kill('SIGTERM');
    await exit;
    expect(log().find(({ message }) => message === 'call')).toMatchObject(line);
    for (const { level, msg } of log()) expect([level, msg]).toEqual([undefined, undefined]);
  });

  test('has one of so many calls that went well, and all others', async () => {
    const { child, exit, log, url } = await start({ LOG_OK_EVERY: '10' });
    for (let call = 0; call < 30; call++) await hello(url, 'hi');
    for (let call = 0; call < 3; call++) await hello(url, '');
    child.kill('SIGTERM');
    await exit;
    const codes = calls(log()).map(({ code }) => code);
    expect(codes).toEqual([...Array(3).fill('ok'), ...Array(3).fill('business_error')]);
  });

  test('is whole when the process ends', async () => {
    const { url, log, child, exit } = await start();
    await Promise.all(Array.from({ length: 200 }, (_, i) => hello(url, `message ${i}`)));
    child.kill('SIGTERM');
    expect(await exit).toBe(0);
    expect(calls(log())).toHaveLength(200);
  });

  test('believes the proxies it is told to about the peer', async () => {
    const { url, log } = await start({ TRUST_PROXY: 'loopback' });
    await hello(url, 'hi', { 'x-forwarded-for': '203.0.113.7' });
    await expect.poll(() => calls(log())).toMatchObject([{ peer: '203.0.113.7' }]);
  });

  test('does not stop the calls where nobody reads it any more', async () => {
    const bin = fileURLToPath(new URL('../../cmd/server/bin/server.js', import.meta.url));
    const child = spawn(process.execPath, [bin], { env: { PORT: '0' }, stdio: ['ignore', 'pipe', 'pipe'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let out = '';
    while (!/"listening"\}\n/.test(out)) out += String(((await once(child.stdout, 'data')) as [Buffer])[0]);
    const url = urlOf(out).replace(/".*/, '');
    child.stdout.destroy();
    const errors = text(child.stderr);
    for (let i = 0; i < 100; i++) expect((await hello(url, 'x'.repeat(100))).status).toBe(200);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect([code, await errors]).toEqual([0, '']);
  });
});
