import type { TwirpError } from '@pipit/runtime';
import { createClusterBus, type ClusterBus } from '../../../src/server/cluster/cluster-bus.ts';
import type { IncomingRequest } from '../../../src/server/requests/incoming-request.ts';
import type { AnswerEnd, PeerAnswer, RequestFailure, Sink } from '../../../src/server/requests/sink.ts';
import { turn, VirtualClock } from '../../virtual-clock.ts';
import { MemoryNetwork, type MemoryCarrier } from './memory-carrier.ts';

export const service = 'shop.v1.Shop';

/** A gateway with nothing but its bus, and a wall clock that may be wrong. */
export class Node {
  readonly id: string;
  readonly bus: ClusterBus;
  readonly carrier: MemoryCarrier;
  readonly taken: { readonly request: IncomingRequest; readonly sink: Sink; cancelled: boolean }[] = [];
  wallError = 0;

  constructor(network: MemoryNetwork, id: string, clock: VirtualClock, maxMessageBytes?: number) {
    this.id = id;
    this.carrier = network.carrier(maxMessageBytes);
    this.bus = createClusterBus({
      carrier: this.carrier,
      gatewayId: id,
      clock,
      wallClock: () => clock.now() + this.wallError,
    });
  }

  offer(name = service): () => void {
    return this.bus.offer(name, (request, sink) => {
      const taken = { request, sink, cancelled: false };
      this.taken.push(taken);
      return { cancel: () => void (taken.cancelled = true) };
    });
  }
}

/** A caller's sink. */
export class Caller implements Sink {
  answer: PeerAnswer | undefined;
  failure: RequestFailure | undefined;
  isReturned = false;
  readonly chunks: Buffer[] = [];
  isWhole = false;
  /** Of the last chunk. */
  end: AnswerEnd | undefined;
  broken: TwirpError | undefined;
  /** Takes chunks as they come. */
  reads = true;

  answered(answer: PeerAnswer): void {
    if (this.answer !== undefined) throw new Error('answered twice');
    this.answer = answer;
    if (this.reads) answer.rest?.consumed(answer.head.payload.length);
    answer.rest?.read({
      chunk: (bytes, last, end) => {
        this.chunks.push(Buffer.from(bytes));
        if (this.reads) answer.rest?.consumed(bytes.length);
        this.isWhole = last;
        if (last) this.end = end;
      },
      broken: ({ error }) => (this.broken = error),
    });
  }
  failed(failure: RequestFailure): void {
    if (this.failure !== undefined) throw new Error('failed twice');
    this.failure = failure;
  }
  returned(): void {
    this.isReturned = true;
  }

  get payload(): Buffer {
    return Buffer.concat([this.answer?.head.payload ?? Buffer.alloc(0), ...this.chunks]);
  }
}

export const request: IncomingRequest = {
  service,
  method: 'Find',
  caller: '192.0.2.1',
  keyId: 'k1',
  keyLimit: 7,
  traceId: 't1',
  timeout: 5_000,
  safe: false,
  dialect: 'http',
  verb: 'POST',
  target: '/api/shop.v1.Shop/Find?a=1',
  prefix: '/api',
  headers: { 'content-type': 'application/json' },
  metadata: [{ key: 'x', value: Uint8Array.of(0x31) }],
  body: new TextEncoder().encode('{"id":1}'),
};

/** Gateways that have nothing but their buses, on one network and on a clock that the test moves. */
export class BusWorld {
  readonly network: MemoryNetwork = new MemoryNetwork();
  readonly clock: VirtualClock = new VirtualClock();
  readonly #nodes: Node[] = [];

  node(id: string, maxMessageBytes?: number): Node {
    const one = new Node(this.network, id, this.clock, maxMessageBytes);
    this.#nodes.push(one);
    return one;
  }

  /** Lets messages come, and lists of services be said. */
  async settle(): Promise<void> {
    await turn();
    await this.clock.pass(30, 30);
    await turn();
  }

  send(from: Node, changes: Partial<IncomingRequest> = {}): Caller {
    const caller = new Caller();
    if (from.bus.forward({ ...request, ...changes }, caller) === undefined)
      throw new Error('nobody was asked');
    return caller;
  }

  /** @throws {Error} where a timer is left */
  async end(): Promise<void> {
    for (const { bus } of this.#nodes) await bus.close();
    await this.clock.pass(10_000);
    if (this.clock.timers !== 0) throw new Error(`${this.clock.timers} timers are left`);
  }
}
