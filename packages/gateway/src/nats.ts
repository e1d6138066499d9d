import type { NatsConnection, Subscription as NatsSubscription } from '@nats-io/nats-core';
import type { Carrier, Receive } from './server/cluster/carrier.ts';

/** The code of a message that NATS sends in place of an answer where a request has no subscriber. */
const noResponders = 503;
/** Bytes that a message may have while the server has not said so: its own default. */
const usualPayload = 1024 * 1024;

interface Outgoing {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly reply: string | undefined;
}

/** A subject that is listened to, and the subscription of the connection there is. */
interface Listening {
  readonly subject: string;
  readonly group: string | undefined;
  readonly receive: Receive;
  subscription: NatsSubscription | undefined;
}

/**
 * Carries messages over core NATS. It is down until there is a connection, and while that is lost.
 * @param connecting a connection of `@nats-io/transport-node`, or one that is still tried; the carrier closes it
 * @example
 * const connecting = connect({ servers, noEcho: true, maxReconnectAttempts: -1, waitOnFirstConnect: true });
 * const bus = createClusterBus({ carrier: natsCarrier(connecting), gatewayId: 'a' });
 */
export function natsCarrier(connecting: NatsConnection | Promise<NatsConnection>): Carrier {
  return new NatsCarrier(connecting);
}

class NatsCarrier implements Carrier {
  readonly #listeners = new Set<(isUp: boolean) => void>();
  readonly #listening = new Set<Listening>();
  #connection: NatsConnection | undefined;
  /** Messages of this turn. */
  #waiting: Outgoing[] = [];
  #immediate: NodeJS.Immediate | undefined;
  #isUp = false;
  #isClosed = false;

  constructor(connecting: NatsConnection | Promise<NatsConnection>) {
    if (connecting instanceof Promise)
      void connecting.then((made) => this.#connected(made)).catch(() => undefined);
    else this.#connected(connecting);
  }

  get maxMessageBytes(): number {
    return this.#connection?.info?.max_payload ?? usualPayload;
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  publish(subject: string, data: Uint8Array, reply?: string): void {
    if (data.length > this.maxMessageBytes) {
      throw new RangeError(`a message of ${data.length} bytes: ${this.maxMessageBytes} is the most`);
    }
    this.#waiting.push({ subject, data, reply });
    this.#immediate ??= setImmediate(() => this.#flush());
  }

  subscribe(subject: string, receive: Receive, group?: string): { end(): void } {
    const listening: Listening = { subject, group, receive, subscription: undefined };
    this.#listening.add(listening);
    if (this.#connection !== undefined) listen(this.#connection, listening);
    return {
      end: () => {
        this.#listening.delete(listening);
        // What is on its way is taken.
        void listening.subscription?.drain().catch(() => undefined);
      },
    };
  }

  onStatus(listener: (isUp: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#flush();
    this.#isClosed = true;
    this.#listeners.clear();
    // Where it is cut off there is nothing that could be drained.
    await (this.#isUp ? this.#connection?.drain() : this.#connection?.close())?.catch(() => undefined);
  }

  /** The client writes once for what is published together, and requests of many callers come in one turn. */
  #flush(): void {
    clearImmediate(this.#immediate);
    this.#immediate = undefined;
    const messages = this.#waiting;
    this.#waiting = [];
    // The client would keep what is published while it is cut off, and send it late.
    if (!this.#isUp) return;
    try {
      for (const { subject, data, reply } of messages) {
        this.#connection?.publish(subject, data, reply === undefined ? {} : { reply });
      }
    } catch {
      // It has just been closed, of which its status tells.
    }
  }

  #connected(connection: NatsConnection): void {
    if (this.#isClosed) {
      void connection.close();
      return;
    }
    this.#connection = connection;
    for (const listening of this.#listening) listen(connection, listening);
    this.#tell(true);
    void this.#watch(connection);
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'staleConnection' || type === 'close') this.#tell(false);
      else if (type === 'reconnect') this.#tell(true);
    }
    this.#tell(false);
  }

  #tell(isUp: boolean): void {
    if (isUp === this.#isUp) return;
    this.#isUp = isUp;
    for (const listener of this.#listeners) listener(isUp);
  }
}

function listen(connection: NatsConnection, listening: Listening): void {
  const { subject, group, receive } = listening;
  listening.subscription = connection.subscribe(subject, {
    ...(group === undefined ? {} : { queue: group }),
    callback(error, { data, headers, subject: to }) {
      const isNobody = headers?.code === noResponders;
      if (error === null || isNobody) receive(isNobody ? undefined : data, to);
    },
  });
}
