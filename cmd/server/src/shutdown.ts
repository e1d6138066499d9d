import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { endOnSignal, type Health, type Log } from '@pipit/process';
import type { Config } from './settings.ts';

/** The parts of a running server that have to end. */
export interface Running {
  readonly config: Pick<Config, 'shutdownDelayMs' | 'shutdownTimeoutMs'>;
  readonly apps: readonly FastifyInstance[];
  readonly admin: Server | undefined;
  readonly health: Health;
  readonly log: Log;
  /** Fires the signals of all calls under way. */
  readonly shutdown: AbortController;
}

/** Others that have to end in order, as a connection to a gateway; `close` finishes what it has. */
interface Closable {
  close(): unknown;
}

/**
 * To be called before the apps listen.
 * @returns where what begins later is added
 */
export function shutDownOnSignal({ config, apps, admin, health, log, shutdown }: Running): Set<Closable> {
  const others = new Set<Closable>();
  endOnSignal({
    log,
    health,
    delayMs: config.shutdownDelayMs,
    timeoutMs: config.shutdownTimeoutMs,
    servers: apps.map(({ server }) => server),
    admin,
    async close() {
      await Promise.all([...apps, ...others].map((one) => one.close()));
    },
    abort: () => shutdown.abort(),
  });
  return others;
}
