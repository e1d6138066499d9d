import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  ConnectionStatus_StatusType as StatusType,
  SubscriptionRequest_Action as Action,
} from '../../../src/protocol/registry.pb.ts';
import type { Sink } from '../../../src/server/requests/sink.ts';
import { turn } from '../../virtual-clock.ts';
import { ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type Outcome, type TestGateway } from './test-gateway.ts';

/** What one run has: services that come and go, callers, and what they were told. */
interface World extends TestGateway {
  readonly services: Scripted[];
  readonly calls: { readonly outcome: Outcome; readonly told: { times: number }; cancelled: boolean }[];
  /** Callers that got an answer that was somebody else's. */
  misled: number;
}

interface Scripted {
  readonly service: ScriptedService;
  readonly revision: number;
  readonly key: string;
  /** Requests it has answered. */
  answered: number;
  /** The ids of its own calls. */
  readonly own: string[];
}

type Step = (world: World) => void;

const names = ['a.A', 'b.B', 'c.C'];
const keys = ['k0', 'k1', 'k2'];
const index = fc.nat({ max: 5 });

/** Acts on one of the services there are. */
function onService(act: (scripted: Scripted, world: World) => void): fc.Arbitrary<Step> {
  return index.map((at) => (world) => {
    const scripted = world.services[at % Math.max(1, world.services.length)];
    if (scripted) act(scripted, world);
  });
}

const connect = fc
  .record({
    revision: fc.constantFrom(0, 0, 1, 1, 2),
    key: fc.constantFrom(...keys, 'wrong'),
    services: fc.subarray([...names, 'grpc.No'], { minLength: 0 }),
    connectionId: fc.constantFrom('', 'c1', 'c2', 'not an id'),
    instanceId: fc.constantFrom('', 'p1'),
    register: fc.boolean(),
  })
  .map(({ revision, key, services, connectionId, instanceId, register }): Step => (world) => {
    const service = new ScriptedService(world.gateway);
    const capabilities = ['drain', 'cancel', 'chunks', 'window'];
    const value = {
      apiKey: key,
      services,
      connectionId,
      protocolRevision: revision,
      instanceId,
      capabilities,
    };
    if (register) service.say({ case: 'register', value });
    world.services.push({ service, revision, key, answered: 0, own: [] });
  });

const call = fc
  .record({ name: fc.constantFrom(...names, 'z.Z'), timeout: fc.constantFrom(undefined, 500, 40_000) })
  .map(({ name, timeout }): Step => (world) => {
    const id = world.calls.length;
    const told = { times: 0 };
    const body = new Uint8Array([id % 256]);
    const sink: Sink = {
      answered: ({ head }) => {
        told.times += 1;
        if (head.payload[0] !== body[0]) world.misled += 1;
      },
      failed: () => {
        told.times += 1;
      },
    };
    const outcome = ask(world.gateway, name, { timeout, body }, sink);
    world.calls.push({ outcome, told, cancelled: false });
  });

const answer = onService((scripted) => {
  const request = scripted.service.requests[scripted.answered];
  if (!request) return;
  scripted.answered += 1;
  const { requestId, payload } = request;
  scripted.service.respond({ requestId, statusCode: 200, payload });
});

const others: fc.Arbitrary<Step>[] = [
  onService(({ service }) => service.heartbeat()),
  onService(({ service }, { services }) => service.heartbeat(services[0]!.service.id)),
  onService(({ service }) => service.streams.lose()),
  onService(({ service }) => service.streams.blackHole()),
  onService(({ service }) => service.streams.client.end()),
  onService(({ service }) => service.streams.client.destroy()),
  onService(({ service }) => service.say({ case: 'drain', value: { reason: 'x' } })),
  onService(({ service }) => service.say({ case: 'status', value: { status: StatusType.DISCONNECTED } })),
  onService(({ service }) => service.say({ case: 'register', value: { apiKey: 'k0', services: names } })),
  onService(({ service }) =>
    service.say({ case: 'updateServices', value: { add: ['c.C'], remove: ['a.A'] } }),
  ),
  onService(({ service }) =>
    service.say({ case: 'subscription', value: { action: Action.SUBSCRIBE, eventTypes: ['t'] } }),
  ),
  onService(({ service }) => service.say({ case: 'event', value: { eventType: 't' } })),
  onService(({ service }) => service.bytes(new Uint8Array([0xff, 0xff]))),
  onService((scripted) => {
    const requestId = `own ${scripted.own.length % 3}`;
    scripted.own.push(requestId);
    scripted.service.request({
      requestId,
      methodPath: '/a.A/Do',
      timeoutSeconds: 5,
      payload: new Uint8Array(3),
    });
  }),
  onService(({ service }) => service.say({ case: 'cancel', value: { requestId: 'own 0' } })),
  onService(({ service }, { gateway }) => void gateway.admin.drain(service.id)),
  onService(({ service }, { gateway }) => void gateway.admin.kill(service.id)),
  fc.constantFrom(...keys).map(
    (key): Step =>
      (world) =>
        world.keys.remove(key),
  ),
  fc.constantFrom(...keys).map(
    (key): Step =>
      (world) =>
        void world.keys.add(key, { register: ['a.*', 'b.*'] }),
  ),
  index.map((at): Step => ({ calls }) => {
    const chosen = calls[at];
    if (!chosen) return;
    chosen.cancelled ||= chosen.told.times === 0;
    chosen.outcome.handle.cancel();
  }),
];

const time = fc.constantFrom(100, 1_000, 6_000, 46_000, 95_000).map(
  (ms): Step =>
    ({ clock }) =>
      clock.advance(ms),
);
const stall = fc.constant<Step>(({ clock }) => clock.stall(60_000));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: connect },
  { weight: 6, arbitrary: call },
  { weight: 5, arbitrary: answer },
  { weight: 4, arbitrary: time },
  ...others.map((arbitrary) => ({ weight: 1, arbitrary })),
  { weight: 1, arbitrary: stall },
);

/** What must hold at every moment. */
function expectConsistent({ gateway, services, calls, misled, keys: ring }: World): void {
  expect(misled).toBe(0);
  const connections = gateway.admin.connections();
  expect(new Set(connections.map(({ id }) => id)).size).toBe(connections.length);
  for (const { name, connections: counts } of gateway.admin.services()) {
    const having = connections.filter((connection) => connection.services.includes(name));
    // Only who is connected and serves the name is in its index; who may not be asked any more is not.
    expect(counts.ready).toBe(having.filter(({ state }) => state === 'ready').length);
    expect(counts.suspect).toBe(having.filter(({ state }) => state === 'suspect').length);
    expect(counts.draining).toBeLessThanOrEqual(having.filter(({ state }) => state === 'draining').length);
    expect(counts.opening + counts.closed).toBe(0);
  }
  for (const { name } of gateway.admin.services()) expect(gateway.resolve(name)).toBe(name);
  for (const { id, state, keyId } of connections) {
    if (!ring.keys.has(keyId)) expect([id, state]).toEqual([id, 'draining']);
  }
  const inFlight = connections.reduce((sum, connection) => sum + connection.inFlight, 0);
  expect(inFlight).toBeLessThanOrEqual(gateway.admin.stats().inFlight);
  for (const { told, cancelled } of calls) expect(told.times).toBeLessThanOrEqual(cancelled ? 0 : 1);
  for (const { service, revision } of services) if (revision === 0) expectPlain(service);
}

/** One CONNECTED, requests, answers to its own calls, events it subscribed to, and one last status. */
function expectPlain(service: ScriptedService): void {
  const allowed = ['status', 'request', 'response', 'event'];
  expect(service.got.filter(({ case: kind }) => !allowed.includes(kind))).toEqual([]);
  const connected = service.statuses.filter(({ status }) => status === StatusType.CONNECTED);
  expect(connected.length).toBeLessThanOrEqual(1);
  const [first, last, ...more] = service.got.filter(({ case: kind }) => kind === 'status');
  expect(more).toEqual([]);
  if (last) expect([service.got[0], service.got.at(-1)]).toEqual([first, last]);
}

test('whatever services, callers and operators do: indexes agree, and nothing is left over', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (steps, drained) => {
      const world: World = {
        ...testGateway({ limits: { registersPerSecond: 5 } }),
        services: [],
        calls: [],
        misled: 0,
      };
      for (const key of keys) world.keys.add(key);
      for (const act of steps) {
        act(world);
        await turn();
        expectConsistent(world);
      }
      if (drained) {
        const drain = world.gateway.drain();
        await world.clock.pass(40_000);
        await drain;
        expect(world.gateway.state).toBe('stopped');
      }
      await expectNothingLeft(world);
      for (const { told, cancelled } of world.calls) expect(told.times).toBe(cancelled ? 0 : 1);
    }),
    { numRuns: 500 },
  );
});
