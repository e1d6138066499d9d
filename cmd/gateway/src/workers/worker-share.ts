import { randomUUID } from 'node:crypto';
import type { WorkerSide } from '@pipit/process';
import type { Config } from '../settings.ts';

/** Characters of a name that leave room for the number of a process: 64 is the most. */
const longestName = 56;

/**
 * The settings as they are for one worker: it has its share of the requests under way, and a name of its own among the
 * gateways; how long callers are still taken at the end is for the process that has started it.
 */
export function shareOf(config: Config, worker: WorkerSide | undefined): Config & { gatewayId: string } {
  const { gatewayId = randomUUID() } = config;
  if (worker === undefined) return { ...config, gatewayId };
  return {
    ...config,
    gatewayId: `${gatewayId.slice(0, longestName)}-${process.pid}`,
    maxInFlight: Math.ceil(config.maxInFlight / worker.start.count),
    shutdownDelayMs: 0,
  };
}
