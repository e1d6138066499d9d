import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { onStopSignal, silentSockets, type Health, type Log } from '@pipit/process';

/** Time, in milliseconds, that calls that are told to end have for their answers. */
const lastWords = 500;

/** The parts of a running server that have to end. */
export interface Running {
  readonly apps: readonly FastifyInstance[];
  readonly admin: Server | undefined;
  readonly health: Health;
  readonly log: Log;
  /** Fires the signals of all calls under way. */
  readonly shutdown: AbortController;
  /** Time for calls to finish, in milliseconds. */
  readonly timeoutMs: number;
}

/** Others that have to end in order, as a connection to a gateway; `close` finishes what it has. */
interface Closable {
  close(): Promise<void>;
}

/**
 * To be called before the apps listen. On SIGTERM or SIGINT `/readyz` turns 503, no more connections are
 * taken, the calls under way finish, and the process exits with 0. Calls that take longer than the time
 * limit are aborted, and it exits with 1; so it does, at once, on a later second signal.
 * @returns where what begins later is added
 */
export function shutDownOnSignal(running: Running): Set<Closable> {
  const { apps, health, log, shutdown } = running;
  const others = new Set<Closable>();
  const endSilent = apps.map((app) => silentSockets(app.server));
  const first = (): void => {
    health.state = 'shutting down';
    for (const end of endSilent) end();
    // `close` does so once; a connection whose call ends later would stay open for its keep-alive time.
    setInterval(() => apps.forEach((app) => app.server.closeIdleConnections()), 50);
    setTimeout(() => {
      log.logger.warn(`calls took longer than ${running.timeoutMs} ms to finish: they are aborted`);
      shutdown.abort();
      setTimeout(() => process.exit(1), lastWords);
    }, running.timeoutMs);
    void close(running, others);
  };
  onStopSignal(first, () => {
    shutdown.abort();
    // One turn, for the answers of calls that watch their signal.
    setImmediate(() => process.exit(1));
  });
  return others;
}

async function close({ apps, admin, log, shutdown }: Running, others: Set<Closable>): Promise<void> {
  try {
    await Promise.all([...apps, ...others].map((one) => one.close()));
    admin?.closeAllConnections();
    admin?.close();
    await log.lines.flush(lastWords);
    process.exit(shutdown.signal.aborted ? 1 : 0);
  } catch (error) {
    process.stderr.write(`pipit-server: shutdown failed: ${String(error)}\n`);
    process.exit(1);
  }
}
