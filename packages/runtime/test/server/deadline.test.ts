import { connect } from 'node:net';
import type { TwirpError } from '@pipit/runtime';
import { type Context } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { post, serve, signalled } from '../fixture/serve.ts';

/** A handler that waits for its signal and throws what it fired with. */
const waits = {
  say: (_request: unknown, { signal }: Context): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    }),
};
const never = { say: () => new Promise<never>(() => undefined) };

describe('a deadline', () => {
  test('of the server ends a call, watched or not', async () => {
    for (const handler of [waits, never]) {
      const response = await post(await serve(handler, { timeoutMs: 20 }), 'say', '{}');
      expect([response.status, await response.json()]).toEqual([
        408,
        { code: 'deadline_exceeded', msg: 'the deadline has passed' },
      ]);
    }
  });

  test('of the caller counts where it is sooner', async () => {
    const origin = await serve(never, { timeoutMs: 60_000 });
    const response = await post(origin, 'say', '{}', 'application/json', { 'x-request-timeout-ms': '20' });
    expect(response.status).toBe(408);
  });

  test('of the server counts where that is sooner', async () => {
    const origin = await serve(never, { timeoutMs: 20 });
    const response = await post(origin, 'say', '{}', 'application/json', { 'x-request-timeout-ms': '60000' });
    expect(response.status).toBe(408);
  });

  test('is in the context; a header that is no number is not there', async () => {
    const deadlines: (number | undefined)[] = [];
    const origin = await serve({ say: (_request, context) => (deadlines.push(context.deadline), {}) });
    const before = Date.now();
    for (const timeout of ['5000', 'soon', '-1', '1e3']) {
      expect(
        (await post(origin, 'say', '{}', 'application/json', { 'x-request-timeout-ms': timeout })).status,
      ).toBe(200);
    }
    expect(deadlines.slice(1)).toEqual([undefined, undefined, undefined]);
    expect(deadlines[0]).toBeGreaterThanOrEqual(before + 5_000);
    expect(deadlines[0]).toBeLessThanOrEqual(Date.now() + 5_000);
  });

  test('of no time at all does not reach the handler', async () => {
    const response = await post(await serve({ say: () => ({}) }), 'say', '{}', 'application/json', {
      'x-request-timeout-ms': '0',
    });
    expect(response.status).toBe(408);
  });

  test('ends the wait for a body', async () => {
    const origin = await serve({ say: () => ({}) }, { timeoutMs: 20 });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    socket.write(
      'POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{',
    );
    const answer = await new Promise((resolve) => socket.once('data', (bytes) => resolve(String(bytes))));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1\.1 408 [\s\S]*"code":"deadline_exceeded"/);
  });

  test('maps the AbortError of a library that drops the reason', async () => {
    const say = (_request: unknown, { signal }: Context): Promise<never> =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () =>
          reject(new DOMException('This operation was aborted', 'AbortError')),
        );
      });
    expect((await post(await serve({ say }, { timeoutMs: 20 }), 'say', '{}')).status).toBe(408);
  });
});

describe('the signal', () => {
  test('fires with canceled when the caller goes away', async () => {
    const entered = signalled();
    const reason = signalled<unknown>();
    const origin = await serve({
      say(_request, { signal }) {
        signal.addEventListener('abort', () => reason.resolve(signal.reason));
        entered.resolve();
        return new Promise(() => undefined);
      },
    });
    const leave = new AbortController();
    const call = fetch(`${origin}/api/pipit.test.v1.Probe/say`, { method: 'POST', signal: leave.signal });
    await entered.promise;
    leave.abort();
    await expect(call).rejects.toThrow();
    expect(await reason.promise).toMatchObject({ code: 'canceled' });
  });

  test('fires on forced shutdown', async () => {
    const shutdown = new AbortController();
    const say = (request: unknown, context: Context): Promise<never> => {
      const pending = waits.say(request, context);
      shutdown.abort();
      return pending;
    };
    const response = await post(await serve({ say }, { shutdownSignal: shutdown.signal }), 'say', '{}');
    expect([response.status, await response.json()]).toEqual([
      503,
      { code: 'unavailable', msg: 'the server is shutting down' },
    ]);
  });

  test('does not fire once the call is answered', async () => {
    const signals: AbortSignal[] = [];
    const origin = await serve(
      { say: (_request, { signal }) => (signals.push(signal), {}) },
      { timeoutMs: 60_000 },
    );
    await post(origin, 'say', '{}', 'application/json', { connection: 'close' });
    await post(origin, 'say', '{}');
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
  });
});

test('a body the caller does not finish is canceled for the hooks', async () => {
  const failed = signalled<TwirpError>();
  const routed = signalled();
  const hook = {
    requestRouted: () => routed.resolve(),
    error: (_: Context, error: TwirpError) => failed.resolve(error),
  };
  const origin = await serve({}, { hooks: [hook] });
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write(
    'POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  );
  await routed.promise;
  socket.destroy();
  expect(await failed.promise).toMatchObject({ code: 'canceled' });
});
