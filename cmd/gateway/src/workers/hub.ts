/** Words of a worker to the hub. Subscriptions have numbers of their worker's own. */
export type ToHub = Subscribe | Publish | { readonly end: number };

interface Subscribe {
  readonly subscribe: number;
  readonly subject: string;
  readonly group: string | undefined;
}

interface Publish {
  readonly publish: string;
  readonly data: Uint8Array;
  readonly replyTo: string | undefined;
}

/** Words of the hub to a worker: a message for some of its subscriptions, without data where nobody has taken its own; or the end of one. */
export type FromHub = Delivery | { readonly ended: number };

interface Delivery {
  readonly to: readonly number[];
  readonly subject: string;
  readonly data: Uint8Array | undefined;
}

/** A worker, as the hub needs it. */
export interface HubMember {
  /** @param sent the message is on its way, or never will be */
  send(message: FromHub, sent: () => void): void;
}

/** Bytes that may wait for a worker that reads nothing; what comes above them is dropped, as NATS does. */
const mostWaiting = 64 * 1024 * 1024;

interface Subscribed {
  readonly member: HubMember;
  readonly id: number;
  readonly subject: string;
  readonly group: string | undefined;
}

interface Joined {
  readonly subscriptions: Map<number, Subscribed>;
  waiting: number;
}

/**
 * Passes messages on between the workers of one machine as core NATS does: to all who listen to a subject, to one of each
 * group, and never back to who says it. Lives in the process that has started them.
 */
export class Hub {
  readonly #members = new Map<HubMember, Joined>();
  readonly #exact = new Map<string, Set<Subscribed>>();
  /** Those that end with `>`. */
  readonly #prefixes = new Set<Subscribed>();

  heard(member: HubMember, message: ToHub): void {
    if ('subscribe' in message) this.#subscribe(member, message);
    else if ('end' in message) this.#end(member, message.end);
    else this.#publish(member, message);
  }

  /** A worker is gone. */
  left(member: HubMember): void {
    for (const one of this.#members.get(member)?.subscriptions.values() ?? []) this.#remove(one);
    this.#members.delete(member);
  }

  #subscribe(member: HubMember, { subscribe: id, subject, group }: Subscribe): void {
    const one: Subscribed = { member, id, subject, group };
    this.#joined(member).subscriptions.set(id, one);
    if (subject.endsWith('>')) {
      this.#prefixes.add(one);
      return;
    }
    const all = this.#exact.get(subject) ?? new Set();
    this.#exact.set(subject, all.add(one));
  }

  #end(member: HubMember, id: number): void {
    const { subscriptions } = this.#joined(member);
    const one = subscriptions.get(id);
    subscriptions.delete(id);
    if (one !== undefined) this.#remove(one);
    // In its turn: what was on its way stands before it.
    member.send({ ended: id }, () => undefined);
  }

  #remove(one: Subscribed): void {
    this.#prefixes.delete(one);
    const all = this.#exact.get(one.subject);
    if (all?.delete(one) === true && all.size === 0) this.#exact.delete(one.subject);
  }

  #publish(from: HubMember, { publish: subject, data, replyTo }: Publish): void {
    const to = new Map<HubMember, number[]>();
    const groups = new Map<string, Subscribed[]>();
    for (const one of this.#listeners(subject)) {
      const { member, group, id } = one;
      if (member === from) continue;
      if (group === undefined) to.set(member, [...(to.get(member) ?? []), id]);
      else groups.set(group, [...(groups.get(group) ?? []), one]);
    }
    for (const members of groups.values()) {
      const { member, id } = members[Math.floor(Math.random() * members.length)]!;
      to.set(member, [...(to.get(member) ?? []), id]);
    }
    for (const [member, ids] of to) this.#send(member, { to: ids, subject, data });
    if (to.size > 0 || replyTo === undefined) return;
    const ids = [...this.#listeners(replyTo)].filter(({ member }) => member === from).map(({ id }) => id);
    if (ids.length > 0) this.#send(from, { to: ids, subject: replyTo, data: undefined });
  }

  *#listeners(subject: string): Iterable<Subscribed> {
    yield* this.#exact.get(subject) ?? [];
    for (const one of this.#prefixes) if (subject.startsWith(one.subject.slice(0, -1))) yield one;
  }

  #send(member: HubMember, message: Delivery): void {
    const joined = this.#joined(member);
    const bytes = message.data?.length ?? 0;
    if (joined.waiting + bytes > mostWaiting) return;
    joined.waiting += bytes;
    member.send(message, () => (joined.waiting -= bytes));
  }

  #joined(member: HubMember): Joined {
    let joined = this.#members.get(member);
    if (joined === undefined) this.#members.set(member, (joined = { subscriptions: new Map(), waiting: 0 }));
    return joined;
  }
}
