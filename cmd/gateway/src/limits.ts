import type { Limits } from '@pipit/gateway';
import { StartError, type SourcedConfig } from '@pipit/process';
import type { Config } from './settings.ts';

/** The gateway's limits, from its settings. @throws {StartError} for heartbeats that could never come in time */
export function limitsOf({ config, places }: SourcedConfig<Config>): Partial<Limits> {
  const beats = ['heartbeatIntervalMs', 'suspectAfterMs', 'closeAfterMs'] as const;
  for (const [index, key] of beats.slice(1).entries()) {
    const before = beats[index] as (typeof beats)[number];
    if (config[before] >= config[key]) {
      throw new StartError(
        `${places.get(key)?.name}=${config[key]} is not longer than ${before}, which is ${config[before]}: services would be given up that send every heartbeat; set it higher`,
      );
    }
  }
  return {
    heartbeatInterval: config.heartbeatIntervalMs,
    suspectAfter: config.suspectAfterMs,
    closeAfter: config.closeAfterMs,
    defaultDeadline: config.defaultDeadlineMs,
    longestDeadline: config.longestDeadlineMs,
    queueTimeout: config.queueTimeoutMs,
    startKnownFor: config.startKnownForMs,
    maxInFlight: config.maxInFlight,
    maxInFlightPerConnection: config.maxInFlightPerConnection,
    // A request that was taken has to fit wherever it goes in chunks.
    maxBodyBytes: Math.max(config.maxBodyBytes, config.bodyLimit),
    drainTimeout: config.shutdownTimeoutMs,
  };
}
