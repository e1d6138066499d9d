import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Context } from '@pipit/runtime';
import { forCall } from '@pipit/runtime/client';
import { currentCall, keepCurrentCall } from '@pipit/runtime/current-call';
import { createJsonClient } from '@pipit/runtime/json-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { say as jsonSay } from '../fixture/probe.json.ts';
import { relay, type CallNext } from '../fixture/relay.ts';
import { post, signalled } from '../fixture/serve.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-00`;
const trace = { traceparent, tracestate: 'vendor=1', baggage: 'tenant=7' };
const json = 'application/json';

describe('a call that is made for another', () => {
  test('belongs to its trace, as the caller sampled it, without an SDK', async () => {
    const seen: Context[] = [];
    const answer = await post(await relay(seen), 'say', '{"text":"hi"}', json, trace);
    expect(await answer.json()).toMatchObject({ text: 'hi' });
    expect(answer.headers.get('x-trace-id')).toBe(traceId);
    expect(seen).toHaveLength(3);
    for (const context of seen) {
      expect(context.traceId).toBe(traceId);
      expect(context.headers).toMatchObject(trace);
    }
  });

  test('has the id of a caller without a trace, and no parent that nobody knows', async () => {
    const seen: Context[] = [];
    const origin = await relay(seen);
    await post(origin, 'say', '{}', json, { 'x-trace-id': 'mine' });
    const answer = await post(origin, 'say', '{}');
    expect(seen.map((context) => context.traceId)).toEqual([
      ...Array<string>(3).fill('mine'),
      ...Array<string>(3).fill(answer.headers.get('x-trace-id')!),
    ]);
    for (const { headers } of seen) expect(headers).not.toHaveProperty('traceparent');
  });

  test('is told what is left of the deadline, and no more than its own timeout', async () => {
    const seen: Context[] = [];
    const own: CallNext = (next, request, context) => next.say(request, { context, timeoutMs: 5_000 });
    const limit = { 'x-request-timeout-ms': '60000' };
    await post(await relay(seen), 'say', '{}', json, limit);
    await post(await relay(seen, { callNext: own }), 'say', '{}', json, limit);
    const told = seen.map(({ headers }) => Number(headers['x-request-timeout-ms']));
    expect(told[0]).toBe(60_000);
    expect(told[1]).toBeLessThanOrEqual(60_000);
    expect(told[2]).toBeLessThanOrEqual(told[1]!);
    expect(told[2]).toBeGreaterThan(0);
    for (const ms of told.slice(4)) expect(ms).toBeLessThanOrEqual(5_000);
  });

  test('ends with it, all the way down', async () => {
    const reached = signalled();
    const reason = signalled<unknown>();
    const last = (_: unknown, { signal }: Context): Promise<never> =>
      new Promise((__, reject) => {
        signal.addEventListener('abort', () => {
          reason.resolve(signal.reason);
          reject(signal.reason as Error);
        });
        reached.resolve();
      });
    const caller = new AbortController();
    const call = fetch(`${await relay([], { last })}/api/pipit.test.v1.Probe/say`, {
      method: 'POST',
      signal: caller.signal,
    });
    await reached.promise;
    caller.abort();
    await expect(call).rejects.toThrow();
    expect(await reason.promise).toMatchObject({ code: 'canceled' });
  });

  test('may have headers and a signal of its own', async () => {
    const seen: Context[] = [];
    const leave = new AbortController();
    const callNext: CallNext = (next, request, context) =>
      next.say(request, { context, headers: { baggage: 'mine=1' }, signal: leave.signal });
    const last = async (): Promise<never> => {
      leave.abort();
      return new Promise(() => undefined);
    };
    const answer = await post(await relay(seen, { callNext, last }), 'say', '{}', json, trace);
    expect(answer.status).toBe(408);
    expect(seen[1]?.headers).toMatchObject({ traceparent, baggage: 'mine=1' });
  });

  test('may be one of the client without codecs', async () => {
    const seen: Context[] = [];
    const origin = await relay(seen);
    const callNext: CallNext = (_, request, context) =>
      createJsonClient({ baseUrl: origin })(jsonSay, { text: request.text }, forCall(context));
    await post(await relay(seen, { callNext }), 'say', '{}', json, trace);
    for (const { headers } of seen) expect(headers).toMatchObject(trace);
  });

  test('leaves traceparent to an instrumentation of fetch, because two make none', async () => {
    const seen: Context[] = [];
    const origin = await relay(seen);
    const own = `00-${traceId}-00f067aa0ba902b7-00`;
    // As OpenTelemetry's instrumentation of undici does.
    const add = (message: unknown): void => {
      (message as { request: { addHeader(name: string, value: string): void } }).request.addHeader(
        'traceparent',
        own,
      );
    };
    subscribe('undici:request:create', add);
    onTestFinished(() => void unsubscribe('undici:request:create', add));
    await fetch(`${origin}/api/pipit.test.v1.Probe/say`, { method: 'POST' });
    expect(seen.map(({ headers }) => headers['traceparent'])).toEqual([own, own, own]);
  });

  test('is found by a client that is given no context, where the server keeps it', async () => {
    const seen: Context[] = [];
    const callNext: CallNext = async (next, request) => {
      await Promise.resolve();
      return next.say(request);
    };
    const client = { context: currentCall };
    const server = { interceptors: [keepCurrentCall] };
    await post(await relay(seen, { server, client, callNext }), 'say', '{}', json, trace);
    expect(seen).toHaveLength(3);
    for (const { headers } of seen) expect(headers).toMatchObject(trace);
    expect(currentCall()).toBeUndefined();
  });
});
