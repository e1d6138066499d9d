import { allowsEvent } from '../../keys/rights.ts';
import { budgets, cut } from '../../protocol/budgets.ts';
import { EventMessage } from '../../protocol/registry.pb.ts';
import type { Bus } from './bus.ts';
import type { Limits } from '../limits.ts';
import type { Observer } from '../observer.ts';
import type { Peer } from '../peer.ts';

const { count: mostTypes, bytes: longestType } = budgets.eventTypes;

/** An event, or a subscription, to which a key has no right; its text is for people. */
export class EventDenied extends Error {
  override readonly name: string = 'EventDenied';
}

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
    this.#leaveBus = bus.subscribe((event) => void this.#deliver(event));
  }

  /** Peers with subscriptions. */
  get subscribers(): number {
    return this.#types.size;
  }

  /** @returns what is wrong with the subscription, for people; then none of it counts */
  subscribe(peer: Peer, types: readonly string[]): string | EventDenied | undefined {
    const own = this.#types.get(peer) ?? new Set();
    if (!types.every(isType)) return `an event_type must have 1 to ${longestType} characters`;
    const added = new Set(types.filter((type) => !own.has(type)));
    if (own.size + added.size > mostTypes) {
      return `a connection may subscribe to ${mostTypes} event types at most`;
    }
    for (const type of added) {
      if (!maySubscribe(peer, type)) return denied('subscribe to', type);
    }
    for (const type of added) {
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

  /**
   * To the subscribers here and at other gateways; to the publisher too, if it is one of them.
   * @returns the bytes that go to subscribers here; or the publisher's lack of the right to, and then nobody gets it
   */
  publish(publisher: Peer, event: EventMessage): number | EventDenied {
    const { publish, register } = publisher.key;
    const type = event.eventType;
    if (!isType(type) || !allowsEvent(publish ?? register, type)) return denied('publish', type);
    const sent = this.#deliver(event);
    this.#bus.publish(event);
    return sent;
  }

  close(): void {
    this.#leaveBus();
  }

  /** @returns bytes */
  #deliver(event: EventMessage): number {
    let delivered = 0;
    let dropped = 0;
    const peers = this.#subscribers.get(event.eventType);
    const size = peers ? EventMessage.encode(event).length + overhead : 0;
    for (const peer of peers ?? []) {
      const { outbox } = peer;
      // Rights may have been taken away since it subscribed.
      if (!maySubscribe(peer, event.eventType)) continue;
      if (size > peer.maxMessageBytes || outbox.backlog + size > this.#limits.eventBacklog) {
        dropped += 1;
      } else {
        outbox.send({ messageType: { case: 'event', value: event } });
        delivered += 1;
      }
    }
    this.#observer.eventPublished?.(event.eventType, delivered, dropped);
    return delivered * size;
  }
}

function isType(type: string): boolean {
  return type !== '' && type.length <= longestType;
}

function maySubscribe({ key }: Peer, type: string): boolean {
  return allowsEvent(key.subscribe ?? key.register, type);
}

function denied(what: 'publish' | 'subscribe to', type: string): EventDenied {
  const text = `the api_key may not ${what} ${JSON.stringify(cut(type, budgets.logText))}`;
  return new EventDenied(`${text}: ask who runs the gateway for the right to`);
}
