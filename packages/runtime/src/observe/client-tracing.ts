import {
  context as active,
  propagation,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context as TraceContext,
  type Span,
  type TextMapGetter,
  type TextMapSetter,
  type TracerProvider,
} from '@opentelemetry/api';
import type { ClientInterceptor } from '../client/client-options.ts';
import { answer, failure, serverOf, type ClientOutcome } from './client-outcome.ts';
import { rpcSystem } from './conventions.ts';

/** The options of `clientTracing`. */
export interface ClientTracingOptions {
  /** Default the one that an SDK has registered. */
  readonly tracerProvider?: TracerProvider;
}

const getter: TextMapGetter<Headers> = {
  keys: (headers) => [...headers.keys()],
  get: (headers, name) => headers.get(name) ?? undefined,
};
const setter: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

/**
 * A client span for each call, retries included, by OpenTelemetry's RPC conventions: a child of the active span, or else
 * of the call that it is made for (`{ context }`); the server is told it as the parent. To be the first of the client's
 * interceptors.
 * @example
 * const echo = createClient(Echo, { baseUrl, interceptors: [clientTracing()] });
 */
export function clientTracing(options: ClientTracingOptions = {}): ClientInterceptor {
  const tracer = (options.tracerProvider ?? trace.getTracerProvider()).getTracer('@pipit/runtime');
  return async (request, call, next) => {
    const name = `${call.service}/${call.method.name}`;
    const server = serverOf(call);
    const attributes = {
      'rpc.system.name': rpcSystem,
      'rpc.method': name,
      ...(server === undefined ? {} : { 'server.address': server.address, 'server.port': server.port }),
    };
    const parent = parentOf(call.headers);
    const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
    const within = trace.setSpan(parent, span);
    propagation.inject(within, call.headers, setter);
    try {
      const response: unknown = await active.with(within, () => next(request) as Promise<unknown>);
      end(span, answer(call, response));
      return response;
    } catch (error) {
      end(span, failure(error));
      throw error;
    }
  };
}

function parentOf(headers: Headers): TraceContext {
  const around = active.active();
  return trace.getSpan(around) === undefined ? propagation.extract(around, headers, getter) : around;
}

function end(span: Span, { code, businessCode, reason = '', cause, failed }: ClientOutcome): void {
  span.setAttribute('rpc.response.status_code', code);
  if (businessCode !== undefined) span.setAttribute('pipit.business_code', businessCode);
  if (failed) {
    span.setAttribute('error.type', code);
    span.recordException(cause instanceof Error ? cause : reason);
    span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
  }
  span.end();
}
