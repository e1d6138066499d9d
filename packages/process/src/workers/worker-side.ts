import type { Announcement, FromWorker, ToWorker, WorkerAnswers, WorkerStart } from './messages.ts';

/** The variable by which a worker knows that it is one. */
export const workerVariable = 'PIPIT_WORKER';

/** Ends this process. */
export interface WorkerEnd {
  /** Callers are to open another connection from now on. */
  retire(): void;
  /** Calls under way finish first. */
  end(): void;
  abort(): void;
}

/** This process as one of several workers, towards the process that has started them. */
export class WorkerSide {
  readonly start: WorkerStart;
  #answers: WorkerAnswers | undefined;

  constructor(start: WorkerStart) {
    this.start = start;
  }

  /** From now on it takes calls. */
  ready(announcement: Announcement, answers: WorkerAnswers): void {
    this.#answers = answers;
    process.on('message', (message: ToWorker) => {
      if ('ask' in message) void this.#answer(message.ask, message.id, message.question);
    });
    void send({ ready: announcement });
  }

  /** It ends when it is told to, and by no signal: a terminal, or systemd, sends one to every process. */
  endWhenTold(ending: WorkerEnd): void {
    process.on('message', (message: ToWorker) => {
      if (!('end' in message)) return;
      if (message.end === 'soon') ending.retire();
      else if (message.end === 'now') ending.abort();
      else ending.end();
    });
  }

  /** Tells what it has counted, at its end: counters of all workers together never fall. */
  async last(): Promise<void> {
    if (this.#answers !== undefined) await send({ last: await this.#answers.metrics() });
  }

  /** Tells the process that has started it something of the program's own. */
  tell(told: unknown): void {
    void send({ told });
  }

  /** Hears what that process says of the program's own. */
  onTold(listener: (what: unknown) => void): void {
    process.on('message', (message: ToWorker) => {
      if ('told' in message) listener(message.told);
    });
  }

  async #answer(what: keyof WorkerAnswers, id: number, question: unknown): Promise<void> {
    await send({ answer: await this.#answers?.[what]?.(question), id });
  }
}

let side: WorkerSide | undefined;

/** This process as a worker; undefined where it is on its own. */
export function workerSide(): WorkerSide | undefined {
  const given = process.env[workerVariable];
  if (given === undefined || process.send === undefined) return side;
  delete process.env[workerVariable];
  side = new WorkerSide(JSON.parse(given) as WorkerStart);
  return side;
}

function send(message: FromWorker): Promise<void> {
  return new Promise((resolve) => {
    // Where nobody listens any more, this process ends by itself.
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });
}
