import type { Server } from 'node:http';
import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer } from '@pipit/runtime/node';
import type { FastifyServerFactory } from 'fastify';
import type { Config } from './settings.ts';
import type { Tls } from '@pipit/process';

/** One port for HTTP/1.1 and HTTP/2, on which no caller can hold a connection by doing nothing, or next to it. */
export function serverFactory(config: Config, tls: Tls | undefined): FastifyServerFactory {
  return (listener) => {
    const { headersTimeoutMs } = config;
    const server = createServer(listener, {
      headersTimeout: headersTimeoutMs,
      requestTimeout: config.requestTimeoutMs,
      keepAliveTimeout: config.keepAliveTimeoutMs,
      connectionsCheckingInterval: config.connectionsCheckingIntervalMs,
      ...(tls === undefined ? {} : { tls: { ...tls, handshakeTimeout: headersTimeoutMs } }),
    }) as Server;
    server.maxRequestsPerSocket = config.maxRequestsPerSocket;
    server.timeout = config.connectionTimeoutMs;
    server.on('session', (session: ServerHttp2Session) => {
      session.on('stream', (stream: ServerHttp2Stream) => limitStream(stream, config));
    });
    return server;
  };
}

/** Node's own limits are for HTTP/1.1 only; these are the same for HTTP/2. */
function limitStream(stream: ServerHttp2Stream, { requestTimeoutMs, connectionTimeoutMs }: Config): void {
  const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
  stream.setTimeout(connectionTimeoutMs, cancel);
  if (stream.endAfterHeaders) return;
  const late = setTimeout(cancel, requestTimeoutMs);
  const stop = (): void => clearTimeout(late);
  stream.once('end', stop).once('close', stop);
}
