import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { SourcedConfig } from './config.ts';
import { StartError } from './start-error.ts';

/** The address a listener is to have, and the settings that say so. */
export interface Where {
  readonly host: string;
  readonly port: number;
  readonly hostKey: string;
  readonly portKey: string;
}

/**
 * Has `begin` listen at the configured place and returns the real port.
 * @throws {StartError} where that place cannot be had, naming the setting
 */
export async function listen(
  { places }: SourcedConfig,
  { host, port, hostKey, portKey }: Where,
  begin: (place: { host: string; port: number }) => Promise<{ address(): unknown }>,
): Promise<number> {
  try {
    const server = await begin({ host, port });
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const [hostName, portName] = [places.get(hostKey)?.name, places.get(portKey)?.name];
    const remedies: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is in use: stop what uses it, or set ${portName} to another (0 takes a free one)`,
      EACCES: `port ${port} needs more rights than this user has: set ${portName} to 1024 or above`,
      EADDRNOTAVAIL: `${hostName}=${host} is not an address of this machine: set ${hostName} to one, for example 127.0.0.1`,
      ENOTFOUND: `${hostName}=${host} can not be resolved: set ${hostName} to an address, for example 127.0.0.1`,
    };
    const { code } = error as NodeJS.ErrnoException;
    const remedy = code === undefined ? undefined : remedies[code];
    if (remedy === undefined) throw error;
    throw new StartError(remedy, { cause: error });
  }
}

/** The same for a server of Node's. @throws {StartError} */
export function listenWith(sourced: SourcedConfig, where: Where, server: Server): Promise<number> {
  return listen(sourced, where, async (place) => {
    server.listen(place);
    await once(server, 'listening');
    return server;
  });
}
