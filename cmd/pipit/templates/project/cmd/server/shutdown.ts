import closeWithGrace from 'close-with-grace';
import type { FastifyInstance } from 'fastify';

/** How long, in milliseconds, calls under way may take to finish; then how long to answer that they are aborted. */
const timeoutMs = 10_000;
const lastWordsMs = 500;

/**
 * SIGINT is below. The others are crashes of Node's own, after which no code can be relied on: where somebody listens to
 * them, a process that crashes at its exit (its terminal is gone) crashes again, for ever.
 */
const skip = ['SIGINT', 'SIGILL', 'SIGTRAP', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV'] as const;

/**
 * On SIGTERM or SIGINT no more connections are taken, the calls under way finish, and the process exits with 0. Calls that
 * take longer are aborted. An error that nobody catches ends the process in the same way, with 1.
 */
export function shutDownOnSignal(apps: readonly FastifyInstance[], shutdown: AbortController): void {
  const { log } = apps[0]!;
  const options = { delay: timeoutMs + lastWordsMs, logger: log, skip: [...skip] };
  const { close } = closeWithGrace(options, async ({ signal = 'SIGINT', err }) => {
    if (err) log.fatal(err);
    else log.info(`${signal}: shutting down`);
    setTimeout(() => shutdown.abort(), timeoutMs).unref();
    // Fastify does so once; a connection whose call ends later would stay open for its keep-alive time.
    setInterval(() => apps.forEach((app) => app.server.closeIdleConnections()), 50).unref();
    await Promise.all(apps.map((app) => app.close()));
  });
  // One Ctrl-C can be two signals: npm passes on what the terminal has sent already.
  let first = true;
  process.on('SIGINT', () => {
    if (first) void close();
    first = false;
  });
}
