import { register } from 'prom-client';
import type { Hooks } from '../rpc/hooks.ts';
import type { ServedService } from '../rpc/service-type.ts';
import { methodOf, rpcSystemOf } from './conventions.ts';
import { observeSince, sharedBy, type AnyRegistry } from './registry.ts';
import { ServerInstruments } from './server-instruments.ts';
import { whenHandled } from './when-handled.ts';

export { clientMetrics, type ClientMetricsOptions } from './client-metrics.ts';

/** The options of `metrics`. */
export interface MetricsOptions {
  /** Where the metrics are registered. Default prom-client's own. One of OpenMetrics gets trace ids as exemplars. */
  readonly registry?: AnyRegistry;
  /** Upper bounds of the latency histogram, in seconds. Default 1 ms to 10 s; those of the first `metrics()` of a registry count. */
  readonly buckets?: readonly number[];
  /** The services that are served, whose methods are shown before their first call, so that `rate()` sees the first error. Default none. */
  readonly services?: readonly ServedService[];
}

/**
 * Counts calls for Prometheus, by OpenTelemetry's RPC conventions. `rpc_response_status_code` is the code of
 * `context.outcome`; `error_type` is there where the server is at fault. A call that reaches no method has `_OTHER` as its
 * `rpc_method`, so that callers cannot make up label values. Calls of all mounts, and of every `metrics()` of one registry,
 * are counted together.
 * @throws {Error} where somebody else has registered metrics of these names
 * @example
 * const hooks = [metrics({ services })];
 * await app.register(pipit, { services, hooks });
 * app.get('/metrics', (_, reply) => reply.type(register.contentType).send(register.metrics()));
 */
export function metrics(options: MetricsOptions = {}): Hooks {
  const { registry = register, buckets, services = [] } = options;
  const instruments = sharedBy(
    registry,
    'rpc_server_calls_total',
    () => new ServerInstruments(registry, buckets),
  );
  const { calls, duration, requestBytes, responseBytes, underWay } = instruments;
  for (const { type } of services) instruments.show(type);
  return {
    requestReceived(context) {
      underWay.add(context);
    },
    responseSent(context) {
      const { code, fault } = context.outcome;
      whenHandled(context, () => underWay.delete(context));
      const method = { rpc_method: methodOf(context) };
      const labels = {
        ...method,
        rpc_response_status_code: code,
        ...(fault === 'server' ? { error_type: code } : {}),
      };
      calls.inc(labels);
      const measured = { rpc_system_name: rpcSystemOf(context), ...labels };
      observeSince(duration, registry, measured, context.started, context.traceId);
      requestBytes.inc(method, context.requestBytes);
      responseBytes.inc(method, context.responseBytes);
    },
  };
}
