import {
  createClusterBus,
  createGateway,
  createRegistryServer,
  type Bus,
  type ClusterBus,
  type Gateway,
} from '@pipit/gateway';
import { connectGateway, type GatewayConnection } from '@pipit/gateway/connector';
import { newKey, parseKeys, ReloadableKeyRing } from '@pipit/gateway/keys';
import { Echo, HelloRequest, HelloResponse, type Echo as EchoMethods } from '@pipit/rpc/user/v0/echo.twirp';
import { serviceType } from '@pipit/runtime';
import { localFetch } from '@pipit/runtime/local';
import { vi } from 'vitest';
import { ForwardResponse } from '../../packages/gateway/src/protocol/registry.pb.ts';
import type { IncomingRequest } from '../../packages/gateway/src/server/requests/incoming-request.ts';
import type { RequestHandle, Sink } from '../../packages/gateway/src/server/requests/sink.ts';
import { waiting } from './gateways.ts';
import type { Join } from './networks.ts';

const service = Echo.typeName;
const other = serviceType<EchoMethods, never>('tests.v0.Other', {
  hello: { name: 'Hello', input: HelloRequest, output: HelloResponse, kind: 'envelope' },
});

/** Two ends that a request goes between: callers ask at one, the service is at the other. */
export interface Pair {
  /** Undefined where nobody has the service. */
  ask(request: IncomingRequest, sink: Sink): RequestHandle | undefined;
  /** Serves Echo at the other end. Resolves when this one knows; returns how to stop, which resolves in the same way. */
  serve(hello: EchoMethods['hello']): Promise<() => Promise<void>>;
  /** To the subscribers at the other end. */
  publish(type: string, payload: Uint8Array): void;
  subscribe(type: string, listener: (payload: Uint8Array) => void): void;
  close(): Promise<void>;
}

/** Buses and nothing else: what comes over them is answered by a local call. */
export async function busPair(join: Join): Promise<Pair> {
  const [a, b] = await buses(join);
  const offered = new Set<string>();
  a.watch({
    offered: (name) => offered.add(name),
    withdrawn: (name) => offered.delete(name),
  });
  return {
    ask: (request, sink) => a.forward(request, sink),
    async serve(hello) {
      const withdraw = b.offer(service, answeredLocally(hello));
      await until(() => offered.has(service));
      return async () => {
        withdraw();
        await until(() => !offered.has(service));
      };
    },
    publish: (eventType, payload) =>
      a.publish({
        eventId: 'e1',
        eventType,
        publisherId: 'tests',
        payload,
        timestamp: Date.now(),
        metadata: {},
      }),
    subscribe: (type, listener) =>
      void b.subscribe(({ eventType, payload }) => eventType === type && listener(payload)),
    close: async () => void (await Promise.all([a.close(), b.close()])),
  };
}

/** Gateways with those buses: a service is connected to one, a subscriber and a publisher to each. */
export async function gatewayPair(join: Join): Promise<Pair> {
  const { text, entry } = newKey({ owner: 'test', register: ['*'], call: ['*'] });
  const keys = new ReloadableKeyRing(parseKeys({ keys: [{ ...entry, publish: ['*'], subscribe: ['*'] }] }));
  const [busA, busB] = await buses(join);
  const [a, b] = [await Served.start(busA, keys), await Served.start(busB, keys)];
  const [publisher, subscriber] = await Promise.all([a.connect(text), b.connect(text)]);
  return {
    ask: (request, sink) =>
      a.gateway.serviceHealth(service) === 'serving' ? a.gateway.forward(request, sink) : undefined,
    async serve(hello) {
      const connection = await b.connect(text, hello);
      await until(() => a.gateway.serviceHealth(service) === 'serving');
      return async () => {
        await connection.close();
        await until(() => a.gateway.serviceHealth(service) !== 'serving');
      };
    },
    publish: (type, payload) => publisher.publish({ type, payload }),
    subscribe: (type, listener) => void subscriber.subscribe([type], ({ payload }) => listener(payload)),
    close: async () => void (await Promise.all([a.close(), b.close()])),
  };
}

async function buses(join: Join): Promise<[ClusterBus, ClusterBus]> {
  const [a, b] = [await join(), await join()];
  return [createClusterBus({ carrier: a, gatewayId: 'a' }), createClusterBus({ carrier: b, gatewayId: 'b' })];
}

/** A gateway with its port for services. */
class Served {
  readonly gateway: Gateway;
  readonly #bus: Bus;
  readonly #registry: ReturnType<typeof createRegistryServer>;
  readonly #connections: GatewayConnection[] = [];

  private constructor(bus: Bus, keys: ReloadableKeyRing) {
    this.#bus = bus;
    this.gateway = createGateway({ keys, limits: { startKnownFor: 0 }, bus });
    this.#registry = createRegistryServer({
      onStream: (stream, origin) => this.gateway.accept(stream, origin),
    });
  }

  static async start(bus: Bus, keys: ReloadableKeyRing): Promise<Served> {
    const served = new Served(bus, keys);
    await served.#registry.listen(0, '127.0.0.1');
    return served;
  }

  /** Without a handler it has a service of another name: one has to have some. */
  async connect(apiKey: string, hello?: EchoMethods['hello']): Promise<GatewayConnection> {
    const nothing = (): void => undefined;
    const connection = connectGateway({
      url: `http://127.0.0.1:${this.#registry.address?.port}`,
      apiKey,
      services: [hello === undefined ? other.serve({ hello: () => ({}) }) : Echo.serve({ hello })],
      log: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    });
    this.#connections.push(connection);
    await connection.ready;
    return connection;
  }

  async close(): Promise<void> {
    await Promise.all(this.#connections.map((one) => one.close()));
    this.gateway.kill();
    await this.#registry.destroy();
    await this.#bus.close();
  }
}

function answeredLocally(hello: EchoMethods['hello']): Parameters<Bus['offer']>[1] {
  const call = localFetch({ services: [Echo.serve({ hello })] });
  return ({ verb, target, headers, body, timeout }, sink) => {
    const over = new AbortController();
    const answer = async (): Promise<void> => {
      const response = await call(`http://local${target}`, {
        method: verb,
        headers: { ...headers },
        body: Buffer.from(body),
        signal: AbortSignal.any([over.signal, AbortSignal.timeout(Math.ceil(timeout ?? 30_000))]),
      });
      const payload = Buffer.from(await response.arrayBuffer());
      const head = { statusCode: response.status, headers: Object.fromEntries(response.headers), payload };
      if (!over.signal.aborted) sink.answered({ head: ForwardResponse.create(head), rest: undefined });
    };
    // One that was cancelled is answered by nobody.
    answer().catch(() => undefined);
    return { cancel: () => over.abort() };
  };
}

function until(isSo: () => boolean): Promise<void> {
  return vi.waitFor(() => {
    if (!isSo()) throw new Error('it is not so yet');
  }, waiting);
}
