import cluster from 'node:cluster';
import type { Log } from '../log.ts';
import type { ReadinessCheck } from '../readiness.ts';
import { StartError } from '../start-error.ts';
import type { Announcement, WorkerStart } from './messages.ts';
import { WorkerProcess } from './worker-process.ts';

/** The first pause before another takes the place of a worker that has died; it doubles up to the longest. In milliseconds. */
const firstPause = 100;
const longestPause = 30_000;
/** A worker that lives that long, in milliseconds, has nothing to do with the one before. */
const longLife = 60_000;

export interface WorkerPoolOptions {
  readonly count: number;
  readonly log: Log;
  /** Time that a worker has to end, in milliseconds; then it is killed. */
  readonly endMs: number;
  /** A worker has ended, asked for or not. */
  readonly ended: (worker: WorkerProcess) => void;
  /** A worker says something of the program's own. Default: nobody listens */
  readonly told?: (worker: WorkerProcess, what: unknown) => void;
}

/** Several processes that serve one port: each runs this program again, and takes a share of the connections. */
export class WorkerPool {
  /** Fails where none of them wants calls. */
  readonly readiness: ReadinessCheck = { name: 'workers', check: () => this.#check() };
  readonly #options: WorkerPoolOptions;
  readonly #workers = new Set<WorkerProcess>();
  #start: Omit<WorkerStart, 'isFirst' | 'count'> = {};
  #state: 'starting' | 'running' | 'ending' = 'starting';
  #isRestarting = false;
  /** Deaths one after the other. */
  #deaths = 0;

  constructor(options: WorkerPoolOptions) {
    this.#options = options;
  }

  /** Those that take calls. */
  get ready(): readonly WorkerProcess[] {
    return [...this.#workers].filter(({ isReady }) => isReady);
  }

  /** Those that have taken calls, and are not gone. */
  get serving(): readonly WorkerProcess[] {
    return [...this.#workers].filter(({ hasServed }) => hasServed);
  }

  /**
   * Resolves when all take calls. The first starts alone: what keeps it from starting is said once.
   * @throws {StartError} where one ends before
   */
  async start(given: Omit<WorkerStart, 'isFirst' | 'count'>): Promise<Announcement> {
    this.#start = given;
    cluster.setupPrimary({ stdio: ['ignore', 'pipe', 'inherit', 'ipc'], serialization: 'advanced' });
    const announcement = await this.#fork(true);
    await Promise.all(Array.from({ length: this.#options.count - 1 }, () => this.#fork()));
    this.#state = 'running';
    return announcement;
  }

  /** Puts new workers in the place of the old ones, one after the other: calls go on. */
  async restart(): Promise<void> {
    const { logger } = this.#options.log;
    if (this.#state !== 'running' || this.#isRestarting) {
      logger.info('SIGHUP: workers start or end already');
      return;
    }
    this.#isRestarting = true;
    const old = [...this.#workers];
    logger.info(`SIGHUP: ${old.length} new workers take the place of the old ones, one after the other`);
    try {
      for (const worker of old) {
        await this.#fork();
        if (this.#isOver) return;
        await worker.end(this.#options.endMs);
      }
      logger.info('all workers are new');
    } catch (error) {
      if (this.#isOver) return;
      logger.error(`the restart is given up, and the workers there are go on: ${(error as Error).message}`);
    } finally {
      this.#isRestarting = false;
      this.#fill();
    }
  }

  /** Callers are to open another connection from now on. */
  retire(): void {
    for (const worker of this.#workers) worker.retire();
  }

  /** Resolves when all have finished their calls. @throws where one had to be killed, or failed */
  async end(): Promise<void> {
    this.#state = 'ending';
    const workers = [...this.#workers];
    const finished = await Promise.all(workers.map((worker) => worker.end(this.#options.endMs)));
    const failed = workers.filter((_, at) => finished[at] !== true).map(({ pid }) => pid);
    if (failed.length > 0) throw new Error(`calls of worker ${failed.join(', ')} could not finish`);
  }

  abort(): void {
    for (const worker of this.#workers) worker.abort();
  }

  get #isOver(): boolean {
    return this.#state === 'ending';
  }

  async #fork(isFirst = false): Promise<Announcement> {
    const { count, log, told = () => undefined } = this.#options;
    const start = { ...this.#start, count, isFirst };
    const worker = new WorkerProcess({ start, log: (lines) => log.lines.pass(lines), told });
    this.#workers.add(worker);
    const ended = worker.ended.then((how) => {
      this.#ended(worker, how);
      return new StartError(`a worker ended before it was ready (${how}); why stands above`);
    });
    const first = await Promise.race([worker.ready, ended]);
    if (first instanceof StartError) throw first;
    return first;
  }

  #ended(worker: WorkerProcess, how: string): void {
    this.#workers.delete(worker);
    this.#options.ended(worker);
    if (worker.isEnding || this.#state !== 'running') return;
    this.#deaths = performance.now() - worker.startedAt < longLife ? this.#deaths + 1 : 1;
    const pause = Math.min(longestPause, firstPause * 2 ** (this.#deaths - 1));
    this.#options.log.logger.error(
      { worker: worker.pid, how },
      `worker ${worker.pid} has ended (${how}): the number of workers is made up in ${pause} ms`,
    );
    setTimeout(() => this.#fill(), pause);
  }

  #fill(): void {
    if (this.#state !== 'running' || this.#isRestarting) return;
    const staying = [...this.#workers].filter(({ isEnding }) => !isEnding).length;
    // One that ends before it is ready is made up for like any other.
    for (let i = staying; i < this.#options.count; i++) this.#fork().catch(() => undefined);
  }

  async #check(): Promise<void> {
    const states = this.ready.map(async (worker) => {
      const state = await worker.ask('readiness');
      if (state !== 'ready') throw new Error(state ?? 'no answer');
    });
    await Promise.any(states).catch(({ errors }: AggregateError) => {
      throw (errors[0] as Error | undefined) ?? new Error('none is there');
    });
  }
}
