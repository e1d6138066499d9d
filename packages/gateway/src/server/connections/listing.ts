import type { Clock } from '../../clock.ts';
import type { Bus } from '../cluster/bus.ts';
import type { Events } from '../cluster/events.ts';
import type { Directory } from '../directory.ts';
import type { Forwarder } from '../requests/forwarder.ts';
import type { Connections, Indexed } from './connections.ts';

/** The indexes of a gateway: who is connected, who serves what, who listens to which events, what others may ask for. */
export interface Indexes<C extends Indexed = Indexed> {
  readonly connections: Connections<C>;
  readonly directory: Directory;
  readonly events: Events;
  readonly bus: Bus;
}

/** One connection's places in the indexes. It has none before `enter`, and none after `leave`. */
export class Listing {
  readonly #peer: Indexed;
  readonly #services: Set<string>;
  readonly #indexes: Indexes;
  readonly #forwarder: Forwarder;
  readonly #clock: Clock;
  /** The functions that withdraw what other gateways were offered, by service. */
  readonly #offers = new Map<string, () => void>();
  #routable = false;

  constructor(
    peer: Indexed,
    services: Iterable<string>,
    indexes: Indexes,
    forwarder: Forwarder,
    clock: Clock,
  ) {
    this.#peer = peer;
    this.#services = new Set(services);
    this.#indexes = indexes;
    this.#forwarder = forwarder;
    this.#clock = clock;
  }

  get services(): ReadonlySet<string> {
    return this.#services;
  }

  /** It is in the directory: requests may come to it. */
  get routable(): boolean {
    return this.#routable;
  }

  enter(): void {
    const { connections, directory } = this.#indexes;
    this.#routable = true;
    connections.add(this.#peer);
    for (const service of this.#services) directory.add(this.#peer, service);
  }

  leave(): void {
    this.withdraw();
    this.unroute();
    this.#indexes.connections.remove(this.#peer);
    this.#indexes.events.remove(this.#peer);
  }

  /** Requests come to it no more. */
  unroute(): void {
    if (!this.#routable) return;
    this.#routable = false;
    for (const service of this.#services) this.#removeFromDirectory(service);
  }

  /** Other gateways may ask for its services; for those they may not ask for already. */
  offer(): void {
    for (const service of this.#services) {
      if (this.#offers.has(service)) continue;
      const withdraw = this.#indexes.bus.offer(service, (request, sink) =>
        this.#forwarder.forwardHere(request, sink),
      );
      this.#offers.set(service, withdraw);
    }
  }

  withdraw(): void {
    for (const withdraw of this.#offers.values()) withdraw();
    this.#offers.clear();
  }

  /** @param add names that were checked */
  update(add: readonly string[], remove: readonly string[]): void {
    for (const service of remove) {
      if (!this.#services.delete(service)) continue;
      this.#offers.get(service)?.();
      this.#offers.delete(service);
      this.#removeFromDirectory(service);
    }
    for (const service of add) {
      if (this.#services.has(service)) continue;
      this.#services.add(service);
      if (this.#routable) this.#indexes.directory.add(this.#peer, service);
    }
  }

  #removeFromDirectory(service: string): void {
    this.#indexes.directory.remove(this.#peer, service, this.#clock.now());
  }
}
