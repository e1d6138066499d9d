import type { Carrier, Receive, Subscription } from './carrier.ts';

/** Messages that went one way over the bus, and their bytes, since the start. */
export interface BusCount {
  readonly messages: number;
  readonly bytes: number;
}

/** A carrier that counts what goes over it. */
export class CountedCarrier implements Carrier {
  readonly #carrier: Carrier;
  readonly #sent = { messages: 0, bytes: 0 };
  readonly #received = { messages: 0, bytes: 0 };

  constructor(carrier: Carrier) {
    this.#carrier = carrier;
  }

  get maxMessageBytes(): number {
    return this.#carrier.maxMessageBytes;
  }

  get isUp(): boolean {
    return this.#carrier.isUp;
  }

  get sent(): BusCount {
    return { ...this.#sent };
  }

  get received(): BusCount {
    return { ...this.#received };
  }

  publish(subject: string, data: Uint8Array, replyTo?: string): void {
    this.#carrier.publish(subject, data, replyTo);
    this.#sent.messages += 1;
    this.#sent.bytes += data.length;
  }

  subscribe(subject: string, receive: Receive, group?: string): Subscription {
    const count = this.#received;
    const counted: Receive = (data, to) => {
      if (data !== undefined) {
        count.messages += 1;
        count.bytes += data.length;
      }
      receive(data, to);
    };
    return this.#carrier.subscribe(subject, counted, group);
  }

  onStatus(listener: (isUp: boolean) => void): () => void {
    return this.#carrier.onStatus(listener);
  }

  close(): Promise<void> {
    return this.#carrier.close();
  }
}
