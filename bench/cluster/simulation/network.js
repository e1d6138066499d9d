/** Time from one gateway to another by way of NATS, in milliseconds. */
const latency = 0.5;

/** Core NATS: subjects, queue groups chosen at random, word of messages that nobody takes, nothing kept. */
export class Network {
  /** Messages that gateways gave to NATS, and that NATS gave to gateways. */
  sent = { messages: 0, bytes: 0 };
  received = { messages: 0, bytes: 0 };
  /** Real time that gateways took for what they received, in milliseconds. */
  busy = 0;
  #world;
  #random;
  /** By subject. */
  #subscriptions = new Map();
  /** Those to a subject that ends with `>`; a gateway has one. */
  #wide = new Set();

  constructor(world, random) {
    this.#world = world;
    this.#random = random;
  }

  carrier() {
    return new SimulatedCarrier(this);
  }

  subscribe(one) {
    const { subject } = one;
    if (subject.endsWith('>')) {
      this.#wide.add(one);
      return () => this.#wide.delete(one);
    }
    const all = this.#subscriptions.get(subject) ?? new Set();
    this.#subscriptions.set(subject, all.add(one));
    return () => {
      all.delete(one);
      if (all.size === 0) this.#subscriptions.delete(subject);
    };
  }

  publish(from, subject, data, replyTo) {
    this.sent.messages += 1;
    this.sent.bytes += data.length;
    this.#world.after(latency / 2 + from.delay, () => {
      const to = [...(this.#subscriptions.get(subject) ?? [])].filter(({ owner }) => reaches(from, owner));
      const members = to.filter(({ group }) => group !== undefined);
      const alone = to.filter(({ group }) => group === undefined);
      if (members.length > 0) alone.push(members[Math.floor(this.#random() * members.length)]);
      for (const one of alone) this.#deliver(one, data, subject);
      if (to.length > 0 || replyTo === undefined) return;
      for (const one of this.#wide) {
        if (one.owner === from && replyTo.startsWith(one.subject.slice(0, -1))) {
          this.#deliver(one, undefined, replyTo);
        }
      }
    });
  }

  #deliver({ owner, receive }, data, subject) {
    this.received.messages += 1;
    this.received.bytes += data?.length ?? 0;
    this.#world.after(latency / 2 + owner.delay, () => {
      if (!owner.isUp) return;
      const before = performance.now();
      receive(data, subject);
      this.busy += performance.now() - before;
    });
  }
}

/** The connection of one gateway to NATS. */
class SimulatedCarrier {
  maxMessageBytes = 1024 * 1024;
  isUp = true;
  /** What every message to and from it takes longer, in milliseconds. */
  delay = 0;
  /** The side of a partition. */
  side = 0;
  #network;
  #ends = new Set();
  #listeners = new Set();

  constructor(network) {
    this.#network = network;
  }

  publish(subject, data, replyTo) {
    // A copy, as a network makes one.
    if (this.isUp) this.#network.publish(this, subject, data.slice(), replyTo);
  }

  subscribe(subject, receive, group) {
    const end = this.#network.subscribe({ owner: this, subject, receive, group });
    this.#ends.add(end);
    return {
      end: () => {
        this.#ends.delete(end);
        end();
      },
    };
  }

  onStatus(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setUp(isUp) {
    this.isUp = isUp;
    for (const listener of this.#listeners) listener(isUp);
  }

  async close() {
    this.isUp = false;
    for (const end of this.#ends) end();
    this.#ends.clear();
  }
}

function reaches(from, to) {
  return from !== to && to.isUp && from.side === to.side;
}
