import type { Server } from 'node:http';
import { constants, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import { createServer } from '@pipit/runtime/node';
import type { Tls } from './tls.ts';

/** The limits on callers, in milliseconds. */
export interface CallerLimits {
  readonly headersTimeoutMs: number;
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
  /** Time between two checks of the first two on HTTP/1.1. */
  readonly connectionsCheckingIntervalMs?: number;
  /** Without a byte either way. Default: for ever. */
  readonly connectionTimeoutMs?: number;
}

/** One port for HTTP/1.1 and HTTP/2, on which no caller can hold a connection by doing nothing, or next to it. */
export function limitedServer(
  listener: (request: never, response: never) => void,
  tls: Tls | undefined,
  limits: CallerLimits,
): Server {
  const { headersTimeoutMs, connectionsCheckingIntervalMs = 5_000 } = limits;
  const server = createServer(listener, {
    headersTimeout: headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: connectionsCheckingIntervalMs,
    ...(tls === undefined
      ? {}
      : { tls: { minVersion: 'TLSv1.2', ...tls, handshakeTimeout: headersTimeoutMs } }),
  }) as Server;
  server.timeout = limits.connectionTimeoutMs ?? 0;
  server.on('session', (session: ServerHttp2Session) => {
    session.on('stream', (stream: ServerHttp2Stream) => limitStream(stream, limits));
  });
  return server;
}

/** Node's own limits are for HTTP/1.1 only; these are the same for HTTP/2. */
function limitStream(
  stream: ServerHttp2Stream,
  { requestTimeoutMs, connectionTimeoutMs = 0 }: CallerLimits,
): void {
  const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
  if (connectionTimeoutMs > 0) stream.setTimeout(connectionTimeoutMs, cancel);
  if (stream.endAfterHeaders) return;
  const late = setTimeout(cancel, requestTimeoutMs);
  const stop = (): void => clearTimeout(late);
  stream.once('end', stop).once('close', stop);
}
