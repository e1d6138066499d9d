import type { Peer } from '../peer.ts';

/** A peer in the index of the connected. */
export interface Indexed extends Peer {
  /** The same for one process of a service as long as it lives; '' where it does not say. */
  readonly instanceId: string;
}

/** All registered connections, by id and by key. An entry is taken out only by the very connection it is of. */
export class Connections<C extends Indexed> implements Iterable<C> {
  readonly #byId = new Map<string, C>();
  readonly #perKey = new Map<string, number>();
  readonly #whenEmpty: (() => void)[] = [];

  get size(): number {
    return this.#byId.size;
  }

  get(id: string): C | undefined {
    return this.#byId.get(id);
  }

  /** The number of connections of a key. */
  countOf(keyId: string): number {
    return this.#perKey.get(keyId) ?? 0;
  }

  add(connection: C): void {
    this.#byId.set(connection.id, connection);
    this.#perKey.set(connection.key.id, this.countOf(connection.key.id) + 1);
  }

  remove(connection: C): void {
    if (this.#byId.get(connection.id) !== connection) return;
    this.#byId.delete(connection.id);
    const left = this.countOf(connection.key.id) - 1;
    if (left > 0) this.#perKey.set(connection.key.id, left);
    else this.#perKey.delete(connection.key.id);
    if (this.#byId.size > 0) return;
    for (const tell of this.#whenEmpty.splice(0)) tell();
  }

  /** Once there are none. */
  empty(): Promise<void> {
    if (this.#byId.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
    });
  }

  /** Of those at this moment: a connection that closes meanwhile disturbs nothing. */
  [Symbol.iterator](): IterableIterator<C> {
    return [...this.#byId.values()][Symbol.iterator]();
  }
}
