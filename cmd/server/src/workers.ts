import {
  adminServer,
  announce,
  createLog,
  endOnSignal,
  inheritedSocket,
  listenAdmin,
  PoolMetrics,
  WorkerPool,
  type Health,
  type SourcedConfig,
} from '@pipit/process';
import { contentTypeOf } from './observers.ts';
import type { Config } from './settings.ts';

/** Time in which a worker is gone after the time for its calls, in milliseconds. */
const lastWords = 2_000;

/**
 * Serves by several processes, and has the log, the admin listener and the signals of all of them.
 * @throws {StartError} for what keeps a worker from starting
 */
export async function serveByWorkers(sourced: SourcedConfig<Config>, count: number): Promise<void> {
  const { config } = sourced;
  const socket = inheritedSocket();
  const log = createLog(config.log);
  const endMs = config.shutdownTimeoutMs + lastWords;
  const pool = new WorkerPool({ count, log, endMs, ended: (worker) => metrics?.ended(worker) });
  const metrics =
    config.adminPort === undefined
      ? undefined
      : new PoolMetrics(contentTypeOf(config.metrics.format), log, () => pool);
  const health: Health = { state: 'starting', checks: [pool.readiness] };
  const admin = metrics === undefined ? undefined : adminServer(metrics, health);
  endOnSignal({
    log,
    health,
    delayMs: config.shutdownDelayMs,
    timeoutMs: endMs + lastWords,
    servers: [],
    admin,
    begun: () => pool.retire(),
    close: () => pool.end(),
    abort: () => pool.abort(),
  });
  process.on('SIGHUP', () => void pool.restart());
  const adminAt = admin === undefined ? undefined : await listenAdmin(sourced, admin);
  const { where, banner } = await pool.start({ admin: adminAt, socket });
  if (health.state === 'starting') health.state = 'ready';
  announce(log, where, banner);
}
