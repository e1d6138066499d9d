import { isLoopback, StartError, type SourcedConfig } from '@pipit/process';
import type { Config } from './settings.ts';

/** @throws {StartError} where keys and calls would cross a network in the clear */
export function refuseOpenPlaintext(
  { config, places }: SourcedConfig<Config>,
  listener: { readonly who: string; readonly hostKey: 'host' | 'servicesHost'; readonly encrypted: boolean },
): void {
  const host = config[listener.hostKey];
  if (listener.encrypted || config.insecure || isLoopback(host)) return;
  throw new StartError(
    `${places.get(listener.hostKey)?.name}=${host} would take ${listener.who} in plaintext from other machines: set a certificate (tls.cert, tls.key), or allow it with --insecure`,
  );
}
