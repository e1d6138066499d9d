import type { Pending } from './pending.ts';

/** Requests that wait for a connection, by service, in the order in which they came. */
export class Waiting {
  /** In all. */
  count: number = 0;
  readonly #queues = new Map<string, Set<Pending>>();

  /** Those that wait for `service`. */
  of(service: string): ReadonlySet<Pending> | undefined {
    return this.#queues.get(service);
  }

  add(pending: Pending): void {
    const { service } = pending.request;
    const queue = this.#queues.get(service);
    if (queue) queue.add(pending);
    else this.#queues.set(service, new Set([pending]));
    this.count += 1;
  }

  remove(pending: Pending): void {
    const { service } = pending.request;
    const queue = this.#queues.get(service);
    if (!queue?.delete(pending)) return;
    this.count -= 1;
    if (queue.size === 0) this.#queues.delete(service);
  }
}
