import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connectGateway, type GatewayConnection } from '@pipit/gateway/connector';
import { StartError, type SourcedConfig } from '@pipit/process';
import type { ServedService } from '@pipit/runtime';
import type { AppParts } from './app.ts';
import type { Config } from './settings.ts';

/** What `npm run gateway -- --dev` leaves for others in the same folder. */
const devFolder = '.pipit/gateway-dev';

/** How the gateway is reached. */
export interface ToGateway {
  readonly url: string;
  readonly apiKey: string;
  readonly ca: Buffer | undefined;
}

/** Undefined where there is no gateway. @throws {StartError} for a key or a CA that is not there */
export function gatewayOptions({ config, places }: SourcedConfig<Config>): ToGateway | undefined {
  const { gateway: url, gatewayKey, gatewayKeyFile, gatewayCa } = config;
  if (url === undefined) return undefined;
  const { hostname, protocol } = new URL(url);
  const ofDev = isLoopback(hostname);
  const read = (file: string, setting: string, what: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      const name = places.get(setting);
      if (name?.from !== 'default') {
        throw new StartError(`${name?.name}=${file} cannot be read (${why}): set it to ${what}`, {
          cause: error,
        });
      }
      throw new StartError(
        `${url} needs ${what}, and ${file} cannot be read (${why}): start npm run gateway -- --dev in this folder first, or say --${setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
        { cause: error },
      );
    }
  };
  const keyFile = gatewayKeyFile ?? (ofDev ? `${devFolder}/key.txt` : undefined);
  const caFile = gatewayCa ?? (ofDev ? `${devFolder}/ca.pem` : undefined);
  if (gatewayKey === undefined && keyFile === undefined) {
    throw new StartError(
      `${url} needs a key: set PIPIT_GATEWAY_KEY, or --gateway-key-file to a file with it`,
    );
  }
  const apiKey =
    gatewayKey ??
    read(keyFile ?? '', 'gatewayKeyFile', 'a file with an API key')
      .toString()
      .trim();
  const needsCa = protocol === 'https:' && caFile !== undefined;
  return {
    url,
    apiKey,
    ca: needsCa ? read(caFile, 'gatewayCa', "the CA of the gateway's certificate") : undefined,
  };
}

/** Serves the same calls through the gateway, with the same hooks and log. Connects in the background, for ever. */
export function serveThroughGateway(
  config: Config,
  { url, apiKey, ca }: ToGateway,
  { logger, observers, shutdownSignal }: Pick<AppParts, 'logger' | 'observers' | 'shutdownSignal'>,
  services: readonly ServedService[],
): GatewayConnection {
  const { bodyLimit, compressedRequests, timeoutMs, exposeInternalErrors } = config;
  return connectGateway({
    url,
    apiKey,
    ...(ca === undefined ? {} : { ca }),
    services,
    log: logger,
    bodyLimit,
    compressedRequests,
    hooks: observers.hooks,
    interceptors: observers.interceptors,
    shutdownSignal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(exposeInternalErrors === undefined ? {} : { exposeInternalErrors }),
    onState: (state) => logger.info({ gateway: url, state }, `gateway: ${state}`),
  });
}

function isLoopback(hostname: string): boolean {
  const bare = hostname.replace(/^\[|\]$/g, '');
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
