import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Server as TlsServer } from 'node:tls';
import {
  createFront,
  createGateway,
  createHealthHandler,
  createRegistryServer,
  createTranscoder,
  gatewayLog,
  type GatewayOptions,
  type Observer,
} from '@pipit/gateway';
import { ReloadableKeyRing } from '@pipit/gateway/keys';
import { gatewayMetrics } from '@pipit/gateway/metrics';
import {
  adminServer,
  createLog,
  isLoopback,
  limitedServer,
  listen,
  printedConfig,
  readArguments,
  readConfig,
  StartError,
  type Health,
  type SourcedConfig,
} from '@pipit/process';
import { normalizePrefix } from '@pipit/runtime/door';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { banner, originOf } from './banner.ts';
import { readCertificates } from './certificates.ts';
import { readDescriptors } from './descriptors.ts';
import { devFiles } from './dev.ts';
import { refuseOpenPlaintext } from './exposure.ts';
import { readKeys } from './keys-file.ts';
import { limitsOf } from './limits.ts';
import { page } from './page.ts';
import { gateway as program } from './program.ts';
import type { Config } from './settings.ts';
import { stopOnSignal } from './stop.ts';
import { reloadOnChange } from './watch.ts';

try {
  const asked = readArguments(program, process.argv.slice(2));
  if ('print' in asked) {
    process.stdout.write(asked.print);
  } else {
    const { flags } = asked;
    const file = asked.config ?? (process.env[program.configEnv] || undefined);
    const sourced = readConfig(program, { flags, env: process.env, file });
    if (asked.printConfig) process.stdout.write(printedConfig(program, sourced));
    else await serve(sourced);
  }
} catch (error) {
  // What was not foreseen is shown whole: it is a bug.
  const shown = error instanceof StartError ? error.message : ((error as Error).stack ?? String(error));
  process.stderr.write(`pipit-gateway: ${shown}\n`);
  process.exit(1);
}

async function serve(sourced: SourcedConfig<Config>): Promise<void> {
  const { config } = sourced;
  if (config.dev && config.keys !== undefined) {
    throw new StartError(
      `${sourced.places.get('keys')?.name} is set, and --dev has keys of its own: leave one of them out`,
    );
  }
  const limits = limitsOf(sourced);
  const dev = config.dev ? await devFiles() : undefined;
  const keysFile = config.keys ?? dev?.keys;
  if (keysFile === undefined) {
    throw new StartError(
      'no service could connect, because there are no keys: make some with pipit gateway key add and say --keys <file>, or try it with --dev',
    );
  }
  let certificates = readCertificates(sourced, dev);
  const callersTls = certificates.callers !== undefined;
  const servicesTls = certificates.services !== undefined;
  refuseOpenPlaintext(sourced, { who: 'callers', hostKey: 'host', encrypted: callersTls });
  refuseOpenPlaintext(sourced, { who: 'services', hostKey: 'servicesHost', encrypted: servicesTls });
  const keys = new ReloadableKeyRing(readKeys(keysFile));
  let transcoder = readDescriptors(config.descriptors);

  const health: Health = { state: 'starting' };
  const log = createLog(config.log);
  const { logger } = log;
  const registry = new Registry();
  const metrics = config.adminPort === undefined ? undefined : gatewayMetrics({ registry });
  const observers: Observer[] = [
    gatewayLog(logger, { requests: config.log.requests && logger.isLevelEnabled('info') }),
  ];
  if (metrics !== undefined) {
    collectDefaultMetrics({ register: registry });
    observers.push(metrics);
  }
  const options: GatewayOptions = {
    keys,
    log: logger,
    observers,
    limits,
    heartbeat: config.heartbeat,
    transcoder: () => transcoder,
    transcoderOf: createTranscoder,
  };
  const gateway = createGateway(options);
  metrics?.watch(gateway.admin);

  const services = createRegistryServer({
    ...(certificates.services === undefined ? {} : { tls: certificates.services }),
    maxMessageBytes: gateway.limits.maxMessageBytes,
    health: createHealthHandler(gateway),
    onStream: (stream, origin) => gateway.accept(stream, origin),
    onHandshakeError(error, address) {
      metrics?.handshakeFailed();
      logger.warn({ peer: address, err: error }, `TLS handshake of a service failed: ${error.message}`);
    },
  });
  const access =
    config.callerAccess === 'auto' ? (isLoopback(config.host) ? 'open' : 'key') : config.callerAccess;
  const { prefix, bodyLimit, trustProxy, stallTimeoutMs: stallTimeout } = config;
  const front = createFront({
    gateway,
    keys,
    access,
    prefix,
    bodyLimit,
    trustProxy,
    stallTimeout,
    log: logger,
  });
  const callers = limitedServer(dev === undefined ? front : withPage, certificates.callers, config);
  const admin = metrics === undefined ? undefined : adminServer(registry, health);

  let servicesOrigin = '';
  function withPage(request: NodeRequest, response: NodeResponse): void {
    if (request.url !== '/' || request.method !== 'GET') {
      front(request, response);
      return;
    }
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(page(gateway.admin, normalizePrefix(prefix), servicesOrigin));
  }

  const reloading = reloadOnChange(
    [
      { what: 'keys', files: [keysFile], reload: () => keys.replace(readKeys(keysFile)) },
      {
        what: 'certificates',
        files: certificates.files,
        reload: () => {
          certificates = readCertificates(sourced, dev);
          // Under TLS it is a TLS server, of which the type says nothing.
          const { setSecureContext } = callers as Partial<Pick<TlsServer, 'setSecureContext'>>;
          if (certificates.callers !== undefined) {
            setSecureContext?.call(callers, { minVersion: 'TLSv1.2', ...certificates.callers });
          }
          if (certificates.services !== undefined) services.setSecureContext(certificates.services);
        },
      },
      {
        what: 'descriptors',
        files: config.descriptors,
        reload: () => (transcoder = readDescriptors(config.descriptors)),
      },
    ],
    logger,
  );
  const { shutdownDelayMs: delayMs } = config;
  stopOnSignal({ gateway, callers, services, admin, health, log, reloading, delayMs });

  const adminAt = admin === undefined ? undefined : await listenAdmin(sourced, admin);
  const servicesAt = await listen(
    sourced,
    {
      host: config.servicesHost,
      port: config.servicesPort,
      hostKey: 'servicesHost',
      portKey: 'servicesPort',
    },
    async ({ host, port }) => {
      const address = await services.listen(port, host);
      return { address: () => address };
    },
  );
  servicesOrigin = originOf(servicesTls ? 'https' : 'http', config.servicesHost, servicesAt);
  const callersAt = await listen(
    sourced,
    { host: config.host, port: config.port, hostKey: 'host', portKey: 'port' },
    async (place) => {
      callers.listen(place);
      await once(callers, 'listening');
      return callers;
    },
  );
  if (health.state === 'starting') health.state = 'ready';
  const places = {
    callers: {
      origin: originOf(callersTls ? 'https' : 'http', config.host, callersAt),
      prefix: normalizePrefix(prefix),
    },
    services: servicesOrigin,
    admin: adminAt,
  };
  process.stdout.write(banner(places, dev));
}

async function listenAdmin(sourced: SourcedConfig<Config>, admin: Server): Promise<string> {
  const { adminHost: host, adminPort = 0 } = sourced.config;
  const at = { host, port: adminPort, hostKey: 'adminHost', portKey: 'adminPort' };
  const port = await listen(sourced, at, async (place) => {
    admin.listen(place);
    await once(admin, 'listening');
    return admin;
  });
  return originOf('http', host, port);
}
