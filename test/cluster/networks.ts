import { MessageChannel } from 'node:worker_threads';
import { connect } from '@nats-io/transport-node';
import type { Carrier } from '@pipit/gateway';
import { natsCarrier } from '@pipit/gateway/nats';
import { Hub, type FromHub, type HubMember, type ToHub } from '../../cmd/gateway/src/workers/hub.ts';
import { HubCarrier } from '../../cmd/gateway/src/workers/hub-carrier.ts';
import { MemoryNetwork } from '../../packages/gateway/test/server/cluster/memory-carrier.ts';

/** Joins a network: carriers of the same one reach each other. */
export type Join = () => Promise<Carrier>;

/** Bytes that a message of each may have. */
const mostBytes = 100_000;

/** Networks that buses run on, by their names; each call makes one that nobody has joined. @param nats where NATS listens */
export function networks(nats: () => string): [name: string, make: () => Join][] {
  return [
    ['NATS', () => async () => natsCarrier(await connect({ servers: nats(), noEcho: true }))],
    [
      'the network of the tests',
      () => {
        const network = new MemoryNetwork();
        return async () => network.carrier(mostBytes);
      },
    ],
    [
      'the hub of workers',
      () => {
        const hub = new Hub();
        return async () => workerAt(hub);
      },
    ],
  ];
}

/** A worker's line to the hub, on which messages become bytes as between processes. */
function workerAt(hub: Hub): Carrier {
  const { port1: worker, port2: here } = new MessageChannel();
  const member: HubMember = {
    send(message, sent) {
      // A port of Node's, which has no origin.
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      here.postMessage(message);
      sent();
    },
  };
  here.on('message', (message: ToHub) => hub.heard(member, message));
  const carrier = new HubCarrier(
    {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin
      tell: (message) => worker.postMessage(message),
      onTold: (listener) => worker.on('message', (message: FromHub) => listener(message)),
    },
    mostBytes,
  );
  return Object.assign(carrier, {
    async close() {
      hub.left(member);
      here.close();
    },
  });
}
