import { context as active, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { setRPCMetadata, type RPCMetadata } from '@opentelemetry/core';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { BusinessError, notFound } from '@pipit/runtime';
import { hasTracerProvider, spanIds, tracing } from '@pipit/runtime/tracing';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import type { Probe } from '../fixture/probe.twirp.ts';
import { withSdk } from '../fixture/sdk.ts';
import { appWith } from '../fixture/serve.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';
const traceparent = `00-${traceId}-${parentId}-01`;
const name = 'pipit.test.v1.Probe/say';
const exporter = withSdk();

async function traced(methods: Partial<Probe>): Promise<FastifyInstance> {
  const { hooks, interceptor } = tracing();
  return appWith(methods, { hooks: [hooks], interceptors: [interceptor] });
}

/** Calls `say`, and gives back the span of the call with what was answered. */
async function callOnce(
  app: FastifyInstance,
  options: InjectOptions = {},
): Promise<{ span: ReadableSpan; header: unknown }> {
  const url = `/api/${name}`;
  const response = await app.inject({ method: 'POST', url, payload: {}, ...options });
  const server = (): ReadableSpan[] =>
    exporter.getFinishedSpans().filter(({ kind }) => kind === SpanKind.SERVER);
  await expect.poll(server).toHaveLength(1);
  return { span: server()[0] as ReadableSpan, header: response.headers['x-trace-id'] };
}

const say: Probe['say'] = (request) => request;

describe('the span of a call', () => {
  test('has the names and attributes of the RPC conventions', async () => {
    const { span } = await callOnce(await traced({ say }), { headers: { host: 'example.com:8080' } });
    expect(span.name).toBe(name);
    expect(span.attributes).toEqual({
      'rpc.system.name': 'twirp',
      'rpc.method': name,
      'rpc.response.status_code': 'ok',
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'client.address': '127.0.0.1',
      'server.address': 'example.com',
      'server.port': 8080,
    });
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
  });

  test('is a child of what the caller sent', async () => {
    const { span, header } = await callOnce(await traced({ say }), { headers: { traceparent } });
    expect(span.spanContext().traceId).toBe(traceId);
    expect(span.parentSpanContext?.spanId).toBe(parentId);
    expect(header).toBe(traceId);
  });

  test('gives its trace id to a call that has none', async () => {
    const { span, header } = await callOnce(await traced({ say }));
    expect(header).toBe(span.spanContext().traceId);
  });

  test('leaves a caller its own X-Trace-Id, and can be found by it', async () => {
    const { span, header } = await callOnce(await traced({ say }), { headers: { 'x-trace-id': 'mine' } });
    expect(header).toBe('mine');
    expect(span.attributes['rpc.request.metadata.x-trace-id']).toEqual(['mine']);
  });

  test('is the parent of what the handler does, after a pause too', async () => {
    const app = await traced({
      async say(request) {
        await Promise.resolve();
        trace.getTracer('test').startSpan('inner').end();
        return request;
      },
    });
    const { span } = await callOnce(app);
    const inner = exporter.getFinishedSpans().find((each) => each.name === 'inner');
    expect(inner?.parentSpanContext?.spanId).toBe(span.spanContext().spanId);
  });

  test('is a child of a span around it, which has taken in what the caller sent', async () => {
    const app = await traced({ say });
    const outer = trace.getTracer('test').startSpan('http');
    const { span } = await active.with(trace.setSpan(active.active(), outer), () => callOnce(app));
    expect(span.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
  });

  test('is the server span of an HTTP instrumentation, where there is one for the request', async () => {
    const seen: unknown[] = [];
    const app = await traced({
      say(request, context) {
        seen.push(trace.getActiveSpan(), context.traceHeaders['traceparent'], context.get(spanIds)?.span_id);
        return request;
      },
    });
    const http = trace
      .getTracer('http')
      .startSpan('POST', { kind: SpanKind.SERVER, attributes: { 'url.path': `/api/${name}` } });
    const metadata: { type: string; span: unknown; route?: string } = { type: 'http', span: http };
    const around = setRPCMetadata(trace.setSpan(active.active(), http), metadata as RPCMetadata);
    const url = `/api/${name}`;
    await active.with(around, async () => await app.inject({ method: 'POST', url, payload: {} }));
    await expect
      .poll(() => (http as unknown as ReadableSpan).attributes)
      .toHaveProperty(['http.response.status_code']);
    http.end();
    const [span, ...others] = exporter.getFinishedSpans();
    expect(others).toEqual([]);
    expect([span?.name, metadata.route]).toEqual([`POST ${url}`, url]);
    expect(span?.attributes).toMatchObject({
      'http.route': url,
      'rpc.method': name,
      'rpc.response.status_code': 'ok',
    });
    const { traceId: id, spanId } = http.spanContext();
    expect(seen).toEqual([http, `00-${id}-${spanId}-01`, spanId]);
  });

  test('is one of its own inside a request of another path', async () => {
    const app = await traced({ say });
    const http = trace
      .getTracer('http')
      .startSpan('GET', { kind: SpanKind.SERVER, attributes: { 'url.path': '/shop' } });
    const { span } = await active.with(trace.setSpan(active.active(), http), () => callOnce(app));
    expect([span.name, span.parentSpanContext?.spanId]).toEqual([name, http.spanContext().spanId]);
  });

  test('fails with what was thrown where the server is at fault', async () => {
    const app = await traced({
      say() {
        throw new RangeError('broken');
      },
    });
    const { span } = await callOnce(app);
    expect(span.status.code).toBe(SpanStatusCode.ERROR);
    expect(span.attributes).toMatchObject({
      'error.type': 'internal',
      'rpc.response.status_code': 'internal',
      'http.response.status_code': 500,
    });
    expect(span.events[0]?.attributes).toMatchObject({
      'exception.type': 'RangeError',
      'exception.message': 'broken',
    });
  });

  test('only tells the code where the caller is at fault', async () => {
    const app = await traced({
      say() {
        throw notFound('no hat');
      },
    });
    const { span } = await callOnce(app);
    expect(span.status.code).toBe(SpanStatusCode.UNSET);
    expect(span.attributes).toMatchObject({ 'rpc.response.status_code': 'not_found' });
    expect(span.attributes).not.toHaveProperty('error.type');
  });

  test('tells the code of a business error', async () => {
    const app = await traced({
      enter() {
        throw new BusinessError(100, 'Need Login');
      },
    });
    const { span } = await callOnce(app, { url: '/api/pipit.test.v1.Probe/Enter' });
    expect(span.attributes).toMatchObject({
      'rpc.response.status_code': 'business_error',
      'pipit.business_code': 100,
    });
  });

  test('has one name for all paths that callers make up', async () => {
    const { span } = await callOnce(await traced({}), { url: '/api/made.Up/Thing' });
    expect(span.name).toBe('twirp');
    expect(span.attributes).toMatchObject({
      'rpc.method': '_OTHER',
      'rpc.method_original': 'api/made.Up/Thing',
      'rpc.response.status_code': 'bad_route',
    });
  });
});

describe('hasTracerProvider', () => {
  test('is true where an SDK is registered', () => {
    expect(hasTracerProvider()).toBe(true);
  });

  test('is false without one, and calls work all the same', async () => {
    trace.disable();
    expect(hasTracerProvider()).toBe(false);
    const app = await traced({ say });
    const response = await app.inject({ method: 'POST', url: `/api/${name}`, payload: {} });
    expect(response.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(response.headers['x-trace-id']).not.toMatch(/^0+$/);
  });
});
