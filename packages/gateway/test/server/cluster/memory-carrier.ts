import type { Carrier, Receive } from '../../../src/server/cluster/carrier.ts';

interface Subscribed {
  readonly owner: MemoryCarrier;
  readonly subject: string;
  readonly group: string | undefined;
  readonly receive: Receive;
}

/**
 * Core NATS in a process: subjects, queue groups, no echo, messages that are lost while a carrier is cut off. Messages
 * come in a later turn, those of one carrier in their order.
 */
export class MemoryNetwork {
  readonly #subscriptions = new Set<Subscribed>();
  /** The messages that were sent, by subject. */
  readonly sent: string[] = [];
  /** Chooses among the members of a group. */
  choose: (members: number) => number = () => 0;

  carrier(maxMessageBytes = 1024 * 1024): MemoryCarrier {
    return new MemoryCarrier(this, maxMessageBytes);
  }

  add(subscribed: Subscribed): () => void {
    this.#subscriptions.add(subscribed);
    return () => void this.#subscriptions.delete(subscribed);
  }

  publish(from: MemoryCarrier, subject: string, data: Uint8Array, replyTo?: string): void {
    this.sent.push(subject);
    queueMicrotask(() => {
      const to = [...this.#subscriptions].filter(
        (one) => one.owner !== from && one.owner.isUp && matches(one.subject, subject),
      );
      const groups = new Map<string, Subscribed[]>();
      for (const one of to) {
        if (one.group === undefined) one.owner.deliver(one, data, subject);
        else groups.set(one.group, [...(groups.get(one.group) ?? []), one]);
      }
      for (const members of groups.values()) {
        const one = members[this.choose(members.length)]!;
        one.owner.deliver(one, data, subject);
      }
      if (to.length > 0 || replyTo === undefined) return;
      for (const one of this.#subscriptions) {
        if (one.owner === from && matches(one.subject, replyTo)) one.receive(undefined, replyTo);
      }
    });
  }
}

/** One gateway's carrier. */
export class MemoryCarrier implements Carrier {
  readonly maxMessageBytes: number;
  isUp = true;
  readonly #network: MemoryNetwork;
  readonly #listeners = new Set<(isUp: boolean) => void>();
  readonly #subscriptions = new Set<() => void>();
  /** Where its process stands still: what it would take and send meanwhile. */
  #held: (() => void)[] | undefined;
  /** Where it is too busy to take anything: what has come. */
  #unread: (() => void)[] | undefined;

  constructor(network: MemoryNetwork, maxMessageBytes: number) {
    this.#network = network;
    this.maxMessageBytes = maxMessageBytes;
  }

  publish(subject: string, data: Uint8Array, replyTo?: string): void {
    if (data.length > this.maxMessageBytes) throw new Error('maximum payload exceeded');
    if (!this.isUp) return;
    // A copy, as a network makes one.
    const copy = data.slice();
    const send = (): void => this.#network.publish(this, subject, copy, replyTo);
    if (this.#held === undefined) send();
    else this.#held.push(send);
  }

  subscribe(subject: string, receive: Receive, group?: string): { end(): void } {
    const end = this.#network.add({ owner: this, subject, group, receive });
    this.#subscriptions.add(end);
    return { end };
  }

  onStatus(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  deliver({ receive }: Subscribed, data: Uint8Array, subject: string): void {
    const held = this.#held ?? this.#unread;
    if (held === undefined) receive(data, subject);
    else held.push(() => receive(data, subject));
  }

  cut(): void {
    this.isUp = false;
    for (const listener of this.#listeners) listener(false);
  }

  restore(): void {
    this.isUp = true;
    for (const listener of this.#listeners) listener(true);
  }

  /** The process is stopped, as by SIGSTOP. */
  freeze(): void {
    this.#held ??= [];
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const deliver of held) deliver();
  }

  /** The process does other things: its timers run, it sends, and takes nothing. */
  busy(): void {
    this.#unread ??= [];
  }

  idle(): void {
    const unread = this.#unread ?? [];
    this.#unread = undefined;
    for (const deliver of unread) deliver();
  }

  /** Killed: it says nothing any more, and hears nothing. */
  kill(): void {
    this.isUp = false;
    for (const end of this.#subscriptions) end();
  }

  async close(): Promise<void> {
    this.kill();
  }
}

function matches(pattern: string, subject: string): boolean {
  return pattern.endsWith('>') ? subject.startsWith(pattern.slice(0, -1)) : pattern === subject;
}
