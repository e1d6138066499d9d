import cluster from 'node:cluster';
import type { RequestListener, Server } from 'node:http';
import type { Socket } from 'node:net';
import { limitedServer, proxyProtocolOf, type Tls } from '@pipit/process';
import type { Logger } from '@pipit/runtime';
import type { FastifyServerFactory } from 'fastify';
import type { Config } from './settings.ts';

/**
 * One port for HTTP/1.1 and HTTP/2, with the limits of the settings.
 * @param front makes the listener that answers of the app's
 */
export function serverFactory(
  config: Config,
  tls: Tls | undefined,
  log: Pick<Logger, 'warn'>,
  front: (listener: RequestListener) => RequestListener,
): FastifyServerFactory {
  return (listener) => {
    const balancers = proxyProtocolOf(config.proxyProtocol, config.headersTimeoutMs, log);
    const server = limitedServer(front(listener), tls, config, balancers);
    if (config.maxConnections > 0) limitConnections(server, config.maxConnections);
    server.maxRequestsPerSocket = config.maxRequestsPerSocket;
    return server;
  };
}

/** Closes at once what is one too many. */
function limitConnections(server: Server, most: number): void {
  if (!cluster.isWorker) {
    server.maxConnections = most;
    return;
  }
  // Node would offer it to the other workers, for ever where they have too many as well.
  let open = 0;
  server.prependListener('connection', (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    if (open > most) socket.destroy();
  });
}
