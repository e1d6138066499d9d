import { tracked, TwirpError, BusinessError, type Context } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Feed } from '../fixture/feed.twirp.ts';
import type { TextInit } from '../fixture/probe.pb.ts';
import { signalled } from '../fixture/serve.ts';
import { doors, feedUrl } from './doors.ts';

const headers = { 'content-type': 'application/json' };

describe.each(doors)('a stream through the %s', (_, serve) => {
  const post = (
    fetch: typeof globalThis.fetch,
    method = 'Watch',
    init: RequestInit = {},
  ): Promise<Response> => fetch(feedUrl(method), { method: 'POST', headers, body: '{}', ...init });

  test('is an object a line, and a last line', async () => {
    const fetch = await serve({
      async *watch({ text }) {
        yield { text, count: 1 };
        yield tracked('a "b"', { count: 2 });
      },
    });
    const response = await post(fetch, 'Watch', { body: '{"text":"hi"}' });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(response.headers.has('content-length')).toBe(false);
    expect(await response.text()).toBe(
      [
        '{"result":{"text":"hi","count":1,"ids":[]}}',
        '{"result":{"text":"","count":2,"ids":[]},"id":"a \\"b\\""}',
        '{"end":{}}',
        '',
      ].join('\n'),
    );
  });

  test('is in frames where the request is protobuf, or frames are asked for', async () => {
    const fetch = await serve({
      async *watch({ text }) {
        yield { text };
        throw new TwirpError('malformed', 'no', { meta: { a: 'b' } });
      },
    });
    const protobuf = await post(fetch, 'Watch', {
      headers: { 'content-type': 'application/protobuf' },
      body: '\n\u0002hi',
    });
    const end = '{"error":{"code":"invalid_argument","message":"no","meta":{"a":"b"}}}';
    const last = `\u0002\0\0\0${String.fromCharCode(end.length)}${end}`;
    expect([protobuf.headers.get('content-type'), await protobuf.text()]).toEqual([
      'application/connect+proto',
      `\0\0\0\0\u0004\n\u0002hi${last}`,
    ]);
    const json = await post(fetch, 'Watch', {
      headers: { ...headers, accept: '*/*, application/connect+json' },
      body: '{"text":"hi"}',
    });
    const message = '{"text":"hi","count":0,"ids":[]}';
    expect([json.headers.get('content-type'), await json.text()]).toEqual([
      'application/connect+json',
      `\0\0\0\0${String.fromCharCode(message.length)}${message}${last}`,
    ]);
  });

  test('an error before the first message is an ordinary one, behind it the last line', async () => {
    const fetch = await serve({
      async *watch({ count }) {
        for (let i = 0; i < count; i++) yield { count: i };
        throw new TwirpError('not_found', 'gone', { meta: { what: 'it' } });
      },
    });
    const early = await post(fetch);
    expect([early.status, await early.json()]).toEqual([
      404,
      { code: 'not_found', msg: 'gone', meta: { what: 'it' } },
    ]);
    const late = await post(fetch, 'Watch', { body: '{"count":1}' });
    expect([late.status, await late.text()]).toEqual([
      200,
      '{"result":{"text":"","count":0,"ids":[]}}\n{"error":{"code":"not_found","msg":"gone","meta":{"what":"it"}}}\n',
    ]);
  });

  test('what is no message, no stream or a business error is internal', async () => {
    const fetch = await serve(
      {
        async *watch({ count }) {
          if (count === 1) yield [] as never;
          if (count === 2) throw new BusinessError(100, 'Say something');
          yield { count: 'x' as never };
        },
        follow: () => ({}) as never,
      },
      { exposeInternalErrors: true },
    );
    const told = async (method: string, count: number): Promise<unknown> =>
      (await post(fetch, method, { body: `{"count":${count}}` })).json();
    expect(await told('Watch', 0)).toMatchObject({ code: 'internal' });
    expect(await told('Watch', 1)).toMatchObject({ code: 'internal' });
    expect(await told('Watch', 2)).toMatchObject({ code: 'internal', msg: 'Say something' });
    expect(await told('Follow', 0)).toMatchObject({
      code: 'internal',
      msg: 'pipit.test.v1.Feed/Follow returned no stream: expected an AsyncIterable, as an async function* gives',
    });
  });

  test('hooks run around it, once; interceptors see the iterable', async () => {
    const order: unknown[] = [];
    const { promise: sent, resolve } = signalled<Context>();
    const fetch = await serve(
      {
        async *watch() {
          order.push('handler');
          yield { count: 1 };
          yield { count: 2 };
        },
      },
      {
        hooks: [
          {
            responsePrepared: (context) => {
              order.push('prepared');
              context.responseHeaders.set('X-Prepared', 'yes');
            },
            responseSent: resolve,
          },
        ],
        interceptors: [
          async (request, _context, next) => {
            async function* doubled(messages: AsyncIterable<TextInit>): AsyncIterable<TextInit> {
              for await (const message of messages) yield { ...message, count: message.count! * 2 };
            }
            return doubled((await next(request)) as AsyncIterable<TextInit>);
          },
        ],
      },
    );
    const response = await post(fetch);
    expect(response.headers.get('x-prepared')).toBe('yes');
    const body = await response.text();
    expect(body).toContain('"count":4');
    const context = await sent;
    expect(order).toEqual(['handler', 'prepared']);
    expect([context.messages, context.responseBytes, context.status, context.outcome.code]).toEqual([
      2,
      body.length,
      200,
      'ok',
    ]);
  });

  test('a caller who leaves ends the handler', async () => {
    const { promise: over, resolve } = signalled<string>();
    const { promise: sent, resolve: onSent } = signalled<Context>();
    const errors: TwirpError[] = [];
    const fetch = await serve(
      {
        async *watch(_request, { signal }) {
          try {
            yield { count: 1 };
            await new Promise((done) => signal.addEventListener('abort', done));
          } finally {
            resolve((signal.reason as TwirpError).code);
          }
        },
      },
      { hooks: [{ error: (_, error) => void errors.push(error), responseSent: onSent }] },
    );
    const response = await post(fetch);
    const reader = response.body!.getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toContain('"count":1');
    await reader.cancel();
    expect(await over).toBe('canceled');
    const context = await sent;
    expect([context.messages, context.outcome.code, context.outcome.delivered]).toEqual([
      1,
      'canceled',
      false,
    ]);
    expect(errors.map(({ code }) => code)).toEqual(['canceled']);
  });

  test("the caller's deadline ends it, the server's for unary calls does not", async () => {
    const fetch = await serve(
      {
        async *watch(_request, { signal, deadline }) {
          yield { count: deadline === undefined ? 0 : 1 };
          if (deadline !== undefined) await new Promise((done) => signal.addEventListener('abort', done));
          yield { count: 2 };
        },
      },
      { timeoutMs: 1 },
    );
    expect(await (await post(fetch)).text()).toContain('"count":2');
    const limited = await post(fetch, 'Watch', { headers: { ...headers, 'x-request-timeout-ms': '50' } });
    expect(await limited.text()).toMatch(/"count":1.*\n\{"error":\{"code":"deadline_exceeded"/);
  });

  test("a client's deadline ends it with its error, and with no other", async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const fetch = await serve({
      async *watch(_request, { signal }) {
        yield { count: 1 };
        await new Promise((done) => signal.addEventListener('abort', done));
      },
    });
    const client = createClient(Feed, { baseUrl: 'http://local', fetch });
    const all = async (): Promise<void> => {
      for await (const _message of client.watch({}, { timeoutMs: 50 }));
    };
    await expect(all()).rejects.toMatchObject({ code: 'deadline_exceeded' });
    // Rejections are told of a turn of the event loop later.
    await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  test.each(['json', 'protobuf'] as const)('a client reads it message by message: %s', async (format) => {
    const fetch = await serve({
      async *watch({ count }, context) {
        yield { text: context.headers['x-own'] as string };
        for (let i = 0; i < count; i++) yield { count: i, ids: [1, 2] };
        if (count === 3) throw new TwirpError('aborted', 'enough', { meta: { of: 'it' } });
      },
    });
    const client = createClient(Feed, {
      baseUrl: 'http://local',
      fetch,
      format,
      headers: { 'x-own': 'mine' },
    });
    const got: unknown[] = [];
    for await (const { text, count, ids } of client.watch({ count: 2 })) got.push([text, count, ids]);
    expect(got).toEqual([
      ['mine', 0, []],
      ['', 0, [1, 2]],
      ['', 1, [1, 2]],
    ]);
    const all = async (): Promise<number> => {
      let seen = 0;
      for await (const _message of client.watch({ count: 3 })) seen++;
      return seen;
    };
    await expect(all()).rejects.toMatchObject({ code: 'aborted', msg: 'enough', meta: { of: 'it' } });
  });
});
