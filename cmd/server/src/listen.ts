import type { AddressInfo, Server } from 'node:net';
import type { SourcedConfig } from './config.ts';
import { StartError } from './start-error.ts';

/** The two settings that say where a listener is. */
export interface Where {
  readonly host: 'host' | 'adminHost' | 'internalHost';
  readonly port: 'port' | 'adminPort' | 'internalPort';
}

/**
 * Has `begin` listen at the configured place and returns the real port.
 * @throws {StartError} where that place cannot be had, naming the setting
 */
export async function listen(
  { config, places }: SourcedConfig,
  where: Where,
  begin: (place: { host: string; port: number }) => Promise<Server>,
): Promise<number> {
  const host = config[where.host];
  const port = config[where.port] ?? 0;
  try {
    const server = await begin({ host, port });
    return (server.address() as AddressInfo).port;
  } catch (error) {
    const [hostName, portName] = [places.get(where.host)?.name, places.get(where.port)?.name];
    const remedies: Readonly<Record<string, string>> = {
      EADDRINUSE: `port ${port} on ${host} is in use: stop what uses it, or set ${portName} to another (0 takes a free one)`,
      EACCES: `port ${port} needs more rights than this user has: set ${portName} to 1024 or above`,
      EADDRNOTAVAIL: `${hostName}=${host} is no address of this machine: set ${hostName} to one, for example 127.0.0.1`,
      ENOTFOUND: `${hostName}=${host} can not be resolved: set ${hostName} to an address, for example 127.0.0.1`,
    };
    const { code } = error as NodeJS.ErrnoException;
    const remedy = code === undefined ? undefined : remedies[code];
    if (remedy === undefined) throw error;
    throw new StartError(remedy, { cause: error });
  }
}
