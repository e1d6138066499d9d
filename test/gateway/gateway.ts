import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import {
  createFront,
  createGateway,
  createRegistryServer,
  createTranscoder,
  type FrontOptions,
  type Gateway,
  type GatewayOptions,
  type RegistryServer,
  type RegistryServerOptions,
} from '@pipit/gateway';
import { newKey, parseKeys, ReloadableKeyRing } from '@pipit/gateway/keys';
import { createServer } from '@pipit/runtime/node';
import { onTestFinished, vi } from 'vitest';
import { CountingClock } from './counting-clock.ts';

const everything = newKey({ owner: 'tests', register: ['*'], call: ['*'] });

/** May register and call everything. */
export const apiKey: string = everything.text;

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, 'keys' | 'clock'>> {
  /** Of the services' port. */
  readonly services?: Partial<RegistryServerOptions> & { readonly port?: number };
  readonly front?: Partial<FrontOptions>;
  /** For both ports. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly registry: RegistryServer;
  /** What services dial: host:port, and the port alone. */
  readonly target: string;
  readonly port: number;
  /** What callers call over HTTP, and over gRPC. */
  readonly origin: string;
  readonly callers: string;
  /** What happened that should not, in words. */
  readonly strays: string[];
  readonly violations: string[];
  /** Why connections have ended. */
  readonly closed: string[];
  /** What callers were told: `ok` or the code. */
  readonly codes: string[];
  /** Connections of callers. */
  readonly callersConnected: () => Promise<number>;
  /** Breaks everything off: what a crash looks like from outside. */
  readonly crash: () => Promise<void>;
}

/**
 * A whole gateway in this process, on free ports of loopback. After the test, when its peers are gone, it must have
 * nothing left: that is checked here, so that no test can forget it.
 */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { services = {}, front = {}, tls, ...own } = options;
  const clock = new CountingClock();
  const keys = new ReloadableKeyRing(parseKeys({ keys: [everything.entry] }));
  const strays: string[] = [];
  const violations: string[] = [];
  const closed: string[] = [];
  const codes: string[] = [];
  const gateway = createGateway({
    transcoderOf: createTranscoder,
    ...own,
    // Its start is over.
    limits: { startKnownFor: 0, ...own.limits },
    keys,
    clock,
    observers: [
      {
        unexpectedResponse: (kind) => void strays.push(kind),
        violation: (_, what) => void violations.push(what),
        connectionState: (_connection, _from, to, why) => void (to === 'closed' && closed.push(why)),
        requestSettled: ({ code }) => void codes.push(code),
      },
      ...(own.observers ?? []),
    ],
  });
  const { port = 0, ...registryOptions } = services;
  const registry = createRegistryServer({
    clock,
    ...(tls && { tls }),
    ...registryOptions,
    onStream: (stream, origin) => gateway.accept(stream, origin),
  });
  const { port: servicesPort } = await registry.listen(port);
  const listener = createFront({ gateway, keys, access: 'open', ...front });
  const callers = createServer(listener, tls ? { tls } : { fastLane: true }) as Server;
  callers.listen(0, '127.0.0.1');
  await once(callers, 'listening');
  const callersPort = (callers.address() as AddressInfo).port;
  let isCrashed = false;
  const crash = async (): Promise<void> => {
    if (isCrashed) return;
    isCrashed = true;
    await registry.destroy();
    gateway.kill();
    callers.close();
    (callers as Partial<Server>).closeAllConnections?.();
  };
  onTestFinished(async () => {
    try {
      if (!isCrashed)
        await vi.waitFor(() => expectNothingLeft(gateway, clock), { timeout: 60_000, interval: 20 });
    } finally {
      await crash();
    }
  });
  return {
    gateway,
    registry,
    target: `127.0.0.1:${servicesPort}`,
    port: servicesPort,
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${callersPort}`,
    callers: `127.0.0.1:${callersPort}`,
    strays,
    violations,
    closed,
    codes,
    callersConnected: promisify(callers.getConnections.bind(callers)),
    crash,
  };
}

/** Pending, queues, timers: what must be at its baseline once nobody is connected. */
function expectNothingLeft({ admin }: Gateway, clock: CountingClock): void {
  const { connections, inFlight, inFlightBytes, queued, calls, backlog, subscribers } = admin.stats();
  const left = { ...connections, inFlight, inFlightBytes, queued, calls, backlog, subscribers };
  for (const [what, count] of Object.entries(left)) {
    if (count !== 0) throw new Error(`${count} ${what} left`);
  }
  // The one that looks at connections once a second.
  if (clock.timers !== 1) throw new Error(`${clock.timers - 1} timers left`);
}

/** Waits until so many connections are of a state. */
export async function connected(
  gateway: Gateway,
  count: number,
  state: 'ready' | 'suspect' = 'ready',
): Promise<void> {
  await vi.waitFor(
    () => {
      const now = gateway.admin.stats().connections[state];
      if (now !== count) throw new Error(`${now} connections are ${state}, not ${count}`);
    },
    { timeout: 60_000, interval: 10 },
  );
}
