import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createFront,
  createGateway,
  createRegistryServer,
  type Gateway,
  type Transcoder,
} from '@pipit/gateway';
import { connectGateway } from '@pipit/gateway/connector';
import { newKey, parseKeys, ReloadableKeyRing } from '@pipit/gateway/keys';
import { createServer, type ServerOptions } from '@pipit/runtime/node';
import type { DoorOptions } from './door-options.ts';

type Stream = Parameters<Gateway['accept']>[0];

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * The services behind a gateway: caller, HTTP, gateway, gRPC stream, connector, all over real sockets in one process.
 * @param more the gateway's transcoder, or what makes one of uploaded descriptors, what becomes of the connector's stream on its way to the gateway, and how callers are listened to
 * @returns where callers call
 */
export async function listenBehindGateway(
  options: DoorOptions,
  port: number,
  more: {
    readonly transcoder?: Transcoder;
    readonly transcoderOf?: (descriptorSet: Uint8Array) => Transcoder;
    readonly altered?: (stream: Stream) => Stream;
    readonly serverOptions?: ServerOptions;
  } = {},
): Promise<{ origin: string; close(): Promise<void> }> {
  const { prefix = '/api', ...served } = options;
  const { transcoder, transcoderOf, altered = (stream) => stream, serverOptions } = more;
  const { text, entry } = newKey({ owner: 'test', register: ['*'], call: ['*'] });
  const keys = new ReloadableKeyRing(parseKeys({ keys: [entry] }));
  const gateway = createGateway({
    keys,
    log: silent,
    // Its start is over.
    limits: { startKnownFor: 0 },
    transcoder: () => transcoder,
    ...(transcoderOf && { transcoderOf }),
  });
  const registry = createRegistryServer({
    onStream: (stream, origin) => gateway.accept(altered(stream), origin),
  });
  await registry.listen(0, '127.0.0.1');
  const front = createServer(
    createFront({ gateway, keys, prefix, access: 'open', log: silent }),
    serverOptions,
  );
  front.listen(port, '127.0.0.1');
  await once(front, 'listening');
  const url = `http://127.0.0.1:${registry.address?.port}`;
  const connection = connectGateway({ ...served, url, apiKey: text, log: silent });
  await connection.ready;
  return {
    origin: `${serverOptions?.tls === undefined ? 'http' : 'https'}://127.0.0.1:${(front.address() as AddressInfo).port}`,
    async close() {
      await connection.close();
      gateway.kill();
      await registry.destroy();
      front.close();
      (front as Partial<HttpServer>).closeAllConnections?.();
      await once(front, 'close');
    },
  };
}
