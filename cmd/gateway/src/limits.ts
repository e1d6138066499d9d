import type { Limits } from '@pipit/gateway';
import type { Config } from './settings.ts';

/** What the settings say of the gateway's limits. */
export function limitsOf(config: Config): Partial<Limits> {
  return {
    heartbeatInterval: config.heartbeatIntervalMs,
    suspectAfter: config.suspectAfterMs,
    closeAfter: config.closeAfterMs,
    defaultDeadline: config.defaultDeadlineMs,
    longestDeadline: config.longestDeadlineMs,
    queueTimeout: config.queueTimeoutMs,
    maxInFlight: config.maxInFlight,
    maxInFlightPerConnection: config.maxInFlightPerConnection,
    // A request that was taken has to fit wherever it goes in chunks.
    maxBodyBytes: Math.max(config.maxBodyBytes, config.bodyLimit),
    drainTimeout: config.shutdownTimeoutMs,
  };
}
