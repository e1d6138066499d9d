import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import type { Context } from '@pipit/runtime';
import { createClient, type ClientOptions } from '@pipit/runtime/client';
import type { RpcOptions } from '@pipit/runtime/door';
import { createServer } from '@pipit/runtime/node';
import { clientTracing, tracing } from '@pipit/runtime/tracing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { loggerOf } from '../../../runtime/test/fixture/at-doors.ts';
import { listening, serveNode } from '../../../runtime/test/fixture/node-server.ts';
import { Probe } from '../../../runtime/test/fixture/probe.twirp.ts';
import { withSdk } from '../../../runtime/test/fixture/sdk.ts';
import { post, probe } from '../../../runtime/test/fixture/serve.ts';
import { createFront } from '../../src/front/index.ts';
import { connectGateway } from '../../src/connector/index.ts';
import { keys, realGateway } from './real-gateway.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const spanId = 'b7ad6b7169203331';

/** The caller's wish. */
const traceparent = (sampled: boolean): string => `00-${traceId}-${spanId}-0${sampled ? 1 : 0}`;

/** A calls B, and B calls C through a gateway. @returns the origin of A, and the contexts of all three as they come */
async function chain(
  server: Pick<RpcOptions, 'hooks' | 'interceptors'> = {},
  client: Partial<ClientOptions> = {},
): Promise<{ origin: string; seen: Context[] }> {
  const seen: Context[] = [];
  const { gateway, url } = await realGateway();
  const note: Probe['say'] = (request, context) => (seen.push(context), request);
  const log = loggerOf({});
  const services = [Probe.serve(probe({ say: note }))];
  const connection = connectGateway({ url, apiKey: 'gwk_test_secret', services, log, ...server });
  onTestFinished(() => connection.close());
  await connection.ready;
  const front = createServer(createFront({ gateway, keys, access: 'open' }));
  let origin = `http://127.0.0.1:${await listening(front)}`;
  for (let count = 0; count < 2; count++) {
    const next = createClient(Probe, { baseUrl: origin, ...client });
    const say: Probe['say'] = (request, context) => (seen.push(context), next.say(request, { context }));
    origin = await serveNode({ say }, { log, ...server });
  }
  return { origin, seen };
}

const call = async (origin: string, headers: Record<string, string>): Promise<string | null> => {
  const answer = await post(origin, 'say', '{"text":"hi"}', 'application/json', headers);
  expect(await answer.json()).toMatchObject({ text: 'hi' });
  return answer.headers.get('x-trace-id');
};

describe('caller → A → B → gateway → C with an SDK', () => {
  const exporter = withSdk();
  const traced = async (): Promise<string> => {
    const { hooks, interceptor } = tracing();
    const server = { hooks: [hooks], interceptors: [interceptor] };
    const { origin } = await chain(server, { interceptors: [clientTracing()] });
    return origin;
  };
  const spans = (): ReadableSpan[] => exporter.getFinishedSpans();

  test('is one trace, each span the child of the one before', async () => {
    const answered = await call(await traced(), { traceparent: traceparent(true) });
    expect(answered).toBe(traceId);
    await expect.poll(spans).toHaveLength(5);
    const parents = new Map(
      spans().map((span) => [span.parentSpanContext?.spanId, span.spanContext().spanId]),
    );
    let last: string | undefined = spanId;
    // Three servers and two clients between them, in one line.
    for (let count = 0; count < 5; count++) {
      last = parents.get(last);
      expect(last).toMatch(/^[0-9a-f]{16}$/);
    }
    expect(new Set(spans().map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
  });

  test('has no span where the caller asked for none', async () => {
    expect(await call(await traced(), { traceparent: traceparent(false) })).toBe(traceId);
    expect(
      await call(await traced(), { traceparent: traceparent(true).replaceAll('0af7', '1af7') }),
    ).not.toBe(traceId);
    await expect.poll(spans).toHaveLength(5);
    for (const span of spans()) expect(span.spanContext().traceId).not.toBe(traceId);
  });
});

test('caller → A → B → gateway → C without an SDK: all have what the caller sent, sampled or not', async () => {
  const { origin, seen } = await chain();
  for (const sampled of [true, false]) {
    seen.length = 0;
    const headers = { traceparent: traceparent(sampled), tracestate: 'vendor=1', baggage: 'tenant=7' };
    expect(await call(origin, headers)).toBe(traceId);
    expect(seen).toHaveLength(3);
    for (const context of seen) {
      expect(context.traceId).toBe(traceId);
      expect(context.headers).toMatchObject(headers);
    }
  }
});
