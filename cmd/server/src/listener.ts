import { limitedServer, type Tls } from '@pipit/process';
import type { FastifyServerFactory } from 'fastify';
import type { Config } from './settings.ts';

/** One port for HTTP/1.1 and HTTP/2, with the limits of the settings. */
export function serverFactory(config: Config, tls: Tls | undefined): FastifyServerFactory {
  return (listener) => {
    const server = limitedServer(listener, tls, config);
    if (config.maxConnections > 0) server.maxConnections = config.maxConnections;
    server.maxRequestsPerSocket = config.maxRequestsPerSocket;
    return server;
  };
}
