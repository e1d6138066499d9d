/** Chunks as a stream: the gateway may send more once they are read. */
export class ChunkedBody {
  readonly stream: ReadableStream<Uint8Array>;
  readonly #chunks: Uint8Array[];
  readonly #consumed: (bytes: number) => void;
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #wanted = false;
  #ended = false;
  #over = false;

  constructor(first: Uint8Array, consumed: (bytes: number) => void, cancelled: () => void) {
    this.#chunks = [first];
    this.#consumed = consumed;
    this.stream = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => {
          this.#wanted = true;
          this.#deliver();
        },
        cancel: () => {
          this.#over = true;
          cancelled();
        },
      },
      { highWaterMark: 0 },
    );
  }

  add(bytes: Uint8Array, last: boolean): void {
    this.#chunks.push(bytes);
    this.#ended = last;
    if (this.#wanted) this.#deliver();
  }

  error(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#controller.error(reason);
  }

  #deliver(): void {
    if (this.#over) return;
    for (let chunk = this.#chunks.shift(); chunk !== undefined; chunk = this.#chunks.shift()) {
      const isLast = this.#ended && this.#chunks.length === 0;
      if (chunk.length > 0) {
        this.#wanted = false;
        this.#controller.enqueue(chunk);
      }
      if (isLast) {
        this.#over = true;
        this.#controller.close();
      } else this.#consumed(chunk.length);
      if (chunk.length > 0) return;
    }
  }
}
