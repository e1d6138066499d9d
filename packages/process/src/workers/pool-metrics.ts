import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Registry,
  type RegistryContentType,
} from 'prom-client';
import type { Log } from '../log.ts';
import { logMetrics } from '../log-metrics.ts';
import type { MetricsJson } from './messages.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { WorkerProcess } from './worker-process.ts';

/** The metrics of all workers as one page: counts are added up, those of workers that have ended too. */
export class PoolMetrics {
  readonly contentType: RegistryContentType;
  readonly #pool: () => WorkerPool;
  /** Of this process: of its `process_` ones the sum counts. */
  readonly #process = new Registry();
  /** Of the pool. */
  readonly #own = new Registry();
  readonly #ends: Counter;
  #ended: Promise<MetricsJson> = Promise.resolve([]);

  constructor(contentType: RegistryContentType, log: Log, pool: () => WorkerPool) {
    this.contentType = contentType;
    this.#pool = pool;
    collectDefaultMetrics({ register: this.#process });
    logMetrics(this.#process, log.lines);
    const registers = [this.#own];
    const workers = new Gauge({
      name: 'server_workers',
      help: 'Workers that take calls',
      registers,
      collect() {
        workers.set(pool().ready.length);
      },
    });
    this.#ends = new Counter({
      name: 'server_worker_ends_total',
      help: 'Workers that have ended',
      registers,
    });
    const started = Date.now() / 1000;
    // Added up it would say nothing.
    new Gauge({
      name: 'process_start_time_seconds',
      help: 'Start time of the process since unix epoch in seconds.',
      registers,
    }).set(started);
  }

  /** Keeps what a worker had counted: a counter that fell would look like a restart. */
  ended({ metrics }: WorkerProcess): void {
    this.#ends.inc();
    const counts = metrics.filter(({ type }) => type === 'counter' || type === 'histogram');
    this.#ended = this.#ended.then((before) => asJson(sum([before, counts])));
  }

  /** The page, for Prometheus. */
  async metrics(): Promise<string> {
    const parts = [this.#ended, ...this.#pool().serving.map(metricsOf), asJson(this.#process)];
    const [ended = [], ...counted] = await Promise.all(parts);
    const own = counted.pop()?.filter(({ name }) => name.startsWith('process_')) ?? [];
    const all = sum([ended, ...counted, own]);
    all.setContentType(this.contentType);
    for (const { name } of this.#own.getMetricsAsArray())
      all.registerMetric(this.#own.getSingleMetric(name)!);
    return all.metrics();
  }
}

/** Those of now, or, of a worker that does not answer, the latest. */
async function metricsOf(worker: WorkerProcess): Promise<MetricsJson> {
  worker.metrics = (await worker.ask('metrics')) ?? worker.metrics;
  return worker.metrics;
}

function sum(all: readonly MetricsJson[]): Registry<RegistryContentType> {
  return AggregatorRegistry.aggregate([...all]);
}

async function asJson(registry: Registry<RegistryContentType>): Promise<MetricsJson> {
  return registry.getMetricsAsJSON();
}
