import type { FastifyInstance } from 'fastify';

/**
 * On SIGTERM or SIGINT takes no more connections, finishes the calls under way and exits with 0. A second
 * signal ends them and exits with 1.
 */
export function shutDownOnSignal(app: FastifyInstance, shutdown: AbortController): void {
  let closing = false;
  const onSignal = (): void => {
    if (closing) {
      shutdown.abort();
      // One turn, for the answers of calls that watch their signal.
      setImmediate(() => process.exit(1));
      return;
    }
    closing = true;
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`pipit-server: shutdown failed: ${String(error)}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}
