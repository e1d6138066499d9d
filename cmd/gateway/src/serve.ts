import {
  createFront,
  createGateway,
  createHealthHandler,
  createRegistryServer,
  createTranscoder,
  gatewayLog,
  Overview,
  type Gateway,
  type Observer,
  type RegistryServer,
} from '@pipit/gateway';
import { gatewayMetrics } from '@pipit/gateway/metrics';
import {
  adminServer,
  announce,
  createLog,
  docsPathOf,
  isLoopback,
  limitedServer,
  logMetrics,
  proxyProtocolOf,
  readiness,
  renewCertificate,
  workersOf,
  workerSide,
  type Health,
  type SourcedConfig,
} from '@pipit/process';
import { normalizePrefix } from '@pipit/runtime/door';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { AdminActions } from './admin/admin-actions.ts';
import { AdminPage } from './admin/admin-page.ts';
import { statusOf } from './admin/status.ts';
import { banner, nextCommands } from './banner.ts';
import { clusterBus } from './cluster.ts';
import type { DocsOptions } from './docs.ts';
import { refuseOpenPlaintext } from './exposure.ts';
import { GatewayFiles } from './files.ts';
import { limitsOf } from './limits.ts';
import { listenAll } from './listen-all.ts';
import type { Origins } from './origins.ts';
import type { Config } from './settings.ts';
import { stopOnSignal } from './stop.ts';
import { answerAdmin } from './workers/pool-admin.ts';
import { shareOf } from './workers/worker-share.ts';

/**
 * Runs a gateway until the process is told to stop, by itself or by several workers.
 * @throws {StartError} for what keeps it from starting
 */
export async function serve(sourced: SourcedConfig<Config>): Promise<void> {
  const count = workersOf(sourced.config);
  if (count === 1 || workerSide() !== undefined) return serveHere(sourced);
  // Only those who want workers load it.
  const { serveByWorkers } = await import('./workers/serve-by-workers.ts');
  return serveByWorkers(sourced, count);
}

/** Serves in this process. */
async function serveHere(given: SourcedConfig<Config>): Promise<void> {
  const worker = workerSide();
  const config = shareOf(given.config, worker);
  const sourced = { ...given, config };
  const prefix = normalizePrefix(config.prefix);
  const limits = limitsOf(sourced);
  const files = await GatewayFiles.read(sourced);
  const { certificates, dev } = files;
  const encrypted = {
    callers: certificates.callers !== undefined,
    services: certificates.services !== undefined,
  };
  refuseOpenPlaintext(sourced, { who: 'callers', hostKey: 'host', encrypted: encrypted.callers });
  refuseOpenPlaintext(sourced, { who: 'services', hostKey: 'servicesHost', encrypted: encrypted.services });

  const health: Health = { state: 'starting' };
  const log = createLog(config.log);
  const { logger } = log;
  const registry = new Registry();
  const metrics = config.adminPort === undefined ? undefined : gatewayMetrics({ registry });
  if (metrics !== undefined) {
    collectDefaultMetrics({ register: registry });
    logMetrics(registry, log.lines);
  }
  const requests = gatewayLog(logger, { requests: config.log.requests && logger.isLevelEnabled('info') });
  const docs = docsOf(config);
  const { gatewayId } = config;
  const bus = await clusterBus(sourced, gatewayId, logger);
  const { adminToken } = config;
  const overview = adminToken === undefined || metrics === undefined ? undefined : new Overview();
  const observers: readonly Observer[] = [requests, metrics, overview].filter((one) => one !== undefined);
  const gateway = createGateway({
    gatewayId,
    ...(bus === undefined ? {} : { bus }),
    keys: files.keys,
    log: logger,
    observers,
    limits,
    heartbeat: config.heartbeat,
    transcoder: () => files.transcoder,
    transcoderOf: (set) =>
      createTranscoder(set, { messageLimit: config.messageLimit, comments: docs !== undefined }),
    wantsDescriptors: docs !== undefined,
  });
  metrics?.watch(gateway.admin);

  const services = servicesServer(config, gateway, files, observers, logger);
  const front = callersFront(config, gateway, files, logger);
  let origins: Origins | undefined;
  const callers = limitedServer(
    await docsFront(front, docs, { prefix, admin: gateway.admin, servicesOrigin: () => origins?.services }),
    certificates.callers,
    config,
    proxyProtocolOf(config.proxyProtocol, config.headersTimeoutMs, logger),
  );
  const actions: AdminActions | undefined = overview && {
    status: async () => statusOf({ gateway, bus, overview, files, sourced: given }),
    act: async (what, id) => gateway.admin[what](id),
  };
  const adminPage =
    actions === undefined || adminToken === undefined || worker !== undefined
      ? undefined
      : new AdminPage(adminToken, actions);
  const admin =
    metrics === undefined || worker !== undefined
      ? undefined
      : adminServer(registry, health, (request, response) => adminPage?.answer(request, response) ?? false);

  const reloading = files.watch(
    (renewed) => {
      if (renewed.callers !== undefined) renewCertificate(callers, renewed.callers);
      if (renewed.services !== undefined) services.setSecureContext(renewed.services);
    },
    gateway.admin,
    logger,
  );
  const { shutdownDelayMs: delayMs } = config;
  stopOnSignal({ gateway, bus, callers, services, admin, health, log, reloading, delayMs });

  origins = await listenAll(sourced, { callers, services, admin }, encrypted);
  void gateway.settled.then(() => {
    if (health.state === 'starting') health.state = 'ready';
  });
  const next = dev === undefined ? undefined : nextCommands(origins, prefix, dev);
  const where = { ...origins, dev: dev?.folder, next };
  const text = banner(origins, prefix, dev);
  if (worker === undefined) announce(log, where, text);
  else {
    worker.ready(
      { where, banner: text },
      {
        metrics: () => registry.getMetricsAsJSON(),
        readiness: () => readiness(health),
        more: (question) => answerAdmin(actions, question),
      },
    );
  }
}

function servicesServer(
  { servicesProxyProtocol, headersTimeoutMs }: Config,
  gateway: Gateway,
  { certificates, keys }: GatewayFiles,
  observers: readonly Observer[],
  log: Logger,
): RegistryServer {
  return createRegistryServer({
    ...(certificates.services === undefined ? {} : { tls: certificates.services }),
    maxMessageBytes: gateway.limits.maxMessageBytes,
    proxyProtocol: proxyProtocolOf(servicesProxyProtocol, headersTimeoutMs, log),
    health: createHealthHandler(gateway, keys),
    onStream: (stream, origin) => gateway.accept(stream, origin),
    onHandshakeError({ message }, address) {
      for (const observer of observers) observer.handshakeFailed?.(address, message);
    },
  });
}

function callersFront(
  config: Config,
  gateway: Gateway,
  { keys }: GatewayFiles,
  log: Logger,
): ReturnType<typeof createFront> {
  const { prefix, bodyLimit, trustProxy, stallTimeoutMs, cors, trustedOrigins } = config;
  const access = accessOf(config);
  return createFront({
    gateway,
    keys,
    access,
    // Elsewhere whoever opened the gateway to all has said so.
    ...(isLoopback(config.host) && access === 'open' && { allowedHosts: config.allowedHosts }),
    prefix,
    bodyLimit,
    trustProxy,
    stallTimeout: stallTimeoutMs,
    cors,
    trustedOrigins,
    log,
  });
}

function accessOf({ callerAccess, host }: Config): 'open' | 'key' {
  return callerAccess === 'auto' ? (isLoopback(host) ? 'open' : 'key') : callerAccess;
}

/** The path of the docs page. Where callers need a key it is there only where it is asked for: it needs none. */
function docsOf(config: Config): string | undefined {
  return config.docs === undefined && accessOf(config) === 'key' ? undefined : docsPathOf(config.docs);
}

/** Loads the page only where there is one. */
async function docsFront(
  front: ReturnType<typeof createFront>,
  path: string | undefined,
  options: Omit<DocsOptions, 'path'>,
): Promise<ReturnType<typeof createFront>> {
  if (path === undefined) return front;
  const { withDocs } = await import('./docs.ts');
  return withDocs(front, { path, ...options });
}
