import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { BusinessError, notFound, type Context } from '@pipit/runtime';
import { clientLog } from '@pipit/runtime/access-log';
import { createClient } from '@pipit/runtime/client';
import { clientMetrics } from '@pipit/runtime/metrics';
import { clientTracing, tracing } from '@pipit/runtime/tracing';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { loggerOf } from '../fixture/at-doors.ts';
import { Probe, type ProbeClient } from '../fixture/probe.twirp.ts';
import { relay, type CallNext } from '../fixture/relay.ts';
import { withSdk } from '../fixture/sdk.ts';
import { post, serve } from '../fixture/serve.ts';

const exporter = withSdk();
const traceId = '0af7651916cd43dd8448eb211c80319c';
const callerId = 'b7ad6b7169203331';
const name = 'pipit.test.v1.Probe/say';

/** A relay of services that trace, called with this traceparent; its spans from the first to the last. */
async function relayed(
  flags: string,
  callNext?: CallNext,
): Promise<{ spans: ReadableSpan[]; seen: Context[] }> {
  const seen: Context[] = [];
  const { hooks, interceptor } = tracing();
  const origin = await relay(seen, {
    server: { hooks: [hooks], interceptors: [interceptor] },
    client: { interceptors: [clientTracing()] },
    ...(callNext === undefined ? {} : { callNext }),
  });
  const traceparent = `00-${traceId}-${callerId}-${flags}`;
  await post(origin, 'say', '{}', 'application/json', { traceparent, baggage: 'tenant=7' });
  await expect.poll(() => exporter.getFinishedSpans()).toHaveLength(flags === '01' ? 5 : 0);
  const spans: ReadableSpan[] = [];
  for (let parent = callerId; spans.length < exporter.getFinishedSpans().length;) {
    const next = exporter
      .getFinishedSpans()
      .find(({ parentSpanContext }) => parentSpanContext?.spanId === parent);
    if (next === undefined) break;
    spans.push(next);
    parent = next.spanContext().spanId;
  }
  return { spans, seen };
}

describe('a trace', () => {
  const inside: CallNext = (next, request) => next.say(request);

  test.each([
    ['with the context', undefined],
    ['inside a call', inside],
  ])('goes through all services, each with its spans, for clients called %s', async (_, callNext) => {
    const { spans, seen } = await relayed('01', callNext);
    const { CLIENT, SERVER } = SpanKind;
    expect(spans.map(({ kind }) => kind)).toEqual([SERVER, CLIENT, SERVER, CLIENT, SERVER]);
    for (const span of spans) expect([span.name, span.spanContext().traceId]).toEqual([name, traceId]);
    for (const { headers } of seen) expect(headers['baggage']).toBe('tenant=7');
  });

  test('that the caller did not sample is sampled nowhere', async () => {
    const { seen } = await relayed('00');
    for (const { headers } of seen)
      expect(headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-[0-9a-f]{16}-00$`));
  });

  test('goes on behind a service that has no client spans', async () => {
    const seen: Context[] = [];
    const { hooks, interceptor } = tracing();
    const origin = await relay(seen, { server: { hooks: [hooks], interceptors: [interceptor] } });
    await post(origin, 'say', '{}');
    await expect.poll(() => exporter.getFinishedSpans()).toHaveLength(3);
    const spans = exporter.getFinishedSpans();
    expect(new Set(spans.map((span) => span.spanContext().traceId)).size).toBe(1);
    const roots = spans.filter(({ parentSpanContext }) => parentSpanContext === undefined);
    expect(roots).toHaveLength(1);
  });
});

/** A client, of a server that answers each of its methods otherwise. */
async function client(options: object): Promise<{ client: ProbeClient; port: string }> {
  const baseUrl = await serve({
    say: (request) => request,
    lookUp() {
      throw notFound('no hat');
    },
    enter() {
      throw new BusinessError(100, 'Need Login');
    },
  });
  return { client: createClient(Probe, { baseUrl, ...options }), port: new URL(baseUrl).port };
}

describe('the span of a client', () => {
  test('has the names and attributes of the RPC conventions', async () => {
    const { client: probe, port } = await client({ interceptors: [clientTracing()] });
    await probe.say({});
    await probe.enter({});
    await expect(probe.lookUp({})).rejects.toThrow();
    const [said, entered, lookedUp] = exporter.getFinishedSpans();
    expect(said?.attributes).toEqual({
      'rpc.system.name': 'twirp',
      'rpc.method': name,
      'rpc.response.status_code': 'ok',
      'server.address': '127.0.0.1',
      'server.port': Number(port),
    });
    expect(entered?.attributes).toMatchObject({
      'rpc.response.status_code': 'business_error',
      'pipit.business_code': 100,
    });
    expect(entered?.status.code).toBe(SpanStatusCode.UNSET);
    expect(lookedUp?.attributes).toMatchObject({ 'error.type': 'not_found' });
    expect(lookedUp?.status).toEqual({ code: SpanStatusCode.ERROR, message: 'no hat' });
  });
});

test('the metrics of clients measure their calls', async () => {
  const registry = new Registry();
  const { client: probe, port } = await client({ interceptors: [clientMetrics({ registry })] });
  await probe.say({});
  await expect(probe.lookUp({})).rejects.toThrow();
  const text = await registry.getSingleMetricAsString('rpc_client_call_duration_seconds');
  const at = `server_address="127.0.0.1",server_port="${port}"`;
  expect(text.split('\n').filter((line) => line.includes('_count'))).toEqual([
    `rpc_client_call_duration_seconds_count{rpc_system_name="twirp",rpc_method="${name}",rpc_response_status_code="ok",${at}} 1`,
    `rpc_client_call_duration_seconds_count{rpc_system_name="twirp",rpc_method="pipit.test.v1.Probe/look_up",rpc_response_status_code="not_found",error_type="not_found",${at}} 1`,
  ]);
});

test('the log of clients says what failed, and why', async () => {
  const lines: object[] = [];
  const at = (level: string) => (fields: object) => void lines.push({ level, ...fields });
  const log = loggerOf({ debug: at('debug'), warn: at('warn') });
  const { client: probe, port } = await client({ interceptors: [clientLog({ log })] });
  await probe.say({}, { headers: { 'x-trace-id': 'mine' } });
  await probe.enter({});
  await expect(probe.lookUp({})).rejects.toThrow();
  const gone = createClient(Probe, {
    baseUrl: 'http://127.0.0.1:1',
    interceptors: [clientLog({ log })],
    fetch: () => Promise.reject(new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })),
  });
  await expect(gone.say({})).rejects.toThrow();
  expect(lines).toMatchObject([
    {
      level: 'debug',
      method: name,
      code: 'ok',
      traceId: 'mine',
      url: `http://127.0.0.1:${port}/api/${name}`,
    },
    { level: 'debug', code: 'business_error', business: 100, reason: 'Need Login' },
    { level: 'warn', code: 'not_found', reason: 'no hat' },
    { level: 'warn', code: 'internal', reason: expect.stringMatching(/fetch failed.*ECONNREFUSED/) },
  ]);
});
