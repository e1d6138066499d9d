import type { Hooks, Interceptor } from '@pipit/runtime';
import { accessLog } from '@pipit/runtime/access-log';
import { metrics } from '@pipit/runtime/metrics';
import { overload } from '@pipit/runtime/overload';
import { hasTracerProvider, tracing } from '@pipit/runtime/tracing';
import { collectDefaultMetrics, Registry } from 'prom-client';
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
    registry = new Registry();
    collectDefaultMetrics({ register: registry });
    logMetrics(registry, lines);
    hooks.push(metrics({ registry, services: services() }));
  }
  if (config.log.requests && logger.isLevelEnabled('error')) {
    const log = accessLines(logger, lines);
    hooks.push(accessLog({ log, headers: config.log.headers, redact: config.log.redact }));
  }
  if (maxEventLoopDelayMs > 0) interceptors.push(guard.interceptor);
  return { hooks, interceptors, registry, isOverloaded: () => guard.isOverloaded };
}
