import type { Context } from '@pipit/runtime';
import {
  createFetchHandler,
  fetchPlatform,
  fetchRequest,
  type FetchHandler,
  type FetchHandlerOptions,
} from '@pipit/runtime/fetch';
import { describe, expect, test } from 'vitest';
import { sayPath } from '../fixture/host-app.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe, signalled } from '../fixture/serve.ts';

const url = `https://example.com${sayPath}`;

function handlerOf(say: Probe['say'], options: Partial<FetchHandlerOptions> = {}): FetchHandler {
  return createFetchHandler({ services: [Probe.serve(probe({ say }))], ...options });
}

interface PostInit {
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

function post(body: string | ReadableStream, init: PostInit = {}): Request {
  const headers = { 'content-type': 'application/json', ...init.headers };
  return new Request(url, { method: 'POST', body, duplex: 'half', ...init, headers });
}

/** A body of pieces, and whether somebody has cancelled it. */
function stream(...pieces: string[]): { body: ReadableStream; canceled: Promise<void> } {
  const { promise: canceled, resolve } = signalled();
  const left = pieces.map((piece) => new TextEncoder().encode(piece));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = left.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
    cancel: () => resolve(),
  });
  return { body, canceled };
}

test('answers a Request', async () => {
  const response = await handlerOf((request) => request)(post('{"text":"hi"}'));
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect(await response.json()).toEqual({ text: 'hi', count: 0, ids: [] });
});

test('what is no call is bad_route', async () => {
  const response = await handlerOf((request) => request)(new Request('https://example.com/elsewhere'));
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'bad_route' }]);
});

describe('of the platform', () => {
  const seen = async (
    options: Partial<FetchHandlerOptions>,
    ...platform: unknown[]
  ): Promise<[string, string | undefined, readonly unknown[] | undefined]> => {
    const { promise, resolve } = signalled<Context>();
    const say = (_request: object, context: Context): object => (resolve(context), {});
    const response = await handlerOf(say, options)(post('{}'), ...platform);
    expect(response.status).toBe(200);
    const context = await promise;
    return [context.peer, context.get(fetchRequest)?.url, context.get(fetchPlatform)];
  };

  test('a handler has the Request, and what came beside it', async () => {
    const env = { KV: 1 };
    expect(await seen({}, env)).toEqual(['', url, [env]]);
  });

  test('the peer is what an option says, which may fail', async () => {
    const peer = (_request: Request, server: { ip?: { address: string } }): string =>
      (server.ip as { address: string }).address;
    expect(await seen({ peer }, { ip: { address: '10.0.0.1' } })).toMatchObject(['10.0.0.1', url, [{}]]);
    const lines: string[] = [];
    const nothing = (): void => undefined;
    const log = {
      debug: nothing,
      info: nothing,
      warn: nothing,
      error: (_: object, text: string) => void lines.push(text),
    };
    expect(await seen({ peer, log }, {})).toMatchObject(['', url, [{}]]);
    expect(lines[0]).toMatch(/^the option peer failed: Cannot read properties of undefined/);
  });
});

describe('a body', () => {
  const echo = handlerOf((request) => request, { bodyLimit: 100 });

  test('in pieces is put together', async () => {
    const { body } = stream('{"te', 'xt":"', 'hi"}');
    expect(await (await echo(post(body))).json()).toMatchObject({ text: 'hi' });
  });

  test.each([
    ['announced', { 'content-length': '101' }, ['x']],
    ['found', {}, ['x'.repeat(60), 'x'.repeat(60)]],
  ])('over the limit, %s, is refused, and the rest is not read', async (_how, headers, pieces) => {
    const { body, canceled } = stream(...pieces, 'more', 'more');
    const response = await echo(post(body, { headers }));
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'resource_exhausted' }]);
    await canceled;
  });

  test('shorter than announced is malformed', async () => {
    const response = await echo(post('{}', { headers: { 'content-length': '10' } }));
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: 'malformed', meta: { cause: 'Content-Length is 10, but 2 bytes came' } },
    ]);
  });

  test('that others have read is one clear error', async () => {
    const request = post('{}');
    await request.text();
    const response = await handlerOf((message) => message, { exposeInternalErrors: true })(request);
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { code: 'internal', msg: expect.stringContaining('request.clone()') as string },
    ]);
  });

  test('that breaks off is canceled', async () => {
    const body = new ReadableStream({
      pull: (controller) => controller.error(new Error('reset')),
    });
    const response = await echo(post(body));
    expect([response.status, await response.json()]).toMatchObject([408, { code: 'canceled' }]);
  });
});

test('a caller that goes away fires the signal of the call', async () => {
  const [called, gone] = [signalled(), signalled<unknown>()];
  const controller = new AbortController();
  const handler = handlerOf(
    (_request, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          gone.resolve(signal.reason);
          resolve({});
        });
        called.resolve();
      }),
  );
  const pending = handler(post('{}', { signal: controller.signal }));
  await called.promise;
  controller.abort();
  expect(await gone.promise).toMatchObject({ code: 'canceled' });
  await pending;
});

test('a deadline holds', async () => {
  const response = await handlerOf(() => new Promise(() => undefined))(
    post('{}', { headers: { 'x-request-timeout-ms': '20' } }),
  );
  expect(await response.json()).toMatchObject({ code: 'deadline_exceeded' });
});

test('a form of another site is told by the URL, where no header names the host', async () => {
  const handler = handlerOf((request) => request);
  const form = (origin: string): Request =>
    post('text=hi', { headers: { 'content-type': 'application/x-www-form-urlencoded', origin } });
  expect((await handler(form('https://example.com'))).status).toBe(200);
  expect((await handler(form('https://evil.example'))).status).toBe(403);
});
