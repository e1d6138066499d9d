import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { hello, start, startWith } from './server.ts';

const sdk = fileURLToPath(new URL('sdk.js', import.meta.url));

describe('a server that is started with an OpenTelemetry SDK', () => {
  test('has a span for every call, under the trace id that caller and log have', async () => {
    const { url, err, log } = await startWith(sdk);
    const traceId = (await hello(url, 'hi')).headers.get('x-trace-id');
    const spans = (): Record<string, unknown>[] =>
      err()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    await expect.poll(spans).toMatchObject([{ name: 'user.v0.Echo/Hello', kind: 1, traceId }]);
    await expect.poll(log).toContainEqual(
      expect.objectContaining({
        msg: 'call',
        traceId,
        trace_id: traceId,
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
      }),
    );

    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await hello(url, 'hi', { traceparent });
    await expect
      .poll(() => spans()[1])
      .toMatchObject({ traceId: traceparent.slice(3, 35), parent: 'b7ad6b7169203331' });
  });
});

test('without one a server has nothing to do with it', async () => {
  const { url, err } = await start();
  expect((await hello(url, 'hi')).headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect(err()).toBe('');
});
