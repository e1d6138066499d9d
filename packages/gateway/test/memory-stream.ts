import { frameHeadBytes } from '../src/protocol/sizes.ts';
import type { GrpcStatus, MessageStream, MessageStreamEvents } from '../src/protocol/message-stream.ts';

export interface MemoryStreamOptions {
  /** The service's address, as the gateway sees it. */
  readonly address?: string;
  /** Bytes that may be on their way to one side until `writable` turns false. Default 64 KiB. */
  readonly window?: number;
}

/** Both ends of one stream. */
export interface MemoryStreams {
  /** The gateway's end: `end` ends the call with a status. */
  readonly server: MemoryStream;
  /** The service's end: `end` closes its own half. */
  readonly client: MemoryStream;
  /** The connection breaks: both sides are told, what is on its way is lost. */
  lose(): void;
  /** A half-open connection: nothing arrives any more, nobody is told, until `restore`. */
  blackHole(): void;
  restore(): void;
}

type Item = { readonly bytes: Uint8Array } | { readonly end: GrpcStatus | undefined };

const silent: MessageStreamEvents = {
  message: () => undefined,
  drain: () => undefined,
  ended: () => undefined,
  closed: () => undefined,
};

/**
 * A stream without a network. What one side writes arrives at the other in order, each message in a microtask of
 * its own, so never inside `write`; `await turn()` of the virtual clock waits until everything has arrived.
 */
export function memoryStreams(options: MemoryStreamOptions = {}): MemoryStreams {
  const window = options.window ?? 64 * 1024;
  const line = { open: true };
  const server = new MemoryStream('server', options.address ?? '192.0.2.1', window, line);
  const client = new MemoryStream('client', 'gateway', window, line);
  server.connect(client);
  client.connect(server);
  return {
    server,
    client,
    lose() {
      const lost = { code: 14, message: 'connection lost' };
      server.over(lost);
      client.over(lost);
    },
    blackHole() {
      line.open = false;
    },
    restore() {
      line.open = true;
      server.deliver();
      client.deliver();
    },
  };
}

export class MemoryStream implements MessageStream {
  readonly peer: string;
  events: MessageStreamEvents = silent;
  /** How it ended, once it has. */
  status: GrpcStatus | undefined;
  readonly #side: 'server' | 'client';
  readonly #window: number;
  readonly #line: { readonly open: boolean };
  /** What the other side has yet to take. */
  readonly #queue: Item[] = [];
  #other!: MemoryStream;
  #backlog = 0;
  #full = false;
  #paused = false;
  #scheduled = false;
  #ending = false;

  constructor(side: 'server' | 'client', peer: string, window: number, line: { readonly open: boolean }) {
    this.#side = side;
    this.peer = peer;
    this.#window = window;
    this.#line = line;
  }

  get writable(): boolean {
    return !this.#full && !this.#ending && this.status === undefined;
  }

  get backlog(): number {
    return this.#backlog;
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Half closed by this side; what was written before still arrives. */
  get ending(): boolean {
    return this.#ending;
  }

  write(message: Uint8Array, tail: Uint8Array = new Uint8Array()): void {
    if (this.#ending || this.status !== undefined) return;
    // Encoders share buffers; what arrives must be what was written.
    const bytes = Uint8Array.from(Buffer.concat([message, tail]));
    this.#push({ bytes });
    this.#backlog += bytes.length + frameHeadBytes;
    if (this.#backlog >= this.#window) this.#full = true;
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#other.deliver();
  }

  end(status?: GrpcStatus): void {
    if (this.#ending || this.status !== undefined) return;
    this.#ending = true;
    this.#push({ end: this.#side === 'server' ? (status ?? { code: 0, message: '' }) : undefined });
  }

  destroy(status: GrpcStatus = { code: 1, message: 'cancelled' }): void {
    if (this.status !== undefined) return;
    this.over(status);
    this.#other.over(this.#side === 'server' ? status : { code: 1, message: 'cancelled by the peer' });
  }

  /** For the pair: whom it talks to. */
  connect(other: MemoryStream): void {
    this.#other = other;
  }

  /** For the pair: nothing goes either way any more. The owner is told in a later microtask, as a socket would. */
  over(status: GrpcStatus): void {
    if (this.status !== undefined) return;
    this.status = status;
    this.#queue.length = 0;
    this.#backlog = 0;
    queueMicrotask(() => this.events.closed(status));
  }

  /** For the pair: goes on handing over what was written. */
  deliver(): void {
    if (this.#scheduled || this.#queue.length === 0) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#deliverOne();
    });
  }

  #push(item: Item): void {
    this.#queue.push(item);
    this.deliver();
  }

  #deliverOne(): void {
    if (this.status !== undefined || !this.#line.open || this.#other.#paused) return;
    const item = this.#queue.shift();
    if (!item) return;
    if ('bytes' in item) {
      this.#backlog -= item.bytes.length + frameHeadBytes;
      if (this.#full && this.#backlog === 0) {
        this.#full = false;
        queueMicrotask(() => {
          if (this.status === undefined) this.events.drain();
        });
      }
      this.#other.events.message(item.bytes);
    } else if (item.end) {
      this.over(item.end);
      this.#other.over(item.end);
    } else {
      this.#other.events.ended();
    }
    this.deliver();
  }
}
