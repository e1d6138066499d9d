import {
  Registry,
  type Histogram,
  type LabelValues,
  type OpenMetricsContentType,
  type PrometheusContentType,
} from 'prom-client';

/** A registry of either format; exemplars are there in OpenMetrics only. */
export type AnyRegistry = Registry<PrometheusContentType> | Registry<OpenMetricsContentType>;

/** The labels of a call's duration, by OpenTelemetry's RPC conventions. */
export const callLabels = [
  'rpc_system_name',
  'rpc_method',
  'rpc_response_status_code',
  'error_type',
] as const;

/** One of them. */
export type CallLabel = (typeof callLabels)[number];

/** In seconds. */
export const defaultBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

/**
 * The instruments of a registry, made by the first who asks: whoever comes later, of another copy of this package too,
 * counts with the same.
 * @param name of one of them
 * @throws {Error} where somebody else has registered metrics of these names
 */
export function sharedBy<Instruments>(
  registry: AnyRegistry,
  name: string,
  make: () => Instruments,
): Instruments {
  const key = Symbol.for(`@pipit/runtime/metrics/${name}`);
  const owner = registry as { [key]?: Instruments };
  // A registry that was cleared has them no more.
  if (owner[key] === undefined || registry.getSingleMetric(name) === undefined) owner[key] = make();
  return owner[key];
}

const w3cTraceId = /^[0-9a-f]{32}$/;

/** Observes a duration that began at `started` (by `performance.now()`), with the trace as its exemplar where the registry takes any. */
export function observeSince<Label extends string>(
  duration: Histogram<Label>,
  registry: AnyRegistry,
  labels: LabelValues<Label>,
  started: number,
  traceId: string | undefined,
): void {
  const value = (performance.now() - started) / 1000;
  if (registry.contentType !== Registry.OPENMETRICS_CONTENT_TYPE) duration.observe(labels, value);
  else {
    const isTrace = traceId !== undefined && w3cTraceId.test(traceId);
    // The type has the metric's own labels for an exemplar's, which are any.
    const exemplarLabels = (isTrace ? { trace_id: traceId } : {}) as LabelValues<Label>;
    duration.observe({ labels, value, exemplarLabels });
  }
}
