import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { fastify } from 'fastify';
import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer, type ServerOptions } from '@pipit/runtime/node';
import type { DoorOptions } from './door-options.ts';
import { listenBehindGateway } from './gateway.ts';

/** The doors that are reached over a socket. */
export type DoorName = 'fastify' | 'node' | 'fast-lane' | 'gateway' | 'gateway-fast-lane';

export const doorNames: readonly DoorName[] = [
  'fastify',
  'node',
  'fast-lane',
  'gateway',
  'gateway-fast-lane',
];

export interface Listening {
  /** For example `http://127.0.0.1:1234`. */
  readonly origin: string;
  close(): Promise<void>;
}

const nothing = (): void => undefined;
/** What a call logs is of no interest to a test that asks for failures. */
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Serves on 127.0.0.1, HTTP/1.1 and HTTP/2 on one port, every path of it: what is no call is `bad_route`.
 * @param port 0 for any that is free
 */
export async function listen(
  door: DoorName,
  options: DoorOptions,
  port: number,
  serverOptions: ServerOptions = {},
): Promise<Listening> {
  if (door === 'fastify') return listenFastify(options, port, serverOptions);
  const fastLane = door.endsWith('fast-lane') && serverOptions.tls === undefined;
  const server = { ...serverOptions, fastLane };
  return door.startsWith('gateway')
    ? listenBehindGateway(options, port, { serverOptions: server })
    : listenNode(options, port, server);
}

async function listenNode(
  options: DoorOptions,
  port: number,
  serverOptions: ServerOptions,
): Promise<Listening> {
  const server = createServer(createHandler({ ...options, log: silent }), serverOptions);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    origin: originOf(server, serverOptions),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        (server as Partial<HttpServer>).closeAllConnections?.();
      }),
  };
}

async function listenFastify(
  options: DoorOptions,
  port: number,
  serverOptions: ServerOptions,
): Promise<Listening> {
  const app = fastify({
    frameworkErrors,
    serverFactory: (handler) => createServer(handler as never, serverOptions) as never,
    forceCloseConnections: true,
  });
  await app.register(pipit, { ...options, catchAll: true });
  await app.listen({ port, host: '127.0.0.1' });
  return { origin: originOf(app.server, serverOptions), close: () => app.close() };
}

function originOf(server: Server, { tls }: ServerOptions): string {
  const scheme = tls === undefined ? 'http' : 'https';
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
