import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer, type ServerOptions } from '@pipit/runtime/node';
import { createRegistry } from '@pipit/runtime/codec';
import { fastify } from 'fastify';
import { generate } from 'selfsigned';
import {
  ConformancePayload_RequestInfo as RequestInfo,
  Header,
  IdempotentUnaryRequest,
  UnaryRequest,
  type ServerCompatRequest,
  type ServerCompatResponseInit,
} from '../gen/connectrpc/conformance/v1/conformance.twirp.ts';
import { conformance } from './connect-conformance-service.ts';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/** Starts the server that the runner asks for, on a free port of 127.0.0.1, over HTTP/1.1 and HTTP/2. */
export async function conformanceServer(
  request: ServerCompatRequest,
  door: 'fastify' | 'node',
): Promise<{ response: ServerCompatResponseInit; readonly close: () => Promise<void> }> {
  const { messageReceiveLimit, useTls, clientTlsCert, serverCreds } = request;
  const creds = useTls ? await credsOf(serverCreds) : undefined;
  const tls = creds && {
    ...creds,
    ...(clientTlsCert.length > 0 && {
      ca: Buffer.from(clientTlsCert),
      requestCert: true,
      rejectUnauthorized: true,
    }),
  };
  const options = {
    services: [conformance],
    prefix: '/',
    registry: createRegistry(RequestInfo, Header, UnaryRequest, IdempotentUnaryRequest),
    ...(messageReceiveLimit > 0 && { bodyLimit: messageReceiveLimit }),
  };
  const serverOptions: ServerOptions = tls === undefined ? {} : { tls };
  const server =
    door === 'node'
      ? (createServer(createHandler({ ...options, log: silent }), serverOptions) as Server)
      : await fastifyServer(options, serverOptions);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    response: {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      ...(creds && { pemCert: Buffer.from(creds.cert) }),
    },
    async close() {
      server.close();
      server.closeAllConnections?.();
      await once(server, 'close');
    },
  };
}

async function fastifyServer(
  options: Parameters<typeof createHandler>[0],
  serverOptions: ServerOptions,
): Promise<Server> {
  const app = fastify({
    serverFactory: (listener) => createServer(listener, serverOptions) as Server,
  });
  await app.register(pipit, options);
  await app.ready();
  return app.server;
}

async function credsOf(
  given: ServerCompatRequest['serverCreds'],
): Promise<{ readonly cert: string; readonly key: string }> {
  if (given !== undefined && given.cert.length > 0) {
    return { cert: Buffer.from(given.cert).toString(), key: Buffer.from(given.key).toString() };
  }
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert: made.cert, key: made.private };
}
