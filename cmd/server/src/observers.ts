import type { Hooks, Interceptor } from '@pipit/runtime';
import { accessLog } from '@pipit/runtime/access-log';
import { metrics } from '@pipit/runtime/metrics';
import { overload } from '@pipit/runtime/overload';
import { hasTracerProvider, tracing } from '@pipit/runtime/tracing';
import { collectDefaultMetrics, Registry, type RegistryContentType } from 'prom-client';
import { accessLines } from './access-lines.ts';
import { logMetrics, type Log } from '@pipit/process';
import { logsTraceId } from './log.ts';
import { services } from './services.ts';
import type { Config } from './settings.ts';

/** The hooks that watch the calls of all listeners, for somebody who looks; what nobody looks at is not there. */
export interface Observers {
  readonly hooks: readonly Hooks[];
  readonly interceptors: readonly Interceptor[];
  /** Undefined where there is no admin listener to show it. */
  readonly registry: Registry | undefined;
  /** True while calls are refused because there are too many. */
  isOverloaded(): boolean;
}

export function observers(config: Config, { logger, lines }: Log): Observers {
  const hooks: Hooks[] = [];
  const interceptors: Interceptor[] = [];
  let registry: Registry | undefined;
  const { maxInFlight, maxEventLoopDelayMs } = config;
  const guard = overload({
    maxInFlight: maxInFlight || Infinity,
    maxDelayMs: maxEventLoopDelayMs || Infinity,
  });
  hooks.push(guard.hooks);
  if (hasTracerProvider()) {
    const traced = tracing();
    hooks.push(traced.hooks);
    interceptors.push(traced.interceptor);
  }
  hooks.push(logsTraceId);
  if (config.adminPort !== undefined) {
    const { buckets, format } = config.metrics;
    registry = registryOf(format);
    collectDefaultMetrics({ register: registry });
    logMetrics(registry, lines);
    hooks.push(metrics({ registry, services: services(), ...(buckets === undefined ? {} : { buckets }) }));
  }
  if (config.log.requests && logger.isLevelEnabled('error')) {
    const { format, headers, redact, okEvery } = config.log;
    const log = format === 'json' ? accessLines(logger, lines) : logger;
    hooks.push(accessLog({ log, headers, redact, okEvery }));
  }
  if (maxEventLoopDelayMs > 0) interceptors.push(guard.interceptor);
  return { hooks, interceptors, registry, isOverloaded: () => guard.isOverloaded };
}

function registryOf(format: Config['metrics']['format']): Registry {
  const registry: Registry<RegistryContentType> = new Registry();
  registry.setContentType(contentTypeOf(format));
  // To its type a registry is of the one format for good.
  return registry as Registry;
}

/** The media type of a format of metrics. */
export function contentTypeOf(format: Config['metrics']['format']): RegistryContentType {
  return format === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE;
}
