import type { Server } from 'node:http';
import { laneHandlerOf } from '@pipit/runtime/door';
import { acceptProxyProtocol, createServer, type ProxyProtocolOptions } from '@pipit/runtime/node';
import { answerPlainHttp } from './plain-http.ts';
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
  /** For an answer of which the caller takes nothing, over HTTP/2. Default 30 s. */
  readonly stallTimeoutMs?: number;
}

/**
 * One port for HTTP/1.1 and HTTP/2, on which no caller can hold a connection by doing nothing, or next to it. In plaintext
 * it has the fast lane where the listener has one.
 * @param proxyProtocol balancers that say by the PROXY protocol who connects. Default: none
 */
export function limitedServer(
  listener: (request: never, response: never) => void,
  tls: Tls | undefined,
  limits: CallerLimits,
  proxyProtocol?: ProxyProtocolOptions,
): Server {
  const { headersTimeoutMs, connectionsCheckingIntervalMs = 5_000, stallTimeoutMs } = limits;
  const server = createServer(listener, {
    headersTimeout: headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    connectionsCheckingInterval: connectionsCheckingIntervalMs,
    fastLane: tls === undefined && laneHandlerOf(listener) !== undefined,
    ...(stallTimeoutMs === undefined ? {} : { stallTimeout: stallTimeoutMs }),
    ...(tls === undefined
      ? {}
      : { tls: { minVersion: 'TLSv1.2', ...tls, handshakeTimeout: headersTimeoutMs } }),
  }) as Server;
  if (proxyProtocol !== undefined) acceptProxyProtocol(server, proxyProtocol);
  server.timeout = limits.connectionTimeoutMs ?? 0;
  if (tls !== undefined) answerPlainHttp(server);
  return server;
}
