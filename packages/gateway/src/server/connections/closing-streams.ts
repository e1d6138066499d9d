import type { Liveness } from '../liveness.ts';
import type { GrpcStatus, MessageStream } from '../../protocol/message-stream.ts';

/** The time a peer has to read a stream's last messages, in milliseconds. */
const patience = 5_000;

interface Ending {
  /** Of liveness. */
  readonly since: number;
  readonly status: GrpcStatus;
}

/** Streams that were ended and whose peers have not read so yet; those that do not are cut off. */
export class ClosingStreams {
  readonly #liveness: Liveness;
  readonly #streams = new Map<MessageStream, Ending>();
  readonly #whenEmpty: (() => void)[] = [];

  constructor(liveness: Liveness) {
    this.#liveness = liveness;
  }

  get size(): number {
    return this.#streams.size;
  }

  /** After what was written. Nothing the peer still sends counts. */
  end(stream: MessageStream, status: GrpcStatus): void {
    this.#streams.set(stream, { since: this.#liveness.now(), status });
    stream.events = {
      message: () => undefined,
      drain: () => undefined,
      ended: () => undefined,
      closed: () => this.#closed(stream),
    };
    stream.resume();
    stream.end(status);
  }

  sweep(): void {
    const latest = this.#liveness.now() - patience;
    for (const [stream, { since, status }] of this.#streams) {
      if (since <= latest) stream.destroy(status);
    }
  }

  destroyAll(): void {
    for (const [stream, { status }] of this.#streams) stream.destroy(status);
  }

  /** Once there are none. */
  empty(): Promise<void> {
    if (this.#streams.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#whenEmpty.push(resolve);
    });
  }

  #closed(stream: MessageStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    for (const tell of this.#whenEmpty.splice(0)) tell();
  }
}
