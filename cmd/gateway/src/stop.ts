import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { Gateway, RegistryServer } from '@pipit/gateway';
import { onStopSignal, type Health, type Log } from '@pipit/process';

/** What has to end. */
export interface Running {
  readonly gateway: Gateway;
  readonly callers: Server | Http2SecureServer;
  readonly services: RegistryServer;
  readonly admin: Server | undefined;
  readonly health: Health;
  readonly log: Log;
  readonly reloading: { close(): Promise<void> };
}

/** How long the last lines of the log may take, in milliseconds. */
const lastWords = 500;

/**
 * On SIGTERM or SIGINT `/readyz` turns 503, services are asked to move, requests under way finish, and the process
 * exits with 0. A later second signal ends it at once, with 1.
 */
export function stopOnSignal(running: Running): void {
  onStopSignal(
    () => void stop(running),
    () => process.exit(1),
  );
}

async function stop({ gateway, callers, services, admin, health, log, reloading }: Running): Promise<void> {
  health.state = 'shutting down';
  log.logger.info('stopping: requests under way finish');
  const drained = gateway.drain();
  // Callers are served while services finish; those that stay connected get no more after this.
  const closed = new Promise<void>((resolve) => void callers.close(() => resolve()));
  const idle = setInterval(() => {
    if ('closeIdleConnections' in callers) callers.closeIdleConnections();
  }, 50);
  await drained;
  // What is answered is on its way; a connection that is only kept open is not worth waiting for.
  const late = setTimeout(() => process.exit(0), 1_000);
  await closed;
  clearTimeout(late);
  clearInterval(idle);
  await Promise.all([services.destroy(), reloading.close()]);
  admin?.closeAllConnections();
  admin?.close();
  log.logger.info('stopped');
  await log.lines.flush(lastWords);
  process.exit(0);
}
