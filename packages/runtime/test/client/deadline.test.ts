import { getEventListeners } from 'node:events';
import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { serve, signalled } from '../fixture/serve.ts';

describe('timeoutMs', () => {
  test('ends a call that is not answered', async () => {
    const silent = await rawServer(() => undefined);
    const client = createClient(Probe, { baseUrl: silent, timeoutMs: 60_000 });
    await expect(client.say({}, { timeoutMs: 30 })).rejects.toMatchObject({
      code: 'deadline_exceeded',
      msg: 'no answer within 30 ms',
    });
  });

  test('is told to the server', async () => {
    const told: number[] = [];
    const origin = await rawServer((request, response) => {
      told.push(Number(request.headers['x-request-timeout-ms']));
      response.end('{}');
    });
    await createClient(Probe, { baseUrl: origin, timeoutMs: 80_000 }).say({}, { timeoutMs: 60_000 });
    expect(told).toHaveLength(1);
    expect(told[0]).toBeGreaterThan(0);
    expect(told[0]).toBeLessThanOrEqual(60_000);
  });

  test('counts while the answer is read', async () => {
    const slow = await rawServer((_request, response) => void response.writeHead(200).write('{'));
    const client = createClient(Probe, { baseUrl: slow, timeoutMs: 50 });
    await expect(client.say({})).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  const never = (): Promise<never> => new Promise(() => undefined);
  test.each([
    ['a token that never comes', { headers: never }],
    ['a fetch that knows no signals', { fetch: never }],
    [
      'an answer that knows no signals',
      { fetch: async () => new Response(new ReadableStream({ pull: never })) },
    ],
  ])('ends %s', async (_, options) => {
    const client = createClient(Probe, { baseUrl: 'http://127.0.0.1:1', ...options, timeoutMs: 30 });
    await expect(client.say({})).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  test.each([
    ['an interceptor', { interceptors: [never] }],
    ['a hook before the request', { hooks: [{ requestPrepared: never }] }],
    ['a hook that sees the answer', { hooks: [{ responseReceived: never }] }],
    [
      'a hook that hears of the error',
      { hooks: [{ error: never }], fetch: () => Promise.reject(new Error()) },
    ],
  ])('ends %s that never ends', async (_, options) => {
    const answer = async (): Promise<Response> => new Response('{}');
    const client = createClient(Probe, { baseUrl: '', fetch: answer, ...options, timeoutMs: 30 });
    await expect(client.say({})).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  test('ends an onResponse that never ends', async () => {
    const client = createClient(Probe, { baseUrl: '', fetch: async () => new Response('{}') });
    const call = client.say({}, { onResponse: never, timeoutMs: 30 });
    await expect(call).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  test('leaves the last word to an error hook that knows one', async () => {
    const better = new TwirpError('unavailable', 'asleep');
    const error = (): never => {
      throw better;
    };
    const client = createClient(Probe, { baseUrl: '', fetch: never, hooks: [{ error }], timeoutMs: 30 });
    await expect(client.say({})).rejects.toBe(better);
  });

  test('sends nothing after it has passed', async () => {
    let sent = 0;
    const late = signalled();
    const hooks = [{ requestPrepared: () => late.promise }];
    const fetch = async (): Promise<Response> => new Response(`${sent++}`);
    const client = createClient(Probe, { baseUrl: '', fetch, hooks, timeoutMs: 30 });
    await expect(client.say({})).rejects.toMatchObject({ code: 'deadline_exceeded' });
    late.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(sent).toBe(0);
  });

  test.each([Infinity, 2 ** 31])('of %d is none: no timer can hold it', async (timeoutMs) => {
    const seen: unknown[] = [];
    const origin = await rawServer((request, response) => {
      seen.push(request.headers['x-request-timeout-ms']);
      response.end('{"text":"x"}');
    });
    expect(await createClient(Probe, { baseUrl: origin, timeoutMs }).say({})).toMatchObject({ text: 'x' });
    expect(seen).toEqual([undefined]);
  });

  test('leaves no timer behind, and one listener at a signal', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const { signal } = new AbortController();
    const answers = [
      () => new Response('{}'),
      () => new Response('x', { status: 500 }),
      () => Response.error(),
    ];
    for (const timeoutMs of [60_000, Infinity]) {
      for (const answer of answers) {
        const client = createClient(Probe, { baseUrl: '', fetch: async () => answer(), timeoutMs });
        await client.say({}, { signal }).catch(() => undefined);
        expect(vi.getTimerCount()).toBe(0);
        expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      }
    }
  });
});

describe('a signal', () => {
  test('that fires ends the call, and the server’s signal fires too', async () => {
    const entered = signalled();
    const left = signalled<unknown>();
    const origin = await serve({
      say(_request, { signal }) {
        signal.addEventListener('abort', () => left.resolve(signal.reason));
        entered.resolve();
        return new Promise(() => undefined);
      },
    });
    const leave = new AbortController();
    const call = createClient(Probe, { baseUrl: origin }).say(
      {},
      { signal: leave.signal, timeoutMs: 60_000 },
    );
    await entered.promise;
    leave.abort(new Error('changed my mind'));
    await expect(call).rejects.toMatchObject({
      code: 'canceled',
      msg: 'aborted because context was done: changed my mind',
      cause: leave.signal.reason as Error,
    });
    expect(await left.promise).toMatchObject({ code: 'canceled' });
  });

  test('that fires while the answer is read ends the call', async () => {
    const slow = await rawServer((_request, response) => void response.writeHead(200).write('{'));
    const leave = new AbortController();
    const call = createClient(Probe, { baseUrl: slow }).say(
      {},
      { signal: leave.signal, onResponse: () => leave.abort('enough') },
    );
    await expect(call).rejects.toMatchObject({ msg: 'aborted because context was done: enough' });
  });

  test('that has fired sends nothing', async () => {
    let calls = 0;
    const origin = await rawServer((_request, response) => {
      calls++;
      response.end('{}');
    });
    const client = createClient(Probe, { baseUrl: origin });
    await expect(client.say({}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'canceled' });
    expect(calls).toBe(0);
  });

  test('ends as many calls at once as there are, without a warning', async () => {
    const warnings: unknown[] = [];
    const warned = (warning: unknown): void => void warnings.push(warning);
    process.on('warning', warned);
    onTestFinished(() => void process.off('warning', warned));
    const silent = await rawServer(() => undefined);
    const leave = new AbortController();
    const client = createClient(Probe, { baseUrl: silent });
    const calls = Array.from({ length: 30 }, () => client.say({}, { signal: leave.signal }));
    setImmediate(() => leave.abort());
    const ends = await Promise.allSettled(calls);
    expect(ends.map((end) => end.status === 'rejected' && (end.reason as TwirpError).code)).toEqual(
      calls.map(() => 'canceled'),
    );
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([]);
  });

  test('that has no reason, as in React Native, is canceled too', async () => {
    const leave = new AbortController();
    const signal = new Proxy(leave.signal, {
      get(target, key) {
        const value: unknown = key === 'reason' ? undefined : Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
    const silent = await rawServer(() => leave.abort());
    await expect(createClient(Probe, { baseUrl: silent }).say({}, { signal })).rejects.toMatchObject({
      code: 'canceled',
      msg: 'aborted because context was done: canceled',
    });
  });

  test('of a call that is being served passes its reason on', async () => {
    const reason = new TwirpError('deadline_exceeded', 'the deadline has passed');
    const client = createClient(Probe, { baseUrl: 'http://127.0.0.1:1' });
    await expect(client.say({}, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});
