// What an operator hands to `node --import` to have traces, with an exporter that writes spans to stderr.
import { propagation, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

const exporter = {
  export(spans, done) {
    for (const span of spans) {
      const { name, kind, parentSpanContext } = span;
      const { traceId } = span.spanContext();
      process.stderr.write(`${JSON.stringify({ name, kind, traceId, parent: parentSpanContext?.spanId })}\n`);
    }
    done({ code: 0 });
  },
  shutdown: () => Promise.resolve(),
};

propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(
  new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }),
);
