import {
  adminServer,
  announce,
  createLog,
  endOnSignal,
  listenAdmin,
  PoolMetrics,
  WorkerPool,
  type Health,
  type SourcedConfig,
  type WorkerProcess,
} from '@pipit/process';
import { Registry } from 'prom-client';
import { AdminPage } from '../admin/admin-page.ts';
import type { Config } from '../settings.ts';
import { longestEnd } from '../stop.ts';
import { Hub, type HubMember, type ToHub } from './hub.ts';
import { PoolAdmin } from './pool-admin.ts';

/** Time in which a worker is gone after the time for its requests, in milliseconds. */
const lastWords = 2_000;

/**
 * Runs a gateway of several processes on the same ports: each is a gateway, and together they are a cluster. This process
 * has the log, the admin listener, the signals, and where no NATS is set the bus of all of them.
 * @throws {StartError} for what keeps a worker from starting
 */
export async function serveByWorkers(sourced: SourcedConfig<Config>, count: number): Promise<void> {
  const { config } = sourced;
  const log = createLog(config.log);
  const endMs = longestEnd(config.shutdownTimeoutMs) + lastWords;
  const hub = new Hub();
  const members = new Map<WorkerProcess, HubMember>();
  const memberOf = (worker: WorkerProcess): HubMember => {
    let member = members.get(worker);
    if (member === undefined)
      members.set(worker, (member = { send: (message, sent) => worker.tell(message, sent) }));
    return member;
  };
  const pool = new WorkerPool({
    count,
    log,
    endMs,
    told: (worker, what) => hub.heard(memberOf(worker), what as ToHub),
    ended(worker) {
      hub.left(memberOf(worker));
      members.delete(worker);
      metrics?.ended(worker);
    },
  });
  const metrics =
    config.adminPort === undefined
      ? undefined
      : new PoolMetrics(Registry.PROMETHEUS_CONTENT_TYPE, log, () => pool);
  const health: Health = { state: 'starting', checks: [pool.readiness] };
  const page =
    config.adminToken === undefined
      ? undefined
      : new AdminPage(config.adminToken, new PoolAdmin(pool, config));
  const admin =
    metrics === undefined
      ? undefined
      : adminServer(metrics, health, (request, response) => page?.answer(request, response) ?? false);
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
  const { where, banner } = await pool.start({ admin: adminAt });
  if (health.state === 'starting') health.state = 'ready';
  announce(log, where, banner);
}
