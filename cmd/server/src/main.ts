import { once } from 'node:events';
import type { Server } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { adminServer } from './admin.ts';
import { buildApp } from './app.ts';
import { readArguments } from './arguments.ts';
import { banner, type Listening } from './banner.ts';
import { readConfig, type SourcedConfig } from './config.ts';
import type { Health } from './health.ts';
import { listen, type Where } from './listen.ts';
import { createLog } from './log.ts';
import { observers } from './observers.ts';
import { printedConfig } from './print-config.ts';
import { isInternal, services } from './services.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { StartError } from './start-error.ts';
import { readTls } from './tls.ts';

try {
  const asked = readArguments(process.argv.slice(2));
  if ('print' in asked) {
    process.stdout.write(asked.print);
  } else {
    const { flags } = asked;
    const file = asked.config ?? (process.env['PIPIT_CONFIG'] || undefined);
    const sourced = readConfig({ flags, env: process.env, file });
    if (asked.printConfig) process.stdout.write(printedConfig(sourced));
    else await serve(sourced);
  }
} catch (error) {
  // What was not foreseen is shown whole: it is a bug.
  const shown = error instanceof StartError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`pipit-server: ${shown}\n`);
  // Other listeners may be open already.
  process.exit(1);
}

async function serve(sourced: SourcedConfig): Promise<void> {
  const { config } = sourced;
  const shutdown = new AbortController();
  const health: Health = { state: 'starting' };
  const tls = readTls(sourced);
  const log = createLog(config.log);
  const watching = observers(config, log);
  const parts = { logger: log.logger, observers: watching, tls, shutdownSignal: shutdown.signal };

  const { registry } = watching;
  const admin = registry === undefined ? undefined : adminServer(registry, health);
  const sides = sidesOf(sourced);
  const apps: FastifyInstance[] = [];
  for (const { services } of sides) apps.push(await buildApp(config, { ...parts, services }));
  shutDownOnSignal({ apps, admin, health, log, shutdown, timeoutMs: config.shutdownTimeoutMs });

  const adminAt = admin === undefined ? undefined : await listenAdmin(sourced, admin);
  const listeners: Listening[] = [];
  for (const [index, { where, role, services }] of sides.entries()) {
    const app = apps[index] as FastifyInstance;
    const port = await listen(sourced, where, async (place) => {
      await app.listen({ ...place, listenTextResolver: (address) => `${role} listener on ${address}` });
      return app.server;
    });
    listeners.push({ role, host: config[where.host], port, services });
  }
  if (health.state === 'starting') health.state = 'ready';
  process.stdout.write(banner(config, listeners, adminAt));
}

/** What is served where: `v0` services on the internal listener, if there is one. */
function sidesOf({ config }: SourcedConfig): (Pick<Listening, 'role' | 'services'> & { where: Where })[] {
  const all = services();
  const where = { host: 'host', port: 'port' } as const;
  if (config.internalPort === undefined) return [{ role: 'public', where, services: all }];
  return [
    { role: 'public', where, services: all.filter((service) => !isInternal(service)) },
    {
      role: 'internal',
      where: { host: 'internalHost', port: 'internalPort' },
      services: all.filter(isInternal),
    },
  ];
}

async function listenAdmin(sourced: SourcedConfig, admin: Server): Promise<{ host: string; port: number }> {
  const port = await listen(sourced, { host: 'adminHost', port: 'adminPort' }, async (place) => {
    admin.listen(place);
    await once(admin, 'listening');
    return admin;
  });
  return { host: sourced.config.adminHost, port };
}
