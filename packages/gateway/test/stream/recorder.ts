import type { GrpcStatus, MessageStream, MessageStreamEvents } from '../../src/protocol/message-stream.ts';

/** Everything a stream tells its owner. */
export class Recorder implements MessageStreamEvents {
  readonly stream: MessageStream;
  /** What happened, in order. */
  readonly log: string[] = [];
  readonly messages: Uint8Array[] = [];
  /** How it ended, once it has. */
  readonly over: Promise<GrpcStatus>;
  bytes = 0;
  /** For tests that answer. */
  onMessage: (bytes: Uint8Array) => void = () => undefined;
  #end: (status: GrpcStatus) => void = () => undefined;

  constructor(stream: MessageStream) {
    this.stream = stream;
    this.over = new Promise((resolve) => (this.#end = resolve));
    stream.events = this;
  }

  get texts(): string[] {
    return this.messages.map((bytes) => Buffer.from(bytes).toString());
  }

  get statuses(): number {
    return this.log.filter((entry) => entry === 'closed').length;
  }

  message(bytes: Uint8Array): void {
    this.log.push('message');
    this.messages.push(bytes);
    this.bytes += bytes.length;
    this.onMessage(bytes);
  }

  drain(): void {
    this.log.push('drain');
  }

  ended(): void {
    this.log.push('ended');
  }

  closed(status: GrpcStatus): void {
    this.log.push('closed');
    this.#end(status);
  }
}

/** A message to write. */
export function text(message: string): Uint8Array {
  return Buffer.from(message);
}
