import type { FastifyInstance } from 'fastify';
import {
  adminServer,
  announce,
  connectionMetrics,
  createLog,
  inheritedSocket,
  listen,
  listenAdmin,
  readTls,
  readiness,
  watchDescriptors,
  workerSide,
  workersOf,
  type Health,
  type SourcedConfig,
} from '@pipit/process';
import { buildApp } from './app.ts';
import { announcement, type Listening } from './banner.ts';
import { renewCertificates } from './certificates.ts';
import { gatewayOptions, serveThroughGateway } from './gateway.ts';
import { observers } from './observers.ts';
import { server } from './program.ts';
import { isInternal, readinessChecks, services } from './services.ts';
import type { Config } from './settings.ts';
import { shutDownOnSignal } from './shutdown.ts';
import { shareOf } from './worker-share.ts';

/**
 * Runs the server until the process is told to stop, by itself or by several workers.
 * @throws {StartError} for what keeps it from starting
 */
export async function serve(sourced: SourcedConfig<Config>): Promise<void> {
  const count = workersOf(sourced.config);
  if (count === 1 || workerSide() !== undefined) return serveHere(sourced);
  // Only those who want workers load it.
  const { serveByWorkers } = await import('./workers.ts');
  return serveByWorkers(sourced, count);
}

/** Serves in this process. */
async function serveHere(sourced: SourcedConfig<Config>): Promise<void> {
  const worker = workerSide();
  const config = shareOf(sourced.config, worker);
  const shutdown = new AbortController();
  const inherited = worker === undefined ? inheritedSocket() : worker.start.socket;
  const tls = readTls(config.tls, 'tls', sourced, server);
  const toGateway = gatewayOptions(sourced);
  const log = createLog(config.log);
  const watching = observers(config, log);
  const health: Health = {
    state: 'starting',
    isOverloaded: () => watching.isOverloaded(),
    checks: readinessChecks(),
  };
  const parts = { logger: log.logger, observers: watching, tls, shutdownSignal: shutdown.signal };

  const { registry } = watching;
  const admin = registry === undefined || worker !== undefined ? undefined : adminServer(registry, health);
  const sides = sidesOf(sourced);
  const apps: FastifyInstance[] = [];
  for (const { services } of sides) apps.push(await buildApp(config, { ...parts, services }));
  if (registry !== undefined)
    connectionMetrics(
      registry,
      apps.map((app) => app.server),
    );
  watchDescriptors(log.logger);
  const stopping = shutDownOnSignal({ config, apps, admin, health, log, shutdown });
  stopping.add(renewCertificates(sourced, apps, log.logger));

  const adminAt = admin === undefined ? worker?.start.admin : await listenAdmin(sourced, admin);
  const listeners: Listening[] = [];
  for (const [index, { where, role, services }] of sides.entries()) {
    const app = apps[index] as FastifyInstance;
    const at = {
      host: config[where.host],
      port: config[where.port] ?? 0,
      hostKey: where.host,
      portKey: where.port,
    };
    const begin = async (place: object): Promise<FastifyInstance['server']> => {
      await app.listen({ ...place, listenTextResolver: (address) => `${role} listener on ${address}` });
      return app.server;
    };
    const place = await listen(sourced, at, begin, role === 'public' ? inherited : undefined);
    listeners.push({ role, ...place, services });
  }
  if (health.state === 'starting') health.state = 'ready';
  const { where: places, banner } = announcement(config, listeners, adminAt);
  if (worker === undefined) announce(log, places, banner);
  else {
    worker.ready(
      { where: places, banner },
      { metrics: async () => (await registry?.getMetricsAsJSON()) ?? [], readiness: () => readiness(health) },
    );
  }
  if (toGateway !== undefined) stopping.add(await serveThroughGateway(config, toGateway, parts, services()));
}

type Side = Pick<Listening, 'role' | 'services'> & {
  readonly where: { readonly host: 'host' | 'internalHost'; readonly port: 'port' | 'internalPort' };
};

/** The services by their listener: `v0` ones on the internal one, if there is one. */
function sidesOf({ config }: SourcedConfig<Config>): Side[] {
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
