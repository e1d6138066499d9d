import {
  context as active,
  isSpanContextValid,
  propagation,
  ProxyTracerProvider,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Context as TraceContext,
  type Span,
  type TextMapGetter,
  type TracerProvider,
} from '@opentelemetry/api';
import { contextKey, type ContextKey } from '../rpc/context-key.ts';
import type { Context, IncomingHeaders } from '../rpc/context.ts';
import type { Hooks } from '../rpc/hooks.ts';
import type { Interceptor } from '../rpc/interceptor.ts';
import { spanHeaders } from '../rpc/trace-headers.ts';
import { methodOf, rpcSystemOf } from './conventions.ts';
import { takeHttpSpan } from './http-span.ts';
import { spanIds } from './span-ids.ts';

export { clientTracing, type ClientTracingOptions } from './client-tracing.ts';
export { spanIds, type SpanIds } from './span-ids.ts';

/** The options of `tracing`. */
export interface TracingOptions {
  /** Default the one that an SDK has registered. */
  readonly tracerProvider?: TracerProvider;
}

/** The hooks and the interceptor that trace the calls of a server: `pipit, { hooks: [tracing.hooks], interceptors: [tracing.interceptor] }`. */
export interface Tracing {
  /** To be the first, so that the others see the trace id. */
  readonly hooks: Hooks;
  /** To be the outermost: what runs inside, the handler too, has the span as its parent. */
  readonly interceptor: Interceptor;
}

/** The span of a call, and the context that what the call does belongs in. */
interface Traced {
  readonly span: Span;
  readonly within: TraceContext;
  /** False for a span of somebody else, who ends it. */
  readonly isOurs: boolean;
}

const traced: ContextKey<Traced> = contextKey('@pipit/runtime/tracing');

const headerGetter: TextMapGetter<IncomingHeaders> = {
  keys: (headers) => Object.keys(headers),
  get: (headers, name) => headers[name.toLowerCase()],
};

/**
 * A server span for every call, by OpenTelemetry's RPC conventions: named `pkg.Service/Method`, a child of
 * the active span, or else of what the caller sent (`traceparent`, where the SDK's propagator reads that). Where an HTTP
 * instrumentation has made a server span for the request, that one gets the attributes and the method's route instead.
 * A call without a trace id of its own gets the span's, so that `X-Trace-Id` leads to the trace.
 * @example
 * const { hooks, interceptor } = tracing();
 * await app.register(pipit, { services, hooks: [hooks], interceptors: [interceptor] });
 */
export function tracing(options: TracingOptions = {}): Tracing {
  const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer('@pipit/runtime');
  return {
    hooks: {
      requestReceived(context) {
        const attributes = attributesOf(context);
        const { method, verb, path } = context;
        const around = active.active();
        const http = takeHttpSpan(around, verb, path, method !== undefined);
        let span: Span;
        let within = around;
        if (http === undefined) {
          const parent = parentOf(around, context);
          const name = method === undefined ? rpcSystemOf(context) : String(attributes['rpc.method']);
          span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
          within = trace.setSpan(parent, span);
        } else span = http.setAttributes(attributes);
        context.set(traced, { span, within, isOurs: http === undefined });
        context.set(spanHeaders, () => {
          const headers: Record<string, string> = {};
          propagation.inject(within, headers);
          return headers;
        });
        const { traceId, spanId } = span.spanContext();
        if (!isSpanContextValid(span.spanContext())) return;
        context.set(spanIds, { trace_id: traceId, span_id: spanId });
        if (traceId === context.traceId) return;
        if (isCallersOwn(context)) span.setAttribute('rpc.request.metadata.x-trace-id', [context.traceId]);
        else context.traceId = traceId;
      },
      responseSent(context) {
        const { span, isOurs } = context.get(traced) ?? {};
        if (span === undefined) return;
        setOutcome(span, context);
        if (isOurs) span.end();
      },
    },
    interceptor: (request, context, next) => {
      const within = context.get(traced)?.within;
      return within === undefined ? next(request) : active.with(within, () => next(request));
    },
  };
}

/**
 * True where an SDK has been registered; without one `tracing` would do work that nobody sees.
 * @example
 * const spans = hasTracerProvider() ? tracing() : undefined;
 */
export function hasTracerProvider(): boolean {
  const provider = trace.getTracerProvider();
  // The API's own stand-in gives out tracers only once there is something to stand in for.
  return (
    !(provider instanceof ProxyTracerProvider) || provider.getDelegateTracer('@pipit/runtime') !== undefined
  );
}

function parentOf(around: TraceContext, context: Context): TraceContext {
  // A span around us has already taken in what the caller sent.
  if (trace.getSpan(around) !== undefined) return around;
  return propagation.extract(around, context.headers, headerGetter);
}

function attributesOf(context: Context): Attributes {
  const { method, path, peer } = context;
  return {
    'rpc.system.name': rpcSystemOf(context),
    'rpc.method': methodOf(context),
    ...(method === undefined ? { 'rpc.method_original': path.slice(1) } : {}),
    'client.address': peer,
    'http.request.method': context.verb,
    ...serverOf(context.headers),
  };
}

/** The name the caller called the server by. */
function serverOf(headers: IncomingHeaders): Attributes {
  const host = headers[':authority'] ?? headers['host'];
  const match = typeof host === 'string' ? /^(\[[^\]]*\]|[^:]*)(?::(\d{1,5}))?$/.exec(host) : null;
  if (!match?.[1]) return {};
  return { 'server.address': match[1], ...(match[2] ? { 'server.port': Number(match[2]) } : {}) };
}

function isCallersOwn({ headers, traceId }: Context): boolean {
  return headers['x-trace-id'] === traceId || String(headers['traceparent']).includes(traceId);
}

function setOutcome(span: Span, context: Context): void {
  const { code, businessCode, fault, delivered, reason = '', cause } = context.outcome;
  if (delivered) span.setAttribute('http.response.status_code', context.status);
  span.setAttribute('rpc.response.status_code', code);
  if (businessCode !== undefined) span.setAttribute('pipit.business_code', businessCode);
  // As in OpenTelemetry's conventions for gRPC: that a caller is at fault does not make the server's span fail.
  if (fault !== 'server') return;
  span.setAttribute('error.type', code);
  span.recordException(cause instanceof Error ? cause : reason);
  span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
}
