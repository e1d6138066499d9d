import type { TwirpError } from '@pipit/runtime';
import { onTestFinished } from 'vitest';
import { Probe } from '../../../runtime/test/fixture/probe.twirp.ts';
import { connectGateway, type ConnectorOptions, type GatewayConnection } from '../../src/connector/index.ts';
import type { Key, KeyRing } from '../../src/keys/key-ring.ts';
import type { ForwardResponse } from '../../src/protocol/registry.pb.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/server/gateway.ts';
import type { IncomingRequest } from '../../src/server/requests/incoming-request.ts';
import type { RequestHandle } from '../../src/server/requests/sink.ts';
import {
  createRegistryServer,
  type RegistryServer,
  type RegistryServerOptions,
} from '../../src/stream/registry-server.ts';

const key: Key = {
  id: 'test',
  owner: 'tests',
  register: ['pipit.*'],
  call: ['*'],
  maxConnections: undefined,
  maxInFlight: undefined,
  expires: undefined,
};

/** One key, `gwk_test_secret`, that may register `pipit.*`. */
export const keys: KeyRing = {
  find: (text) => (text === 'gwk_test_secret' ? key : undefined),
  current: (other) => (other === key ? key : undefined),
  isPublic: () => false,
  covers: () => true,
  onChange: () => () => undefined,
};

export interface RealGateway {
  readonly gateway: Gateway;
  readonly server: RegistryServer;
  readonly url: string;
  readonly port: number;
}

/** A gateway that services reach over a real socket; callers are the test. */
export async function realGateway(
  tls?: RegistryServerOptions['tls'],
  options: Partial<GatewayOptions> = {},
  port = 0,
): Promise<RealGateway> {
  const gateway = createGateway({ keys, ...options, limits: { startKnownFor: 0, ...options.limits } });
  const server = createRegistryServer({
    ...(tls && { tls }),
    onStream: (stream, origin) => gateway.accept(stream, origin),
  });
  const address = await server.listen(port, '127.0.0.1');
  onTestFinished(async () => {
    gateway.kill();
    await server.destroy();
  });
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${address.port}`;
  return { gateway, server, url, port: address.port };
}

/** Answers what a test does not care for. */
export const echo: Probe = {
  say: (request) => request,
  lookUp: (request) => request,
  enter: (request) => ({ data: request }),
  fetch: ({ text }) => ({ contentType: 'text/plain', data: Buffer.from(text) }),
};

export interface Service {
  readonly connection: GatewayConnection;
  readonly lines: string[];
}

/** A service that serves the probe through the gateway, registered or not yet. */
export function service(options: Partial<ConnectorOptions> & { readonly url: string | string[] }): Service {
  const lines: string[] = [];
  const line = (level: string) => (_: object, text: string) => void lines.push(`${level}: ${text}`);
  const log = { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') };
  const defaults = { apiKey: 'gwk_test_secret', services: [Probe.serve(echo)], log, closeTimeout: 2_000 };
  const connection = connectGateway({ ...defaults, ...options });
  onTestFinished(() => connection.close());
  return { connection, lines };
}

export interface CallResult {
  readonly head: ForwardResponse;
  readonly body: Buffer;
}

/** A caller of the gateway, in format HTTP. Rejects with the TwirpError of a failure. */
export function call(
  gateway: Gateway,
  method: string,
  body: unknown,
  init: { timeout?: number; begun?: (handle: RequestHandle) => void } = {},
): Promise<CallResult> {
  const { timeout, begun } = init;
  const request: IncomingRequest = {
    service: 'pipit.test.v1.Probe',
    method,
    caller: '192.0.2.7',
    keyId: undefined,
    keyLimit: undefined,
    traceId: 'trace',
    timeout,
    safe: false,
    dialect: 'http',
    verb: 'POST',
    target: `/api/pipit.test.v1.Probe/${method}`,
    prefix: '/api',
    headers: { 'content-type': 'application/json' },
    metadata: [],
    body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
  };
  return new Promise((resolve, reject: (error: TwirpError) => void) => {
    const handle = gateway.forward(request, {
      failed: ({ error }) => reject(error),
      answered({ head, rest }) {
        const chunks = [head.payload];
        const done = (): void => resolve({ head, body: Buffer.concat(chunks) });
        rest?.read({
          chunk(bytes, last) {
            chunks.push(bytes);
            rest.consumed(bytes.length);
            if (last) done();
          },
          broken: ({ error }) => reject(error),
        });
        rest?.consumed(head.payload.length);
        if (rest === undefined) done();
      },
    });
    begun?.(handle);
  });
}
