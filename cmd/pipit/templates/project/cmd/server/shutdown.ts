import type { FastifyInstance } from 'fastify';

/** How long, in milliseconds, calls under way may take to finish; then how long to answer that they are aborted. */
const timeoutMs = 10_000;
const lastWordsMs = 500;

/**
 * On SIGTERM or SIGINT no more connections are taken, the calls under way finish, and the process exits with 0.
 * Calls that take longer are aborted, and it exits with 1; so it does on a second signal.
 */
export function shutDownOnSignal(apps: readonly FastifyInstance[], shutdown: AbortController): void {
  let since: number | undefined;
  const abort = (): void => {
    process.exitCode = 1;
    shutdown.abort();
    setTimeout(() => process.exit(), lastWordsMs);
  };
  const stop = (signal: NodeJS.Signals): void => {
    if (since !== undefined) {
      // One Ctrl-C can be two signals: npm passes on what the terminal has sent already, and bash lets it through.
      if (performance.now() - since > 1000) abort();
      return;
    }
    since = performance.now();
    apps[0]?.log.info(`${signal}: shutting down`);
    setTimeout(abort, timeoutMs);
    // Fastify does so once; a connection whose call ends later would stay open for its keep-alive time.
    setInterval(() => apps.forEach((app) => app.server.closeIdleConnections()), 50);
    void Promise.all(apps.map((app) => app.close())).then(() => process.exit());
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
