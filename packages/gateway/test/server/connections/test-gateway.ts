import { expect } from 'vitest';
import type { ForwardResponse } from '../../../src/protocol/registry.pb.ts';
import type { Key, KeyRing } from '../../../src/keys/key-ring.ts';
import { allows } from '../../../src/keys/rights.ts';
import type { IncomingRequest } from '../../../src/server/requests/incoming-request.ts';
import type { RequestFailure, RequestHandle, Sink } from '../../../src/server/requests/sink.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../../src/server/gateway.ts';
import { turn, VirtualClock } from '../../virtual-clock.ts';

/** Keys by their text; what a test changes counts from then on. */
class TestKeys implements KeyRing {
  readonly keys = new Map<string, Key>();
  readonly #listeners = new Set<() => void>();

  add(text: string, policy: Partial<Key> = {}): Key {
    const key: Key = {
      id: text,
      owner: `owner of ${text}`,
      register: ['*'],
      call: ['*'],
      maxConnections: undefined,
      maxInFlight: undefined,
      expires: undefined,
      ...policy,
    };
    this.keys.set(text, key);
    this.changed();
    return key;
  }

  remove(text: string): void {
    this.keys.delete(text);
    this.changed();
  }

  changed(): void {
    for (const listener of this.#listeners) listener();
  }

  find(text: string): Key | undefined {
    return this.keys.get(text);
  }

  current(key: Key): Key | undefined {
    return this.keys.get(key.id);
  }

  isPublic(): boolean {
    return false;
  }

  covers(service?: string): boolean {
    const all = [...this.keys.values()].flatMap(({ register }) => register);
    return service === undefined ? all.length > 0 : allows(all, service);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export interface TestGateway {
  readonly gateway: Gateway;
  readonly clock: VirtualClock;
  readonly keys: TestKeys;
}

/** A gateway on a clock of its own, with a key `good` that may do everything. Its start is over. */
export function testGateway(options: Partial<GatewayOptions> = {}): TestGateway {
  const clock = new VirtualClock();
  const keys = new TestKeys();
  keys.add('good');
  const limits = { startKnownFor: 0, ...options.limits };
  return { gateway: createGateway({ keys, clock, ...options, limits }), clock, keys };
}

/** What a caller got. */
export interface Outcome {
  answer: ForwardResponse | undefined;
  failure: RequestFailure | undefined;
  handle: RequestHandle;
}

/** A caller's request, in format protobuf. */
export function ask(
  gateway: Gateway,
  service: string,
  init: Partial<IncomingRequest> = {},
  told: Partial<Sink> = {},
): Outcome {
  const outcome: Outcome = { answer: undefined, failure: undefined, handle: { cancel: () => undefined } };
  const request: IncomingRequest = {
    service,
    method: 'Do',
    caller: '203.0.113.9',
    keyId: undefined,
    keyLimit: undefined,
    traceId: 'trace',
    timeout: undefined,
    safe: false,
    dialect: 'message',
    verb: '',
    target: '',
    prefix: '',
    headers: {},
    metadata: [],
    body: new Uint8Array([1, 2, 3]),
    ...init,
  };
  outcome.handle = gateway.forward(request, {
    answered: ({ head }) => {
      outcome.answer = head;
    },
    failed: (failure) => {
      outcome.failure = failure;
    },
    ...told,
  });
  return outcome;
}

/** Nothing is left over once `gateway` is stopped: no connection, no request, no timer. */
export async function expectNothingLeft({ gateway, clock }: TestGateway): Promise<void> {
  gateway.kill();
  await turn();
  clock.advance(400_000);
  await turn();
  const { connections, ...numbers } = gateway.admin.stats();
  expect(connections).toEqual({ opening: 0, ready: 0, suspect: 0, draining: 0, closed: 0 });
  expect(numbers).toEqual({
    services: 0,
    inFlight: 0,
    inFlightBytes: 0,
    queued: 0,
    calls: 0,
    backlog: 0,
    subscribers: 0,
  });
  expect(clock.timers).toBe(0);
}
