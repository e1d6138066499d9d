import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type {
  Announcement,
  FromWorker,
  MetricsJson,
  ToWorker,
  WorkerAnswers,
  WorkerStart,
} from './messages.ts';
import { wholeLines } from './whole-lines.ts';
import { workerVariable } from './worker-side.ts';

/** Time for an answer, in milliseconds: a probe of Kubernetes waits for a second. */
const patience = 800;

export interface WorkerProcessDeps {
  readonly start: WorkerStart;
  /** Takes its log, in whole lines. */
  readonly log: (lines: Buffer) => void;
  /** It says something of the program's own. */
  readonly told: (worker: WorkerProcess, what: unknown) => void;
}

/** A worker, as the process that has started it sees it. */
export class WorkerProcess {
  readonly startedAt: number = performance.now();
  /** Resolves when it takes calls; never, where it ends before. */
  readonly ready: Promise<Announcement>;
  /** Resolves when it has ended, and its log is whole, with `exit 1` or the signal. */
  readonly ended: Promise<string>;
  isReady = false;
  /** It has been ready once. */
  hasServed = false;
  /** It has been told to end. */
  isEnding = false;
  /** The latest it said of them. */
  metrics: MetricsJson = [];
  readonly #worker: Worker;
  readonly #questions = new Map<number, (answer: unknown) => void>();
  #asked = 0;

  constructor({ start, log, told }: WorkerProcessDeps) {
    this.#worker = cluster.fork({ [workerVariable]: JSON.stringify(start) });
    const child = this.#worker.process;
    child.stdout?.on('data', wholeLines(log));
    this.ended = once(child, 'close').then(([code, signal]) => {
      this.isReady = false;
      return String(signal ?? `exit ${code}`);
    });
    this.ready = new Promise((resolve) => {
      this.#worker.on('message', (message: FromWorker) => {
        if ('ready' in message) {
          this.isReady = true;
          this.hasServed = true;
          resolve(message.ready);
        } else if ('told' in message) told(this, message.told);
        else if ('last' in message) this.metrics = message.last;
        else this.#questions.get(message.id)?.(message.answer);
      });
    });
  }

  get pid(): number | undefined {
    return this.#worker.process.pid;
  }

  /** Undefined where it does not answer in time, or is gone. */
  async ask<What extends keyof WorkerAnswers>(
    ask: What,
    question?: unknown,
  ): Promise<Awaited<ReturnType<Required<WorkerAnswers>[What]>> | undefined> {
    const id = (this.#asked += 1);
    const over = new AbortController();
    const answer = new Promise<unknown>((resolve) => this.#questions.set(id, resolve));
    this.#send({ ask, id, question });
    try {
      const late = wait(patience, undefined, { signal: over.signal }).catch(() => undefined);
      return (await Promise.race([answer, late])) as
        | Awaited<ReturnType<Required<WorkerAnswers>[What]>>
        | undefined;
    } finally {
      this.#questions.delete(id);
      over.abort();
    }
  }

  /**
   * It finishes its calls, and is killed where that takes longer, or where it has never had one.
   * @param longest in milliseconds
   * @returns whether it could finish
   */
  async end(longest: number): Promise<boolean> {
    this.isEnding = true;
    this.isReady = false;
    this.#send({ end: 'when calls are answered' });
    const kill = (): unknown => this.#worker.process.kill('SIGKILL');
    const timer = setTimeout(kill, this.hasServed ? longest : 0);
    const how = await this.ended;
    clearTimeout(timer);
    return how === 'exit 0' || !this.hasServed;
  }

  /** It tells its callers to open another connection. */
  retire(): void {
    this.#send({ end: 'soon' });
  }

  abort(): void {
    this.isEnding = true;
    this.#send({ end: 'now' });
  }

  /** Tells it something of the program's own. @param sent it has left this process, or never will */
  tell(told: unknown, sent?: () => void): void {
    this.#send({ told }, sent);
  }

  #send(message: ToWorker, sent: () => void = () => undefined): void {
    if (this.#worker.isConnected()) this.#worker.send(message, sent);
    else sent();
  }
}
