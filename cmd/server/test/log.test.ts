import { EchoServer } from '@pipit/rpc/user/v0/echo';
import { Echo, type HelloResponseInit } from '@pipit/rpc/user/v0/echo.twirp';
import type { Context } from '@pipit/runtime';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test } from 'vitest';
import { accessLines } from '../src/access-lines.ts';
import { buildApp } from '../src/app.ts';
import { formatOptions, readConfig } from '@pipit/process';
import { observers } from '../src/observers.ts';
import { server } from '../src/program.ts';

type Line = Record<string, unknown>;

/** The server's app with a Hello of the test's, logging to `lines`. */
async function appThat(
  hello: (context: Context) => HelloResponseInit,
  lines: Line[],
): Promise<FastifyInstance> {
  const { config } = await readConfig(server, { flags: new Map(), env: {}, file: undefined });
  const write = (line: string): void => void lines.push(JSON.parse(line) as Line);
  const logger = pino(formatOptions('json', config.log.redact), { write });
  class Server extends EchoServer {
    override hello(_request: never, context?: Context): HelloResponseInit {
      return hello(context as Context);
    }
  }
  const app = await buildApp(config, {
    services: [Echo.serve(new Server())],
    logger,
    observers: observers(config, {
      logger,
      lines: { write, pass: () => undefined, flush: () => Promise.resolve(), lost: 0 },
    }),
    tls: undefined,
    shutdownSignal: new AbortController().signal,
  });
  onTestFinished(() => app.close());
  return app;
}

const request = {
  method: 'POST',
  url: '/api/user.v0.Echo/Hello',
  headers: { 'x-trace-id': 'mine', authorization: 'Bearer s3cret' },
} as const;

describe('what is thrown in a handler', () => {
  test('is logged whole, with its causes, under the trace id', async () => {
    const lines: Line[] = [];
    const app = await appThat(() => {
      throw new Error('no hat', { cause: new RangeError('shelf 7 is empty') });
    }, lines);
    expect((await app.inject(request)).statusCode).toBe(500);
    await expect.poll(() => lines).toHaveLength(2);
    expect(lines).toMatchObject([
      { level: 50, traceId: 'mine', msg: 'user.v0.Echo/Hello failed: no hat', err: { type: 'Error' } },
      { level: 50, traceId: 'mine', msg: 'call', code: 'internal', status: 500 },
    ]);
    expect(lines[0]).toMatchObject({
      err: { stack: expect.stringMatching(/log\.test\.ts[^]*shelf 7 is empty/) },
    });
  });
});

describe('what a handler logs', () => {
  test.each<[string, (context: Context) => void, Line]>([
    ['fields', ({ log }) => log.info({ hat: 7 }, 'found'), { hat: 7, msg: 'found' }],
    ['an error', ({ log }) => log.warn(new Error('hm'), 'odd'), { err: expect.anything(), msg: 'odd' }],
    [
      'its own trace id',
      ({ log, traceId }) => log.info({ traceId: `${traceId}/2` }, 'x'),
      { traceId: 'mine/2' },
    ],
  ])('%s has the trace id', async (_, act, line) => {
    const lines: Line[] = [];
    const app = await appThat((context) => (act(context), {}), lines);
    await app.inject(request);
    await expect.poll(() => lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ traceId: 'mine', ...line });
  });

  test('has no secrets where it logs the headers, however deep, and in errors', async () => {
    const lines: Line[] = [];
    const app = await appThat(({ log, headers }) => {
      const error = Object.assign(new Error('no stock'), { config: { headers } });
      log.info({ headers, sent: { to: [{ Authorization: 's3cret' }] }, err: error }, 'called');
      return {};
    }, lines);
    await app.inject(request);
    await expect.poll(() => lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ headers: { authorization: '[redacted]', 'x-trace-id': 'mine' } });
    expect(JSON.stringify(lines)).not.toContain('s3cret');
  });
});

test('a page that fails outside of the calls is logged under the request’s id', async () => {
  const lines: Line[] = [];
  const app = await appThat(() => ({}), lines);
  app.get('/broken', () => {
    throw new Error('no page');
  });
  expect((await app.inject('/broken?token=s3cret')).statusCode).toBe(500);
  await expect.poll(() => lines).toMatchObject([{ level: 50, reqId: 'req-1', msg: 'no page' }]);
  expect(JSON.stringify(lines)).not.toContain('s3cret');
});

describe('a line of the access log', () => {
  const line = {
    traceId: 'mine',
    requestId: undefined,
    trace_id: undefined,
    span_id: undefined,
    protocol: 'twirp',
    method: 'user.v0.Echo/Hello',
    path: undefined,
    code: 'ok',
    business: undefined,
    reason: undefined,
    status: 200,
    ms: 0.43,
    in: 1,
    out: 2,
    peer: '::1',
    headers: undefined,
  };

  test.each([
    ['a call', line],
    ['a call that reaches no method', { ...line, method: undefined, path: '/api/"\\\u0007é\u2028\ud800' }],
    ['a call with an id of a proxy', { ...line, requestId: 'a1/b2==' }],
    ['a call with a span', { ...line, trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }],
    ['a trace id that a tracer has made up', { ...line, traceId: 'a "b"\n' }],
    ['a peer that a proxy has made up', { ...line, peer: '","level":10,"x":"\u007f' }],
    [
      'a business error with headers',
      { ...line, business: 100, headers: { 'user-agent': '"\n', via: ['a', 'b'] } },
    ],
    [
      'a call that failed',
      { ...line, code: 'unavailable', reason: 'no "db"\u001b[2J: \u009b2J\u2028\u007f' },
    ],
  ])('of %s is what pino writes', (_, fields) => {
    const [ours, pinos]: [string[], string[]] = [[], []];
    const stream = { write: (text: string): void => void pinos.push(text) };
    const logger = pino({}, stream);
    accessLines(logger, { write: (text) => void ours.push(text) }).warn(fields, 'call');
    logger.warn(fields, 'call');
    const parsed = (text = '{}'): object => ({ ...(JSON.parse(text) as object), time: 0 });
    expect(parsed(ours[0])).toEqual(parsed(pinos[0]));
    // oxlint-disable-next-line no-control-regex
    expect(ours[0]).toMatch(/^\{[^\x00-\x1f\x7f-\x9f\u2028\u2029]*\}\n$/);
  });

  test('is not there below the level of the log', () => {
    const ours: string[] = [];
    const lines = accessLines(pino({ level: 'warn' }), { write: (text) => void ours.push(text) });
    lines.info(line, 'call');
    lines.error(line, 'call');
    expect(ours).toHaveLength(1);
  });
});
