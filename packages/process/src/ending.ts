import type { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Health } from './health.ts';
import type { Log } from './log.ts';
import { retireConnections } from './retire-connections.ts';
import { silentSockets } from './silent-sockets.ts';
import { workerSide } from './workers/worker-side.ts';

/**
 * Time, in milliseconds, for which a second signal counts as the first: one Ctrl-C can be two, because npm passes on what the
 * terminal has sent already.
 */
const sameSignal = 500;
/** Time, in milliseconds, that calls that are told to end have for their answers, and the last lines of the log. */
const lastWords = 500;
/** Time between two looks for connections without a call, in milliseconds. */
const idleInterval = 50;

/** The parts of a process that have to end, each in its turn. */
export interface Ending {
  readonly log: Log;
  readonly health: Health;
  /** Time for which calls are still taken, so that balancers send them elsewhere first; in milliseconds. */
  readonly delayMs: number;
  /** Time for the calls under way to finish, in milliseconds. */
  readonly timeoutMs: number;
  /** Those that take calls: callers are told to open another connection from the signal on. */
  readonly servers: readonly Server[];
  /** The admin listener, which answers to the end. */
  readonly admin: Server | undefined;
  /** The end has begun; calls are still taken for the delay. */
  begun?(): void;
  /** Takes no more calls; resolves when those under way are answered. */
  close(): Promise<void>;
  /** Ends the calls that are still under way. */
  abort(): void;
}

/**
 * The one way out of the process. To be called before it listens. SIGTERM, SIGINT, SIGQUIT and SIGUSR2, which restarts
 * under nodemon, as well as an error that nobody has caught: `/readyz` turns 503, calls are taken for the delay, then those
 * under way finish, and the process exits with 0; with 1 where there was an error, or calls had to be aborted. A later
 * second signal ends the delay, one more the process. SIGHUP ends nothing: it is for files to be read again. A worker ends
 * when the process that has started it says so, and by no signal.
 */
export function endOnSignal(ending: Ending): void {
  const { log, health, servers, admin, timeoutMs } = ending;
  const retiring = servers.map((server) => retireConnections(server));
  const retireAll = (): void => retiring.forEach((retire) => retire());
  const endSilent = servers.map((server) => silentSockets(server));
  const waiting = new AbortController();
  const worker = workerSide();
  let since: number | undefined;
  let code = 0;

  const exit = async (): Promise<never> => {
    await worker?.last();
    await log.lines.flush(lastWords);
    process.exit(code);
  };
  const abort = async (why: string): Promise<void> => {
    code = 1;
    log.logger.warn(why);
    ending.abort();
    await wait(lastWords);
    await exit();
  };
  const end = async (): Promise<void> => {
    since = performance.now();
    health.state = 'shutting down';
    ending.begun?.();
    retireAll();
    await wait(ending.delayMs, undefined, { signal: waiting.signal }).catch(() => undefined);
    waiting.abort();
    setTimeout(
      () => void abort(`calls took longer than ${timeoutMs} ms to finish: they are aborted`),
      timeoutMs,
    );
    for (const endAll of endSilent) endAll();
    // `close` does so once; a connection whose call ends later would stay open for its keep-alive time.
    setInterval(() => servers.forEach((server) => server.closeIdleConnections()), idleInterval);
    try {
      await ending.close();
      admin?.closeAllConnections();
      admin?.close();
      log.logger.info('stopped');
    } catch (error) {
      code = 1;
      log.logger.error({ err: error }, 'shutdown failed');
    }
    await exit();
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (since === undefined) {
      log.logger.info(`${signal}: calls under way finish, then the process ends`);
      void end();
    } else if (performance.now() - since >= sameSignal) {
      since = performance.now();
      if (waiting.signal.aborted) void abort(`${signal} again: calls under way are aborted`);
      else waiting.abort();
    }
  };
  const onError = (error: unknown, origin: string): void => {
    code = 1;
    log.logger.fatal({ err: error }, `${origin}: calls under way finish, then the process ends`);
    if (since === undefined) void end();
  };

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGUSR2'] as const) {
    process.on(signal, worker === undefined ? onSignal : () => undefined);
  }
  worker?.endWhenTold({
    retire: retireAll,
    end: () => void (since === undefined && end()),
    abort: () => void abort('calls under way are aborted'),
  });
  process.on('SIGHUP', () => undefined);
  process.on('uncaughtException', onError);
  // Node's own words are raw text on stderr, between lines of JSON.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.logger.warn({ err: warning }, warning.message));
}
