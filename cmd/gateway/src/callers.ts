import type { Server } from 'node:http';
import type { Http2SecureServer } from 'node:http2';
import type { NodeRequest, NodeResponse } from '@pipit/runtime/node';
import { createServer } from '@pipit/runtime/node';
import type { Tls } from '@pipit/process';
import type { Config } from './settings.ts';

/** The listener for callers: HTTP/1.1, HTTP/2 and gRPC on one port. */
export function callersServer(
  config: Config,
  tls: Tls | undefined,
  front: (request: NodeRequest, response: NodeResponse) => void,
): Server | Http2SecureServer {
  const { headersTimeoutMs } = config;
  return createServer(front, {
    headersTimeout: headersTimeoutMs,
    requestTimeout: config.requestTimeoutMs,
    keepAliveTimeout: config.keepAliveTimeoutMs,
    ...(tls === undefined
      ? {}
      : { tls: { minVersion: 'TLSv1.2', ...tls, handshakeTimeout: headersTimeoutMs } }),
  });
}
