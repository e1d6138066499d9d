import { readFileSync } from 'node:fs';
import type { GatewayConnection } from '@pipit/gateway/connector';
import { gatewayDev, isLoopback, StartError, type SourcedConfig } from '@pipit/process';
import type { ServedService } from '@pipit/runtime';
import type { AppParts } from './app.ts';
import type { Config } from './settings.ts';

/** The way to the gateway. */
export interface ToGateway {
  readonly url: string;
  /** Reads the file again, where the key is in one: a new key needs no restart. @throws {StartError} */
  readonly apiKey: () => string;
  readonly ca: Buffer | undefined;
}

/** Undefined where there is no gateway. @throws {StartError} for a key or a CA that is not there */
export function gatewayOptions(sourced: SourcedConfig<Config>): ToGateway | undefined {
  const { gateway: url, gatewayKey, gatewayKeyFile, gatewayCa } = sourced.config;
  if (url === undefined) return undefined;
  const { hostname, protocol } = new URL(url);
  const dev = isLoopback(hostname) ? gatewayDev : undefined;
  const keyFile = gatewayKeyFile ?? dev?.apiKey;
  const caFile = protocol === 'https:' ? (gatewayCa ?? dev?.ca) : undefined;
  const apiKey = (): string => {
    if (gatewayKey !== undefined) return gatewayKey;
    if (keyFile === undefined) {
      throw new StartError(
        `${url} needs a key: set PIPIT_GATEWAY_KEY, or --gateway-key-file to a file with it`,
      );
    }
    return read(sourced, url, keyFile, 'gatewayKeyFile').toString().trim();
  };
  apiKey();
  return { url, apiKey, ca: caFile === undefined ? undefined : read(sourced, url, caFile, 'gatewayCa') };
}

const fileSettings = {
  gatewayKeyFile: { flag: '--gateway-key-file', what: 'a file with an API key' },
  gatewayCa: { flag: '--gateway-ca', what: "the CA of the gateway's certificate" },
} as const;

function read(
  { places }: SourcedConfig<Config>,
  url: string,
  file: string,
  setting: keyof typeof fileSettings,
): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    const { flag, what } = fileSettings[setting];
    const place = places.get(setting);
    const text =
      place === undefined || place.from === 'default'
        ? `${url} needs ${what}, and ${file} cannot be read (${why}): start npm run gateway -- --dev in this folder first, or set ${flag}`
        : `${place.name}=${file} cannot be read (${why}): set it to ${what}`;
    throw new StartError(text, { cause: error });
  }
}

/** Serves the same calls through the gateway, with the same hooks and log. Connects in the background, for ever. */
export async function serveThroughGateway(
  config: Config,
  { url, apiKey, ca }: ToGateway,
  { logger, observers, shutdownSignal }: Pick<AppParts, 'logger' | 'observers' | 'shutdownSignal'>,
  services: readonly ServedService[],
): Promise<GatewayConnection> {
  // Only those who serve through one load it.
  const { connectGateway } = await import('@pipit/gateway/connector');
  const { bodyLimit, messageLimit, compressedRequests, timeoutMs, exposeInternalErrors, shutdownTimeoutMs } =
    config;
  return connectGateway({
    url,
    apiKey,
    ...(ca === undefined ? {} : { ca }),
    services,
    log: logger,
    bodyLimit,
    messageLimit,
    compressedRequests,
    closeTimeout: shutdownTimeoutMs,
    hooks: observers.hooks,
    interceptors: observers.interceptors,
    shutdownSignal,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(exposeInternalErrors === undefined ? {} : { exposeInternalErrors }),
    onState: (state) => logger.info({ gateway: url, state }, `gateway: ${state}`),
  });
}
