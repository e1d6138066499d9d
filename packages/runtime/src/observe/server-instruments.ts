import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Context } from '../rpc/context.ts';
import type { ServiceType } from '../rpc/service-type.ts';
import { methodOf, rpcSystem } from './conventions.ts';
import { callLabels, defaultBuckets, type AnyRegistry, type CallLabel } from './registry.ts';

/** The codes whose first call is to be seen by `rate()`: success, and those the server is at fault for. */
const shownFromTheStart = [
  'ok',
  'internal',
  'unknown',
  'unavailable',
  'data_loss',
  'unimplemented',
  'deadline_exceeded',
] as const;

/** The metrics of the calls that servers of one registry answer. */
export class ServerInstruments {
  readonly calls: Counter<'rpc_method' | 'rpc_response_status_code' | 'error_type'>;
  readonly duration: Histogram<CallLabel>;
  readonly requestBytes: Counter<'rpc_method'>;
  readonly responseBytes: Counter<'rpc_method'>;
  // A set, because the hooks before ours may fail a call that was never counted in.
  readonly underWay: Set<Context> = new Set();
  readonly #methods = new Set<string>();

  constructor(registry: AnyRegistry, buckets: readonly number[] = defaultBuckets) {
    const registers = [registry];
    this.calls = new Counter({
      name: 'rpc_server_calls_total',
      help: 'Calls answered, by outcome; error_type is there where the server is at fault',
      labelNames: ['rpc_method', 'rpc_response_status_code', 'error_type'],
      registers,
    });
    this.duration = new Histogram({
      name: 'rpc_server_call_duration_seconds',
      help: 'Time from the head of the request to the end of the answer',
      labelNames: [...callLabels],
      buckets: [...buckets],
      enableExemplars: registry.contentType === Registry.OPENMETRICS_CONTENT_TYPE,
      registers,
    });
    this.requestBytes = new Counter({
      name: 'rpc_server_request_bytes_total',
      help: 'Bytes of request bodies, after decompression',
      labelNames: ['rpc_method'],
      registers,
    });
    this.responseBytes = new Counter({
      name: 'rpc_server_response_bytes_total',
      help: 'Bytes of answers, without headers',
      labelNames: ['rpc_method'],
      registers,
    });
    const { underWay } = this;
    const methods = this.#methods;
    // oxlint-disable-next-line no-new -- the registry keeps it
    new Gauge({
      name: 'rpc_server_calls_in_flight',
      help: 'Calls that are not answered yet, or whose handler still runs',
      labelNames: ['rpc_method'],
      registers,
      collect() {
        this.reset();
        for (const method of methods) this.set({ rpc_method: method }, 0);
        for (const context of underWay) this.inc({ rpc_method: methodOf(context) });
      },
    });
  }

  /** Shows the methods of a service before their first call. */
  show({ typeName, methods }: ServiceType): void {
    for (const { name } of Object.values(methods)) {
      const method = `${typeName}/${name}`;
      if (this.#methods.has(method)) continue;
      this.#methods.add(method);
      for (const code of shownFromTheStart) {
        this.calls.inc(
          {
            rpc_method: method,
            rpc_response_status_code: code,
            ...(code === 'ok' ? {} : { error_type: code }),
          },
          0,
        );
      }
      this.duration.zero({
        rpc_system_name: rpcSystem,
        rpc_method: method,
        rpc_response_status_code: 'ok',
      });
      this.requestBytes.inc({ rpc_method: method }, 0);
      this.responseBytes.inc({ rpc_method: method }, 0);
    }
  }
}
