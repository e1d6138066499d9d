import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Gateway, RegistryServer } from '@pipit/gateway';
import { onStopSignal, silentSockets, type Health, type Log } from '@pipit/process';

/** The parts of a running gateway that have to end. */
export interface Running {
  readonly gateway: Gateway;
  readonly callers: Server;
  readonly services: RegistryServer;
  readonly admin: Server | undefined;
  readonly health: Health;
  readonly log: Log;
  readonly reloading: { close(): void };
  /** Time for which callers are still taken. */
  readonly delayMs: number;
}

/** Time for the last lines of the log, in milliseconds. */
const lastWords = 500;

/**
 * To be called before the callers' listener listens. On SIGTERM or SIGINT `/readyz` turns 503; after the delay services are
 * asked to move, requests under way finish, and the process exits with 0. A later second signal ends it at once, with 1.
 */
export function stopOnSignal(running: Running): void {
  const endSilent = silentSockets(running.callers);
  onStopSignal(
    () => void stop(running, endSilent),
    () => process.exit(1),
  );
}

async function stop(running: Running, endSilent: () => void): Promise<void> {
  const { gateway, callers, services, admin, health, log, reloading, delayMs } = running;
  health.state = 'shutting down';
  // Until then who asks /readyz sends callers elsewhere: one who comes while the port closes would be cut off.
  if (delayMs > 0) await wait(delayMs);
  log.logger.info('stopping: requests under way finish');
  reloading.close();
  const drained = gateway.drain();
  const answered = new Promise<void>((resolve) => void callers.close(() => resolve()));
  endSilent();
  // `close` does so once; a connection whose request ends later would stay open for its keep-alive time.
  setInterval(() => callers.closeIdleConnections(), 50);
  // A caller may read slowly what it was answered, but not for ever.
  await Promise.race([answered, wait(gateway.limits.drainTimeout)]);
  await drained;
  await services.destroy();
  admin?.closeAllConnections();
  admin?.close();
  log.logger.info('stopped');
  await log.lines.flush(lastWords);
  process.exit(0);
}
