import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';

/** A request in the list of its connection, which alone changes the index. */
interface Listed {
  readonly requestId: string;
  listIndex: number;
}

/** The requests at one connection. A list and not a Set, for the reason that RequestTable is not a Map. */
class RequestList implements Iterable<Listed> {
  readonly #items: Listed[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(item: Listed): void {
    item.listIndex = this.#items.length;
    this.#items.push(item);
  }

  delete(item: Listed): void {
    const { listIndex } = item;
    const last = this.#items.at(-1);
    if (last === undefined || this.#items[listIndex] !== item) return;
    this.#items[listIndex] = last;
    last.listIndex = listIndex;
    this.#items.pop();
    item.listIndex = -1;
  }

  /** Those that are there now; it may change meanwhile. */
  [Symbol.iterator](): IterableIterator<Listed> {
    return [...this.#items][Symbol.iterator]();
  }
}

/** The judgement of an answer to a request that is over; one object each for all requests of a connection. */
export interface Tombstone {
  readonly upstream: Upstream;
  readonly kind: 'late' | 'duplicate';
}

/** A shorter wait in vain says nothing about a connection, in milliseconds. */
const tellingWait = 100;
/** A timer that runs so late has waited for this process, not for the connection. */
const ownDelay = 1_000;

/** One connection as requests are sent to it: what it has to do now, and how well it does. */
export class Upstream {
  readonly peer: Peer;
  readonly pending: RequestList = new RequestList();
  /**
   * Requests nobody waits for, on which the service is thought to work still because it cannot be told to stop:
   * by id, with the moment at which that is not believed any more.
   */
  readonly abandoned: Map<string, number> = new Map();
  /** Passed over until then. */
  ejectedUntil: number = -Infinity;
  readonly late: Tombstone;
  readonly duplicate: Tombstone;
  readonly #limits: Limits;
  #heardAt = -Infinity;
  /** Requests without an answer since then. */
  #unanswered = 0;
  /** The bytes it had taken when it last made progress, and the moment of that. */
  #drained = 0;
  /** It begins at the first look, and not at zero, which on a gateway of some age is long ago. */
  #drainedAt: number | undefined;

  constructor(peer: Peer, limits: Limits) {
    this.peer = peer;
    this.#limits = limits;
    this.late = { upstream: this, kind: 'late' };
    this.duplicate = { upstream: this, kind: 'duplicate' };
  }

  /** Requests at it. */
  get used(): number {
    return this.pending.size + this.abandoned.size;
  }

  get hasRoom(): boolean {
    return this.used < this.peer.maxInFlight && this.peer.outbox.backlog < this.#limits.maxBacklog;
  }

  /** The share of its work with one more request: the connection with the least is asked. */
  get score(): number {
    return (this.used + 1) / this.peer.weight;
  }

  /** It can be told that nobody waits any more. */
  get canCancel(): boolean {
    return this.peer.revision >= 1 && this.peer.can.cancel;
  }

  /** It has said something about a request. */
  heard(now: number): void {
    this.#heardAt = now;
    this.#unanswered = 0;
  }

  /** A request waited for it until its deadline. Returns true if it is passed over from now on. */
  blame(sentAt: number, deadline: number, now: number): boolean {
    if (this.#heardAt >= sentAt || now - sentAt < tellingWait || now - deadline > ownDelay) return false;
    this.#unanswered += 1;
    if (this.#unanswered < this.#limits.ejectAfter) return false;
    this.#unanswered = 0;
    this.ejectedUntil = now + this.#limits.ejectFor;
    return true;
  }

  /** True where it has taken nothing for too long of what is queued for it. To be asked about once a second. */
  isStuck(now: number): boolean {
    const { backlog, drained } = this.peer.outbox;
    if (backlog === 0 || drained > this.#drained || this.#drainedAt === undefined) {
      this.#drained = drained;
      this.#drainedAt = now;
    }
    return now - this.#drainedAt >= this.#limits.slowReaderAfter;
  }
}
