import { Histogram, register, Registry } from 'prom-client';
import type { ClientInterceptor } from '../client/client-options.ts';
import { atEnd, serverOf } from './client-outcome.ts';
import { rpcSystem } from './conventions.ts';
import { callLabels, defaultBuckets, observeSince, sharedBy, type AnyRegistry } from './registry.ts';

/** The options of `clientMetrics`. */
export interface ClientMetricsOptions {
  /** Where the metric is registered. Default prom-client's own. One of OpenMetrics gets trace ids as exemplars. */
  readonly registry?: AnyRegistry;
  /** Upper bounds of the histogram, in seconds. Default 1 ms to 10 s; those of the first `clientMetrics()` of a registry count. */
  readonly buckets?: readonly number[];
}

/**
 * Measures the calls a client makes, retries included: `rpc_client_call_duration_seconds` of OpenTelemetry's RPC
 * conventions. `error_type` is the code of a call that failed.
 * @throws {Error} where somebody else has registered a metric of this name
 * @example
 * const echo = createClient(Echo, { baseUrl, interceptors: [clientMetrics()] });
 */
export function clientMetrics(options: ClientMetricsOptions = {}): ClientInterceptor {
  const { registry = register, buckets = defaultBuckets } = options;
  const name = 'rpc_client_call_duration_seconds';
  const duration = sharedBy(
    registry,
    name,
    () =>
      new Histogram({
        name,
        help: 'Time from the call to its answer, retries included',
        labelNames: [...callLabels, 'server_address', 'server_port'],
        buckets: [...buckets],
        enableExemplars: registry.contentType === Registry.OPENMETRICS_CONTENT_TYPE,
        registers: [registry],
      }),
  );
  return atEnd((call, { code, failed }, started) => {
    const server = serverOf(call);
    const labels = {
      rpc_system_name: rpcSystem,
      rpc_method: `${call.service}/${call.method.name}`,
      rpc_response_status_code: code,
      ...(failed ? { error_type: code } : {}),
      ...(server === undefined ? {} : { server_address: server.address, server_port: server.port }),
    };
    observeSince(duration, registry, labels, started, call.headers.get('x-trace-id') ?? undefined);
  });
}
