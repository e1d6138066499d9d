import { EventMessage } from '../../protocol/registry.pb.ts';
import type { Bus } from './bus.ts';
import type { Limits } from '../limits.ts';
import type { Observer } from '../observer.ts';
import type { Peer } from '../peer.ts';

/** Types one connection may subscribe to, and how long a type's name may be. */
const mostTypes = 1_000;
const longestType = 255;

/** Bytes that a ConnectionMessage adds to those of an event: a tag and a length. */
const overhead = 16;

/** Events of services for services. Best effort: whoever cannot take one in time does not get it. */
export class Events {
  readonly #limits: Pick<Limits, 'eventBacklog'>;
  readonly #observer: Observer;
  readonly #bus: Bus;
  readonly #subscribers = new Map<string, Set<Peer>>();
  readonly #types = new Map<Peer, Set<string>>();
  readonly #leaveBus: () => void;

  constructor(limits: Pick<Limits, 'eventBacklog'>, observer: Observer, bus: Bus) {
    this.#limits = limits;
    this.#observer = observer;
    this.#bus = bus;
    this.#leaveBus = bus.subscribe((event) => this.#deliver(event));
  }

  /** Peers with subscriptions. */
  get subscribers(): number {
    return this.#types.size;
  }

  /** @returns what is wrong with the subscription, for people; then none of it counts */
  subscribe(peer: Peer, types: readonly string[]): string | undefined {
    const own = this.#types.get(peer) ?? new Set();
    if (types.some((type) => type === '' || type.length > longestType)) {
      return `an event_type must have 1 to ${longestType} characters`;
    }
    if (new Set([...own, ...types]).size > mostTypes) {
      return `a connection may subscribe to ${mostTypes} event types at most`;
    }
    for (const type of types) {
      own.add(type);
      const peers = this.#subscribers.get(type) ?? new Set();
      this.#subscribers.set(type, peers.add(peer));
    }
    if (own.size > 0) this.#types.set(peer, own);
    return undefined;
  }

  unsubscribe(peer: Peer, types: Iterable<string>): void {
    const own = this.#types.get(peer);
    if (!own) return;
    for (const type of types) {
      if (!own.delete(type)) continue;
      const peers = this.#subscribers.get(type)!;
      peers.delete(peer);
      if (peers.size === 0) this.#subscribers.delete(type);
    }
    if (own.size === 0) this.#types.delete(peer);
  }

  /** The connection is over. */
  remove(peer: Peer): void {
    const own = this.#types.get(peer);
    if (own) this.unsubscribe(peer, [...own]);
  }

  /** To the subscribers here and at other gateways; to the publisher too, if it is one of them. */
  publish(event: EventMessage): void {
    this.#deliver(event);
    this.#bus.publish(event);
  }

  close(): void {
    this.#leaveBus();
  }

  #deliver(event: EventMessage): void {
    let delivered = 0;
    let dropped = 0;
    const peers = this.#subscribers.get(event.eventType);
    const size = peers ? EventMessage.encode(event).length + overhead : 0;
    for (const peer of peers ?? []) {
      const { outbox } = peer;
      if (size > peer.maxMessageBytes || outbox.backlog + size > this.#limits.eventBacklog) {
        dropped += 1;
      } else {
        outbox.send({ messageType: { case: 'event', value: event } });
        delivered += 1;
      }
    }
    this.#observer.eventPublished?.(event.eventType, delivered, dropped);
  }
}
