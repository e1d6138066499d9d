import { expect, test } from 'vitest';
import { parseKeys } from '../../src/keys/key-set.ts';
import { newKey } from '../../src/keys/new-key.ts';
import { Overview } from '../../src/observe/overview/overview.ts';
import type { GatewayAdmin } from '../../src/server/admin.ts';
import type { ConnectionInfo, RequestInfo } from '../../src/server/observer.ts';

const connection: ConnectionInfo = {
  id: 'c1',
  address: '192.0.2.7',
  keyId: 'k1',
  owner: 'tests',
  revision: 1,
  services: ['p.P'],
};

const request: RequestInfo = {
  service: 'p.P',
  method: 'Do',
  code: 'ok',
  traceId: 't1',
  caller: '192.0.2.8',
  keyId: undefined,
  connectionId: 'c1',
  attempts: 1,
  queueMs: 0,
  totalMs: 10,
  handlerMs: undefined,
  requestBytes: 0,
  responseBytes: 0,
};

const states = { opening: 0, ready: 1, suspect: 0, draining: 0, closed: 0 };

/** Of a gateway with those services connected. */
function adminOf(...names: string[]): GatewayAdmin {
  return {
    services: () => names.map((name) => ({ name, connections: states, inFlight: 0 })),
    connections: () => [{ ...connection, state: 'ready' }],
    stats: () => ({}),
  } as unknown as GatewayAdmin;
}

function start(): { overview: Overview; at: { now: number } } {
  const at = { now: 600_000 };
  return {
    overview: new Overview(
      () => at.now,
      () => at.now,
    ),
    at,
  };
}

test('a service shows the calls of its last minute', () => {
  const { overview, at } = start();
  for (let second = 0; second < 30; second += 1) {
    for (let index = 0; index < 99; index += 1) overview.requestSettled(request);
    overview.requestSettled({ ...request, code: 'internal', totalMs: 1_000 });
    at.now += 1_000;
  }
  const [service] = overview.look(adminOf('p.P'), []).services;
  expect(service).toMatchObject({ name: 'p.P', rate: 100, errors: { internal: 30 } });
  expect(service!.p50).toBeGreaterThan(9);
  expect(service!.p50).toBeLessThan(12);
  expect(service!.p99).toBeLessThan(12);
  at.now += 120_000;
  expect(overview.look(adminOf('p.P'), []).services).toMatchObject([
    { rate: 0, errors: {}, p50: null, p99: null },
  ]);
});

test('one that has gone is shown for an hour, with the reason', () => {
  const { overview, at } = start();
  overview.connectionRegistered(connection);
  overview.connectionState(connection, 'ready', 'closed', 'heartbeat timeout');
  expect(overview.look(adminOf(), []).services).toMatchObject([
    { name: 'p.P', gone: { at: 600_000, why: 'heartbeat timeout' } },
  ]);
  expect(overview.look(adminOf('p.P'), []).services).toMatchObject([{ connections: { ready: 1 } }]);
  at.now += 3_600_001;
  expect(overview.look(adminOf(), []).services).toEqual([]);
});

test('keys are shown with their rights, connections and last use, never with what proves them', () => {
  const { overview } = start();
  const { entry } = newKey({ owner: 'team', register: ['p.*'], expires: '2027-01-31' });
  const keys = parseKeys({ keys: [{ ...entry, id: 'k1000000' }] }).keys.values();
  overview.connectionRegistered({ ...connection, keyId: 'k1000000' });
  overview.violation({ keyId: 'k1000000' });
  const { keys: shown } = overview.look(adminOf('p.P'), keys);
  expect(shown).toEqual([
    {
      id: 'k1000000',
      owner: 'team',
      revoked: false,
      register: ['p.*'],
      call: [],
      expires: Date.UTC(2027, 0, 31),
      connections: 0,
      lastUsed: 600_000,
      refused: 1,
    },
  ]);
});

test('failures and refusals are bounded, the latest first', () => {
  const { overview } = start();
  for (let index = 0; index < 200; index += 1) {
    overview.requestSettled({
      ...request,
      code: 'unavailable',
      traceId: `t${index}`,
      method: 'x'.repeat(10_000),
    });
    overview.connectionRefused(`192.0.2.${index}`, 16, 'the api_key is not valid');
  }
  overview.handshakeFailed('192.0.2.150', 'unknown ca');
  const { failures, refusals } = overview.look(adminOf(), []);
  expect([failures.length, failures[0]?.traceId, failures[0]!.method.length < 300]).toEqual([
    100,
    't199',
    true,
  ]);
  expect([refusals.length, refusals[0]]).toEqual([
    100,
    { address: '192.0.2.150', registrations: 1, tlsFailures: 1, at: 600_000, why: 'unknown ca' },
  ]);
});
