import { Counter, Gauge, Histogram, register, type Registry } from 'prom-client';
import type { Context } from '../rpc/context.ts';
import type { Hooks } from '../rpc/hooks.ts';
import { noMethod } from './no-method.ts';

/** The options of `metrics`. */
export interface MetricsOptions {
  /** Where the metrics are registered. Default prom-client's own. */
  readonly registry?: Registry;
  /** Upper bounds of the latency histogram, in seconds. Default 1 ms to 10 s. */
  readonly buckets?: readonly number[];
}

const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * Counts calls for Prometheus. `code` is `ok`, `business_error` or the error's code; a call that reaches no
 * method has `_OTHER` as its service and method, so that callers cannot make up label values. Hooks of one
 * `metrics()` may be mounted several times; calls of all mounts are counted together.
 * @throws {Error} where the registry already has metrics of these names
 * @example
 * const hooks = [metrics()];
 * await app.register(pipit, { services, hooks });
 * app.get('/metrics', (_, reply) => reply.type(register.contentType).send(register.metrics()));
 */
export function metrics(options: MetricsOptions = {}): Hooks {
  const { registry = register, buckets = defaultBuckets } = options;
  const registers = [registry];
  const requests = new Counter({
    name: 'rpc_server_requests_total',
    help: 'Calls answered, by outcome',
    labelNames: ['service', 'method', 'code'],
    registers,
  });
  const duration = new Histogram({
    name: 'rpc_server_request_duration_seconds',
    help: 'Time from the head of the request to the end of the answer',
    labelNames: ['service', 'method', 'code'],
    buckets: [...buckets],
    registers,
  });
  const requestBytes = new Counter({
    name: 'rpc_server_request_bytes_total',
    help: 'Bytes of request bodies, after decompression',
    labelNames: ['service', 'method'],
    registers,
  });
  const responseBytes = new Counter({
    name: 'rpc_server_response_bytes_total',
    help: 'Bytes of answers, without headers',
    labelNames: ['service', 'method'],
    registers,
  });

  // A set, because the hooks before this one may fail a call that was never counted in.
  const underWay = new Set<Context>();
  const inFlight: Gauge<'service' | 'method'> = new Gauge({
    name: 'rpc_server_requests_in_flight',
    help: 'Calls that are not answered yet',
    labelNames: ['service', 'method'],
    registers,
    collect() {
      inFlight.reset();
      for (const context of underWay) inFlight.inc(namesOf(context));
    },
  });

  return {
    requestReceived(context) {
      underWay.add(context);
    },
    responseSent(context) {
      const { stillRunning } = context.outcome;
      if (stillRunning === undefined) underWay.delete(context);
      else void stillRunning.then(() => underWay.delete(context));
      const names = namesOf(context);
      const labels = { ...names, code: context.outcome.code };
      requests.inc(labels);
      duration.observe(labels, (performance.now() - context.started) / 1000);
      requestBytes.inc(names, context.requestBytes);
      responseBytes.inc(names, context.responseBytes);
    },
  };
}

function namesOf({ service, method }: Context): { service: string; method: string } {
  if (method === undefined) return { service: noMethod, method: noMethod };
  return { service, method: method.name };
}
