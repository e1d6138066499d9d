import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import { silentSockets } from './silent-sockets.ts';

/** How long, in milliseconds, calls that are told to end have for their answers. */
const lastWords = 500;

/**
 * How long, in milliseconds, a second signal counts as the first: one Ctrl-C can be two, because npm passes on what the
 * terminal has sent already.
 */
const sameSignal = 500;

/** What has to end. */
export interface Running {
  readonly apps: readonly FastifyInstance[];
  readonly admin: Server | undefined;
  readonly health: Health;
  readonly log: Log;
  /** Fires the signals of all calls under way. */
  readonly shutdown: AbortController;
  /** How long calls may take to finish, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * To be called before the apps listen. On SIGTERM or SIGINT `/readyz` turns 503, no more connections are
 * taken, the calls under way finish, and the process exits with 0. Calls that take longer than the time
 * limit are aborted, and it exits with 1; so it does, at once, on a later second signal.
 */
export function shutDownOnSignal(running: Running): void {
  const { apps, health, log, shutdown } = running;
  const endSilent = apps.map((app) => silentSockets(app.server));
  let since = 0;
  const onSignal = (): void => {
    if (health.state === 'shutting down') {
      if (performance.now() - since < sameSignal) return;
      shutdown.abort();
      // One turn, for the answers of calls that watch their signal.
      setImmediate(() => process.exit(1));
      return;
    }
    health.state = 'shutting down';
    since = performance.now();
    for (const end of endSilent) end();
    // `close` does so once; a connection whose call ends later would stay open for its keep-alive time.
    setInterval(() => apps.forEach((app) => app.server.closeIdleConnections()), 50);
    setTimeout(() => {
      log.logger.warn(`calls took longer than ${running.timeoutMs} ms to finish: they are aborted`);
      shutdown.abort();
      setTimeout(() => process.exit(1), lastWords);
    }, running.timeoutMs);
    void close(running);
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function close({ apps, admin, log, shutdown }: Running): Promise<void> {
  try {
    await Promise.all(apps.map((app) => app.close()));
    admin?.closeAllConnections();
    admin?.close();
    await log.lines.flush(lastWords);
    process.exit(shutdown.signal.aborted ? 1 : 0);
  } catch (error) {
    process.stderr.write(`pipit-server: shutdown failed: ${String(error)}\n`);
    process.exit(1);
  }
}
