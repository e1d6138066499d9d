import type { TlsOptions } from 'node:tls';
import { createRegistry } from '@pipit/runtime/codec';
import { generate } from 'selfsigned';
import {
  ConformancePayload_RequestInfo as RequestInfo,
  Header,
  IdempotentUnaryRequest,
  ServerStreamRequest,
  UnaryRequest,
  type ServerCompatRequest,
  type ServerCompatResponseInit,
} from '../gen/connectrpc/conformance/v1/conformance.twirp.ts';
import { conformance } from './connect-conformance-service.ts';
import type { DoorOptions } from './door-options.ts';
import { listen, type DoorName } from './listen.ts';

/** Starts the server that the runner asks for, on a free port of 127.0.0.1, over HTTP/1.1 and HTTP/2. */
export async function conformanceServer(
  request: ServerCompatRequest,
  door: DoorName,
): Promise<{ response: ServerCompatResponseInit; readonly close: () => Promise<void> }> {
  const { messageReceiveLimit, useTls, clientTlsCert, serverCreds } = request;
  const creds = useTls ? await credsOf(serverCreds) : undefined;
  const options: DoorOptions = {
    services: [conformance],
    prefix: '/',
    registry: createRegistry(RequestInfo, Header, UnaryRequest, IdempotentUnaryRequest, ServerStreamRequest),
    ...(messageReceiveLimit > 0 && { bodyLimit: messageReceiveLimit }),
  };
  const listening = await listen(door, options, 0, {
    ...(creds && { tls: { ...creds, ...clientCreds(clientTlsCert) } }),
  });
  const { hostname, port } = new URL(listening.origin);
  return {
    response: { host: hostname, port: Number(port), ...(creds && { pemCert: Buffer.from(creds.cert) }) },
    close: () => listening.close(),
  };
}

/** Callers have to show a certificate where there is one that signs theirs. */
function clientCreds(ca: Uint8Array): TlsOptions {
  if (ca.length === 0) return {};
  return { ca: Buffer.from(ca), requestCert: true, rejectUnauthorized: true };
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
