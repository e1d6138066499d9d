import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import type { SourcedConfig } from './config.ts';
import { StartError } from './start-error.ts';
import { removeStale, socketPath } from './unix-socket.ts';
import { workerSide } from './workers/worker-side.ts';

/** The address a listener is to have, and the settings that say so. */
export interface Where {
  /** An address, or `unix:/path` for a socket, which has no port. */
  readonly host: string;
  readonly port: number;
  readonly hostKey: string;
  readonly portKey: string;
}

/** A place as Node's `listen` takes it. */
type Place =
  | { readonly host: string; readonly port: number }
  | { readonly path: string }
  | { readonly fd: number };

/** Where a listener really is. */
export interface Listening {
  /** As configured; `unix:/path` for a socket. */
  readonly host: string;
  /** 0 for a socket. */
  readonly port: number;
}

/**
 * Has `begin` listen at the configured place.
 * @param fd a socket that listens already and takes the place of the configured one
 * @throws {StartError} where that place cannot be had, naming the setting
 */
export async function listen(
  { places }: SourcedConfig,
  { host, port, hostKey, portKey }: Where,
  begin: (place: Place) => Promise<{ address(): unknown }>,
  fd?: number,
): Promise<Listening> {
  const path = socketPath(host);
  const [hostName, portName] = [places.get(hostKey)?.name, places.get(portKey)?.name];
  try {
    // Of workers the first alone may: the others share its socket.
    const isFirst = workerSide()?.start.isFirst ?? true;
    if (fd === undefined && path !== undefined && isFirst) await removeStale(path);
    const server = await begin(fd !== undefined ? { fd } : path !== undefined ? { path } : { host, port });
    const address = server.address() as AddressInfo | string;
    if (typeof address === 'string') return { host: `unix:${address}`, port: 0 };
    return { host: fd === undefined ? host : address.address, port: address.port };
  } catch (error) {
    const remedies: Readonly<Record<string, string>> =
      path === undefined
        ? {
            EADDRINUSE: `port ${port} on ${host} is in use: stop what uses it, or set ${portName} to another (0 takes a free one)`,
            EACCES: `port ${port} needs more rights than this user has: set ${portName} to 1024 or above`,
            EADDRNOTAVAIL: `${hostName}=${host} is not an address of this machine: set ${hostName} to one, for example 127.0.0.1`,
            ENOTFOUND: `${hostName}=${host} can not be resolved: set ${hostName} to an address, for example 127.0.0.1`,
          }
        : {
            EADDRINUSE: `${hostName}=${host} is in use: stop what listens there, or set ${hostName} to another path`,
            // Node's code for a folder that is not there, too.
            EACCES: `${hostName}=${host} is in a folder that is not there, or not this user's to write to: set ${hostName} to a path in another`,
          };
    const { code } = error as NodeJS.ErrnoException;
    const remedy = code === undefined ? undefined : remedies[code];
    if (remedy === undefined) throw error;
    throw new StartError(remedy, { cause: error });
  }
}

/** The same for a server of Node's. @throws {StartError} */
export function listenWith(sourced: SourcedConfig, where: Where, server: Server): Promise<Listening> {
  return listen(sourced, where, async (place) => {
    server.listen(place);
    await once(server, 'listening');
    return server;
  });
}
