import { readFileSync } from 'node:fs';
import { createClusterBus, type ClusterBus } from '@pipit/gateway';
import { natsCarrier } from '@pipit/gateway/nats';
import { readTls, StartError, workerSide, type SourcedConfig } from '@pipit/process';
import type { NatsConnection, TlsOptions } from '@nats-io/transport-node';
import type { Logger } from 'pino';
import { gateway } from './program.ts';
import type { Config } from './settings.ts';
import type { FromHub } from './workers/hub.ts';
import { HubCarrier, type HubLine } from './workers/hub-carrier.ts';

/** How long the start waits for NATS, in milliseconds; after that the gateway serves its own services meanwhile. */
const patienceMs = 5_000;

/**
 * The bus to the other gateways: NATS, or between workers the process that has started them; undefined where it is alone. Where NATS cannot be reached the gateway is alone until
 * it can.
 * @throws {StartError} for settings that cannot work
 */
export async function clusterBus(
  sourced: SourcedConfig<Config>,
  gatewayId: string,
  log: Logger,
): Promise<ClusterBus | undefined> {
  const { config } = sourced;
  const { servers, user, password } = config.nats;
  if (servers.length === 0) {
    const worker = workerSide();
    if (worker === undefined) return undefined;
    const line: HubLine = {
      tell: (message) => worker.tell(message),
      onTold: (listener) => worker.onTold((message) => listener(message as FromHub)),
    };
    return createClusterBus({ carrier: new HubCarrier(line), gatewayId, log });
  }
  const { connect, credsAuthenticator } = await import('@nats-io/transport-node');
  const credentials = fileOf(sourced, 'nats.credentials', config.nats.credentials);
  const tls = natsTls(sourced);
  const over = new AbortController();
  const connecting = connect({
    servers,
    name: `pipit-gateway ${gatewayId}`,
    // A gateway does not ask itself.
    noEcho: true,
    maxReconnectAttempts: -1,
    waitOnFirstConnect: true,
    reconnectTimeWait: 250,
    reconnectJitter: 250,
    pingInterval: 5_000,
    maxPingOut: 2,
    ...(user === undefined ? {} : { user }),
    ...(password === undefined ? {} : { pass: password }),
    ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(credentials) }),
    ...(tls === undefined ? {} : { tls }),
  });
  const first = await Promise.race([
    connecting.catch((error: unknown) => failed(sourced, error)),
    patience(over),
  ]);
  over.abort();
  if (first === undefined) {
    log.warn(`NATS at ${config.nats.servers.join(', ')} does not answer: the gateway is alone until it does`);
  }
  void connecting.then((connection) => logStatus(connection, log));
  return createClusterBus({ carrier: natsCarrier(connecting), gatewayId, log });
}

function failed({ config, places }: SourcedConfig<Config>, error: unknown): never {
  const name = places.get('nats.servers')?.name ?? 'nats.servers';
  const why = error instanceof Error ? error.message : String(error);
  throw new StartError(`${name}=${config.nats.servers.join(',')} does not let the gateway in: ${why}`);
}

/** The authority of the servers, and the certificate that they want to see; undefined where neither is set. */
function natsTls(sourced: SourcedConfig<Config>): TlsOptions | undefined {
  const { nats } = sourced.config;
  const ca = fileOf(sourced, 'nats.ca', nats.ca);
  const own = readTls({ cert: nats.cert, key: nats.key }, 'nats', sourced, gateway);
  if (ca === undefined && own === undefined) return undefined;
  return {
    ...(ca === undefined ? {} : { ca: ca.toString() }),
    ...(own === undefined ? {} : { cert: String(own.cert), key: String(own.key) }),
  };
}

function fileOf(
  { places }: SourcedConfig<Config>,
  key: string,
  path: string | undefined,
): Buffer | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path);
  } catch (error) {
    const name = places.get(key)?.name ?? key;
    throw new StartError(`${name}=${path} cannot be read: ${(error as Error).message}`);
  }
}

function patience({ signal }: AbortController): Promise<undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patienceMs);
    signal.addEventListener('abort', () => clearTimeout(timer));
  });
}

/** Tells of the connection; the client reconnects by itself. */
async function logStatus(connection: NatsConnection, log: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') log.warn('NATS is gone: other gateways are out of reach');
    else if (status.type === 'reconnect') log.info('NATS is back: other gateways are in reach again');
    else if (status.type === 'error')
      log.error({ err: status.error }, `NATS refused something: ${status.error.message}`);
    else if (status.type === 'slowConsumer') log.warn(`NATS: too slow for ${status.sub.getSubject()}`);
  }
}
