import type { WorkerSide } from '@pipit/process';
import type { Config } from './settings.ts';

/**
 * The settings as they are for one worker: of limits that hold for all callers it has its share, and how long calls are
 * still taken at the end is for the process that has started it.
 */
export function shareOf(config: Config, worker: WorkerSide | undefined): Config {
  if (worker === undefined) return config;
  const { count } = worker.start;
  return {
    ...config,
    maxConnections: Math.ceil(config.maxConnections / count),
    maxInFlight: Math.ceil(config.maxInFlight / count),
    shutdownDelayMs: 0,
  };
}
