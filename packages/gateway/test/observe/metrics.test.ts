import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { gatewayMetrics } from '../../src/observe/metrics.ts';
import type { GatewayAdmin, GatewayStats } from '../../src/server/admin.ts';
import type { ConnectionInfo, RequestInfo } from '../../src/server/observer.ts';

const connection: ConnectionInfo = {
  id: 'c1',
  address: '192.0.2.7',
  keyId: 'k1',
  owner: 'tests',
  revision: 1,
  services: ['p.Known'],
};

const request: RequestInfo = {
  service: 'p.Known',
  method: 'Do',
  code: 'ok',
  traceId: 't',
  caller: '192.0.2.8',
  keyId: undefined,
  connectionId: 'c1',
  attempts: 1,
  queueMs: 2,
  totalMs: 30,
  handlerMs: 20,
  requestBytes: 3,
  responseBytes: 5,
};

const admin = {
  stats: (): GatewayStats => ({
    connections: { opening: 0, ready: 0, suspect: 0, draining: 0, closed: 0 },
    services: 0,
    inFlight: 0,
    inFlightBytes: 0,
    queued: 0,
    calls: 0,
    backlog: 0,
    subscribers: 0,
  }),
};

test('requests are counted by service, code and time', async () => {
  const registry = new Registry();
  const metrics = gatewayMetrics({ registry });
  metrics.requestSettled?.(request);
  metrics.requestSettled?.({ ...request, code: 'unavailable', attempts: 2, handlerMs: undefined });
  const shown = await registry.metrics();
  expect(shown).toContain('gateway_requests_total{service="p.Known",code="ok"} 1\n');
  expect(shown).toContain('gateway_requests_total{service="p.Known",code="unavailable"} 1\n');
  expect(shown).toContain('gateway_attempts_total{service="p.Known"} 3\n');
  expect(shown).toContain('gateway_request_duration_seconds_sum 0.06\n');
  expect(shown).toContain('gateway_request_seconds_total{service="p.Known"} 0.06\n');
  expect(shown).toContain('gateway_handler_seconds_count 1\n');
  expect(shown).toContain('gateway_queue_wait_seconds_count 2\n');
  expect(shown).toContain('gateway_request_bytes_total{service="p.Known"} 6\n');
  expect(shown).toContain('gateway_response_bytes_total{service="p.Known"} 10\n');
});

test('names that callers make up become no labels; those that registered do', async () => {
  const registry = new Registry();
  const metrics = gatewayMetrics({ registry });
  const refused = { ...request, code: 'unimplemented', connectionId: undefined, attempts: 0 } as const;
  for (let index = 0; index < 100; index++)
    metrics.requestSettled?.({ ...refused, service: `made.Up${index}` });
  metrics.connectionRegistered?.(connection);
  metrics.requestSettled?.({ ...refused, code: 'unavailable' });
  const shown = await registry.metrics();
  expect(shown).toContain('gateway_requests_total{service="_OTHER",code="unimplemented"} 100\n');
  expect(shown).toContain('gateway_requests_total{service="p.Known",code="unavailable"} 1\n');
  expect(shown).not.toContain('made.Up');
  expect(shown).toContain('gateway_queue_wait_seconds_count 0\n');
});

test('what connections do is counted', async () => {
  const registry = new Registry();
  const metrics = gatewayMetrics({ registry });
  metrics.connectionRegistered?.(connection);
  metrics.connectionRefused?.('192.0.2.7', 16, 'no');
  metrics.connectionState?.(connection, 'ready', 'suspect', 'silent');
  metrics.connectionState?.(connection, 'suspect', 'closed', 'silent');
  metrics.unexpectedResponse?.('late', connection, 'r1');
  metrics.heartbeatMismatch?.(connection, 'c2');
  metrics.slowReader?.(connection, 1);
  metrics.violation?.(connection, 'wrong api_key');
  metrics.handshakeFailed?.('192.0.2.7', 'no');
  metrics.eventPublished?.('e', 3, 1);
  const shown = await registry.metrics();
  for (const line of [
    'gateway_registrations_total{result="ok"} 1',
    'gateway_registrations_total{result="16"} 1',
    'gateway_connections_closed_total 1',
    'gateway_stray_answers_total{kind="late"} 1',
    'gateway_heartbeat_mismatches_total 1',
    'gateway_slow_readers_total 1',
    'gateway_violations_total 1',
    'gateway_tls_errors_total 1',
    'gateway_events_total{result="delivered"} 3',
    'gateway_events_total{result="dropped"} 1',
  ]) {
    expect(shown).toContain(`${line}\n`);
  }
});

test('what is under way is asked when Prometheus asks', async () => {
  const registry = new Registry();
  const metrics = gatewayMetrics({ registry });
  let inFlight = 1;
  const stats = (): GatewayStats => ({
    connections: { opening: 0, ready: 2, suspect: 1, draining: 0, closed: 0 },
    services: 1,
    inFlight,
    inFlightBytes: 10,
    queued: 3,
    calls: 0,
    backlog: 20,
    subscribers: 0,
  });
  metrics.watch({ stats, services: () => [] } as unknown as GatewayAdmin);
  expect(await registry.metrics()).toContain('gateway_requests_in_flight 1\n');
  inFlight = 7;
  const shown = await registry.metrics();
  expect(shown).toContain('gateway_requests_in_flight 7\n');
  expect(shown).toContain('gateway_connections{state="ready"} 2\n');
  expect(shown).toContain('gateway_connections{state="suspect"} 1\n');
  expect(shown).toContain('gateway_requests_queued 3\n');
  expect(shown).toContain('gateway_in_flight_bytes 10\n');
  expect(shown).toContain('gateway_backlog_bytes 20\n');
});

test('[labels] a thousand names are told apart, cost little, and are forgotten after their last connection', async () => {
  const registry = new Registry();
  let now = 600_000;
  const metrics = gatewayMetrics({ registry, now: () => now });
  let connected: string[] = [];
  const { stats } = admin;
  metrics.watch({
    stats,
    services: () => connected.map((name) => ({ name })),
  } as unknown as GatewayAdmin);
  const names = Array.from({ length: 1_200 }, (_, index) => `demo.v1.Service${index}`);
  metrics.connectionRegistered?.({ ...connection, services: names });
  for (const service of names) metrics.requestSettled?.({ ...request, service });
  connected = names.slice(0, 1);
  const shown = await registry.metrics();
  expect(shown).toContain('gateway_requests_total{service="demo.v1.Service999",code="ok"} 1\n');
  expect(shown).toContain('gateway_requests_total{service="_OTHER",code="ok"} 200\n');
  expect(shown.length).toBeLessThan(500_000);
  now += 600_000;
  await registry.metrics();
  const later = await registry.metrics();
  expect([...new Set(later.match(/service="[^"]*"/g))]).toEqual([
    'service="demo.v1.Service0"',
    'service="_OTHER"',
  ]);
});
