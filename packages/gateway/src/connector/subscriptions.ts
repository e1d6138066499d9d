import { randomUUID } from 'node:crypto';
import type { Logger } from '@pipit/runtime';
import { textOf } from '@pipit/runtime/door';
import {
  SubscriptionRequest_Action,
  type ConnectionMessageInit,
  type EventMessage,
} from '../protocol/registry.pb.ts';
import type { PublishedEvent, ReceivedEvent } from './connector-options.ts';

type Listener = (event: ReceivedEvent) => void;

/** Events are told apart by their ids: with several connections each comes several times. */
const remembered = 1_024;

/** The listeners of a service, by the events they listen to. */
export class Subscriptions {
  readonly #subscriber: string;
  readonly #log: Logger;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #seen = new Set<string>();

  constructor(subscriber: string, log: Logger) {
    this.#subscriber = subscriber;
    this.#log = log;
  }

  /** The message that tells a new connection; undefined where nobody listens. */
  request(): ConnectionMessageInit | undefined {
    const types = [...this.#listeners.keys()];
    return types.length === 0 ? undefined : this.#message(SubscriptionRequest_Action.SUBSCRIBE, types);
  }

  /** Returns what the gateway is to be told, where it does not know it yet. */
  add(types: readonly string[], listener: Listener): ConnectionMessageInit | undefined {
    const added = types.filter((type) => !this.#listeners.has(type));
    for (const type of types) {
      const listeners = this.#listeners.get(type) ?? new Set();
      this.#listeners.set(type, listeners.add(listener));
    }
    return added.length === 0 ? undefined : this.#message(SubscriptionRequest_Action.SUBSCRIBE, added);
  }

  remove(types: readonly string[], listener: Listener): ConnectionMessageInit | undefined {
    const removed = types.filter((type) => {
      const listeners = this.#listeners.get(type);
      return listeners?.delete(listener) === true && listeners.size === 0 && this.#listeners.delete(type);
    });
    return removed.length === 0 ? undefined : this.#message(SubscriptionRequest_Action.UNSUBSCRIBE, removed);
  }

  event({ eventId: id, eventType: type, publisherId: publisher, ...event }: EventMessage): void {
    if (id !== '' && this.#isDouble(id)) return;
    const { payload, metadata, timestamp } = event;
    for (const listener of this.#listeners.get(type) ?? []) {
      try {
        listener({ id, type, publisher, payload, metadata, timestamp });
      } catch (err) {
        this.#log.error({ err }, `a listener of event ${type} failed: ${textOf(err)}`);
      }
    }
  }

  published({ type, payload, metadata }: PublishedEvent): ConnectionMessageInit {
    const value = {
      eventId: randomUUID(),
      eventType: type,
      publisherId: this.#subscriber,
      payload,
      timestamp: Date.now(),
      metadata,
    };
    return { messageType: { case: 'event', value } };
  }

  #message(action: SubscriptionRequest_Action, eventTypes: readonly string[]): ConnectionMessageInit {
    const value = { action, eventTypes, subscriberId: this.#subscriber };
    return { messageType: { case: 'subscription', value } };
  }

  #isDouble(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    if (this.#seen.size > remembered) for (const oldest of this.#seen) return !this.#seen.delete(oldest);
    return false;
  }
}
