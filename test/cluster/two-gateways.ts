import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from '@nats-io/transport-node';
import {
  createClusterBus,
  createFront,
  createGateway,
  createRegistryServer,
  type ClusterBus,
} from '@pipit/gateway';
import { natsCarrier } from '@pipit/gateway/nats';
import { connectGateway } from '@pipit/gateway/connector';
import { newKey, parseKeys, ReloadableKeyRing } from '@pipit/gateway/keys';
import { createServer } from '@pipit/runtime/node';
import { vi } from 'vitest';
import type { DoorOptions } from '../interop/door-options.ts';

const nothing = (): void => undefined;
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

/**
 * Services behind one gateway, callers at another, NATS between: caller, HTTP, gateway A, NATS, gateway B, gRPC stream,
 * connector.
 * @returns where callers call
 */
export async function listenBehindCluster(
  nats: string,
  { prefix = '/api', ...served }: DoorOptions,
): Promise<{ origin: string; close(): Promise<void> }> {
  const { text, entry } = newKey({ owner: 'test', register: ['*'], call: ['*'] });
  const keys = new ReloadableKeyRing(parseKeys({ keys: [entry] }));
  const [busA, busB] = [await busOf(nats, 'a'), await busOf(nats, 'b')];
  const limits = { startKnownFor: 0 };
  const [a, b] = [busA, busB].map((bus) => createGateway({ keys, log: silent, limits, bus }));
  const registry = createRegistryServer({ onStream: (stream, origin) => b!.accept(stream, origin) });
  await registry.listen(0, '127.0.0.1');
  const front = createServer(createFront({ gateway: a!, keys, prefix, access: 'open', log: silent }));
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const url = `http://127.0.0.1:${registry.address?.port}`;
  const connection = connectGateway({ ...served, url, apiKey: text, log: silent });
  await connection.ready;
  const names = served.services.map(({ type }) => type.typeName);
  await vi.waitFor(() => {
    for (const name of names)
      if (a!.serviceHealth(name) !== 'serving') throw new Error(`${name} is not known`);
  });
  return {
    origin: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    async close() {
      await connection.close();
      a!.kill();
      b!.kill();
      await registry.destroy();
      front.close();
      await once(front, 'close');
      await Promise.all([busA.close(), busB.close()]);
    },
  };
}

async function busOf(servers: string, gatewayId: string): Promise<ClusterBus> {
  const connection = await connect({
    servers,
    noEcho: true,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
  });
  return createClusterBus({ carrier: natsCarrier(connection), gatewayId });
}
