import type { Carrier, Receive, Subscription } from '@pipit/gateway';
import type { FromHub, ToHub } from './hub.ts';

/** The line to the hub. */
export interface HubLine {
  tell(message: ToHub): void;
  onTold(listener: (message: FromHub) => void): void;
}

/** Bytes of a message: as many as NATS takes. */
const mostBytes = 1024 * 1024;

/** Carries messages between the workers of one machine, by the hub of the process that has started them. */
export class HubCarrier implements Carrier {
  readonly maxMessageBytes: number;
  /** Without that process there is no worker. */
  readonly isUp = true;
  readonly #line: HubLine;
  readonly #receivers = new Map<number, Receive>();
  #subscribed = 0;

  constructor(line: HubLine, maxMessageBytes: number = mostBytes) {
    this.maxMessageBytes = maxMessageBytes;
    this.#line = line;
    line.onTold((message) => {
      if ('ended' in message) this.#receivers.delete(message.ended);
      else for (const id of message.to) this.#receivers.get(id)?.(message.data, message.subject);
    });
  }

  publish(subject: string, data: Uint8Array, replyTo?: string): void {
    if (data.length > this.maxMessageBytes) {
      throw new RangeError(`a message of ${data.length} bytes: ${this.maxMessageBytes} is the most`);
    }
    this.#line.tell({ publish: subject, data, replyTo });
  }

  subscribe(subject: string, receive: Receive, group?: string): Subscription {
    const id = (this.#subscribed += 1);
    this.#receivers.set(id, receive);
    this.#line.tell({ subscribe: id, subject, group });
    return { end: () => this.#line.tell({ end: id }) };
  }

  onStatus(): () => void {
    return () => undefined;
  }

  async close(): Promise<void> {
    for (const id of this.#receivers.keys()) this.#line.tell({ end: id });
  }
}
