import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { buildApp } from './app.ts';
import { textAskedFor } from './arguments.ts';
import { banner } from './banner.ts';
import { readConfig, type Config } from './config.ts';
import { services } from './services.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { StartError } from './start-error.ts';

try {
  const text = textAskedFor(process.argv.slice(2));
  if (text === undefined) await serve(readConfig(process.env));
  else process.stdout.write(text);
} catch (error) {
  // What was not foreseen is shown whole: it is a bug.
  const shown = error instanceof StartError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`pipit-server: ${shown}\n`);
  process.exitCode = 1;
}

async function serve(config: Config): Promise<void> {
  const shutdown = new AbortController();
  const served = services();
  const app = await buildApp(config, served, shutdown.signal);
  shutDownOnSignal(app, shutdown);
  await listen(app, config);
  const { port } = app.server.address() as AddressInfo;
  process.stdout.write(banner(config, port, served));
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedies: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is in use: stop what uses it, or set PORT to another (0 takes a free one)`,
      EACCES: `port ${port} needs more rights than this user has: set PORT to 1024 or above`,
      EADDRNOTAVAIL: `HOST=${host} is no address of this machine: set HOST to one, for example 127.0.0.1`,
      ENOTFOUND: `HOST=${host} can not be resolved: set HOST to an address, for example 127.0.0.1`,
    };
    const remedy = code === undefined ? undefined : remedies[code];
    if (remedy === undefined) throw error;
    throw new StartError(remedy, { cause: error });
  }
}
