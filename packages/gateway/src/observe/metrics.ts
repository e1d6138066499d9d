import { Counter, Gauge, Histogram, register, type Registry } from 'prom-client';
import type { GatewayAdmin } from '../server/admin.ts';
import type { Observer } from '../server/observer.ts';
import { ServiceLabels } from './service-labels.ts';

/** The options of `gatewayMetrics`. */
export interface GatewayMetricsOptions {
  /** Where the metrics are registered. Default prom-client's own. */
  readonly registry?: Registry;
  /** Upper bounds of the histograms, in seconds. Default 1 ms to 10 s. */
  readonly buckets?: readonly number[];
  /** Of a clock, in milliseconds. Default the process's own. */
  readonly now?: () => number;
}

/** Counts what a gateway does. */
export interface GatewayMetrics extends Observer {
  /** Connections and requests at the moment are asked of this gateway when Prometheus asks. */
  watch(admin: GatewayAdmin): void;
}

const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Metrics for Prometheus. Only services that have registered become label values, so that callers cannot make up any; a
 * thousand at most, each with few series, and none for long after its last connection. Times are of all services
 * together: a histogram for each would be most of what is told.
 * @throws {Error} where the registry already has metrics of these names
 * @example
 * const metrics = gatewayMetrics({ registry });
 * const gateway = createGateway({ keys, observers: [metrics] });
 * metrics.watch(gateway.admin);
 */
export function gatewayMetrics(options: GatewayMetricsOptions = {}): GatewayMetrics {
  const { registry = register, buckets = [...defaultBuckets], now = () => performance.now() } = options;
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, labelNames: Label[]): Counter<Label> =>
    new Counter({ name, help, labelNames, registers });
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({ name, help, buckets: [...buckets], registers });

  const requests = counter('gateway_requests_total', 'Requests settled, by what the caller was told', [
    'service',
    'code',
  ]);
  const attempts = counter('gateway_attempts_total', 'Times a request was sent to a connection', ['service']);
  const seconds = counter('gateway_request_seconds_total', 'Time of requests until they were settled', [
    'service',
  ]);
  const duration = histogram('gateway_request_duration_seconds', 'From the request to its answer');
  const queueWait = histogram(
    'gateway_queue_wait_seconds',
    'From the request to its being sent to a connection',
  );
  const handler = histogram('gateway_handler_seconds', 'Time in the handler, as services say');
  const requestBytes = counter('gateway_request_bytes_total', 'Bytes of request bodies', ['service']);
  const responseBytes = counter('gateway_response_bytes_total', 'Bytes of answers', ['service']);
  const registrations = counter(
    'gateway_registrations_total',
    'Registrations, by result: ok, or the number of the gRPC code',
    ['result'],
  );
  const ended = counter('gateway_connections_closed_total', 'Connections that ended', []);
  const strays = counter(
    'gateway_stray_answers_total',
    'Answers nobody waits for: late, duplicate, foreign, unknown',
    ['kind'],
  );
  const mismatches = counter(
    'gateway_heartbeat_mismatches_total',
    'Heartbeats with a wrong connection_id',
    [],
  );
  const slow = counter('gateway_slow_readers_total', 'Connections closed because they did not read', []);
  const violations = counter('gateway_violations_total', 'Attempts at what a key has no right to', []);
  const handshakes = counter('gateway_tls_errors_total', 'TLS handshakes of services that failed', []);
  const events = counter('gateway_events_total', 'Events, delivered and dropped', ['result']);

  const labels = new ServiceLabels(now, (service, codes) => {
    for (const code of codes) requests.remove({ service, code });
    for (const one of [attempts, seconds, requestBytes, responseBytes]) one.remove({ service });
  });
  return {
    watch: (admin) => watch(admin, registers, labels),
    handshakeFailed: () => handshakes.inc(),
    connectionRegistered({ services }) {
      for (const service of services) labels.registered(service);
      registrations.inc({ result: 'ok' });
    },
    connectionRefused: (_address, code) => registrations.inc({ result: String(code) }),
    connectionState: (_connection, _from, to) => {
      if (to === 'closed') ended.inc();
    },
    requestSettled(request) {
      // Only what is registered is asked; names are registered later, too.
      if (request.connectionId !== undefined) labels.registered(request.service);
      const service = labels.of(request.service, request.code);
      requests.inc({ service, code: request.code });
      attempts.inc({ service }, request.attempts);
      seconds.inc({ service }, request.totalMs / 1_000);
      duration.observe(request.totalMs / 1_000);
      if (request.attempts > 0) queueWait.observe(request.queueMs / 1_000);
      if (request.handlerMs !== undefined) handler.observe(request.handlerMs / 1_000);
      requestBytes.inc({ service }, request.requestBytes);
      responseBytes.inc({ service }, request.responseBytes);
    },
    unexpectedResponse: (kind) => strays.inc({ kind }),
    heartbeatMismatch: () => mismatches.inc(),
    violation: () => violations.inc(),
    slowReader: () => slow.inc(),
    eventPublished(_type, delivered, dropped) {
      events.inc({ result: 'delivered' }, delivered);
      events.inc({ result: 'dropped' }, dropped);
    },
  };
}

function watch(admin: GatewayAdmin, registers: Registry[], labels: ServiceLabels): void {
  const gauge = (
    name: string,
    help: string,
    read: (gauge: Gauge) => void,
    labelNames: string[] = [],
  ): Gauge =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        read(this);
      },
    });
  gauge(
    'gateway_connections',
    'Connections of services, by state',
    (shown) => {
      labels.sweep(admin.services().map(({ name }) => name));
      for (const [state, count] of Object.entries(admin.stats().connections)) shown.set({ state }, count);
    },
    ['state'],
  );
  gauge('gateway_requests_in_flight', 'Requests that are not settled yet', (shown) =>
    shown.set(admin.stats().inFlight),
  );
  gauge('gateway_requests_queued', 'Of those, the ones that wait for a connection', (shown) =>
    shown.set(admin.stats().queued),
  );
  gauge('gateway_in_flight_bytes', 'Bytes of the bodies of requests under way', (shown) =>
    shown.set(admin.stats().inFlightBytes),
  );
  gauge('gateway_backlog_bytes', 'Bytes that wait for services to take them', (shown) =>
    shown.set(admin.stats().backlog),
  );
}
