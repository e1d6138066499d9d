import type { Server } from 'node:http';
import type { RegistryServer } from '@pipit/gateway';
import { listen, listenAdmin, listenWith, originOf, workerSide, type SourcedConfig } from '@pipit/process';
import type { Origins } from './origins.ts';
import type { Config } from './settings.ts';

export interface Listeners {
  readonly callers: Server;
  readonly services: RegistryServer;
  readonly admin: Server | undefined;
}

/**
 * Callers last: whoever finds that port open finds all of it.
 * @returns where they listen
 * @throws {StartError} for a place that cannot be had, with its setting
 */
export async function listenAll(
  sourced: SourcedConfig<Config>,
  { callers, services, admin }: Listeners,
  encrypted: { readonly callers: boolean; readonly services: boolean },
): Promise<Origins> {
  const { host, port, servicesHost, servicesPort, adminHost } = sourced.config;
  // Of several workers the process that has started them has it.
  const adminAt = admin === undefined ? workerSide()?.start.admin : await listenAdmin(sourced, admin);
  const servicesAt = await listen(
    sourced,
    { host: servicesHost, port: servicesPort, hostKey: 'servicesHost', portKey: 'servicesPort' },
    async (place) => {
      if (!('port' in place)) throw new Error('a host that the settings refuse');
      const address = await services.listen(place.port, place.host);
      return { address: () => address };
    },
  );
  const callersAt = await listenWith(sourced, { host, port, hostKey: 'host', portKey: 'port' }, callers);
  return {
    callers: originOf(encrypted.callers ? 'https' : 'http', host, callersAt.port),
    services: originOf(encrypted.services ? 'https' : 'http', servicesHost, servicesAt.port),
    admin: adminAt === undefined ? undefined : originOf('http', adminHost, adminAt.port),
  };
}
