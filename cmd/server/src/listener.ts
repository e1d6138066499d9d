import type { Server } from 'node:http';
import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer } from '@pipit/runtime/node';
import type { FastifyServerFactory } from 'fastify';
import type { Config } from './settings.ts';
import type { Tls } from './tls.ts';

/** One port for HTTP/1.1 and HTTP/2, on which no caller can hold a connection by doing nothing, or next to it. */
export function serverFactory(config: Config, tls: Tls | undefined): FastifyServerFactory {
  return (listener) => {
    const { headersTimeoutMs } = config;
    const secure = tls === undefined ? {} : { tls: { ...tls, handshakeTimeout: headersTimeoutMs } };
    const server = createServer(listener, secure) as Server;
    // As properties, because Node's TLS server for both protocols ignores them as options.
    Object.assign(server, {
      // Node takes the longer of the two for the whole request, whichever it is.
      headersTimeout: Math.min(headersTimeoutMs, config.requestTimeoutMs),
      requestTimeout: config.requestTimeoutMs,
      keepAliveTimeout: config.keepAliveTimeoutMs,
      connectionsCheckingInterval: config.connectionsCheckingIntervalMs,
      maxRequestsPerSocket: config.maxRequestsPerSocket,
      timeout: config.connectionTimeoutMs,
    });
    server.on('session', (session: ServerHttp2Session) => limitSession(session, config));
    return server;
  };
}

/** Node's own limits are for HTTP/1.1 only; these are the same for HTTP/2. */
function limitSession(session: ServerHttp2Session, config: Config): void {
  let open = 0;
  session.on('stream', (stream: ServerHttp2Stream) => {
    open++;
    stream.once('close', () => open--);
    limitStream(stream, config);
  });
  // Under TLS Node would end the connection where we only look whether it is idle.
  session.removeAllListeners('timeout');
  session.setTimeout(config.keepAliveTimeoutMs, () => {
    if (open === 0) session.close();
  });
}

function limitStream(stream: ServerHttp2Stream, { requestTimeoutMs, connectionTimeoutMs }: Config): void {
  const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
  stream.setTimeout(connectionTimeoutMs, cancel);
  if (stream.endAfterHeaders) return;
  const late = setTimeout(cancel, requestTimeoutMs);
  const stop = (): void => clearTimeout(late);
  stream.once('end', stop).once('close', stop);
}
