import { destination } from 'pino';

/** Bytes that are gathered before they are written. */
const pieceBytes = 128 * 1024;
/** Time, in milliseconds, that a line may wait for others. */
const longestWait = 100;
/** Bytes that may wait for a reader of stdout that does not read; lines beyond it are lost, calls are not. */
const mostWaiting = 16 * 1024 * 1024;

/** The sink of the log's lines. */
export interface Lines {
  /** @param line with its line feed */
  write(line: string): void;
  /** Resolves when everything is written, or after `timeout` milliseconds: a reader may have gone. */
  flush(timeout: number): Promise<void>;
}

/**
 * Gathers lines and writes them to stdout without waiting for it. Lines are gathered here, as bytes, and not
 * by the destination, which measures what it has with each line: that costs more than making the line.
 */
export class LineBatch implements Lines {
  readonly #stdout = destination({
    fd: 1,
    sync: false,
    minLength: 1,
    maxLength: mostWaiting,
    contentMode: 'buffer',
  });
  #piece = Buffer.allocUnsafeSlow(pieceBytes);
  #length = 0;

  constructor() {
    setInterval(() => this.#pass(), longestWait).unref();
    process.on('exit', () => this.flushSync());
  }

  write(line: string): void {
    // A UTF-16 unit takes at most three bytes.
    const most = line.length * 3;
    if (most > pieceBytes - this.#length) this.#pass();
    if (most > pieceBytes) this.#send(Buffer.from(line));
    else this.#length += this.#piece.write(line, this.#length);
  }

  flush(timeout: number): Promise<void> {
    this.#pass();
    return new Promise((resolve) => {
      this.#stdout.flush(() => resolve());
      setTimeout(resolve, timeout);
    });
  }

  /** For the end of a process that cannot wait. */
  flushSync(): void {
    this.#pass();
    this.#stdout.flushSync();
  }

  #pass(): void {
    if (this.#length === 0) return;
    this.#send(this.#piece.subarray(0, this.#length));
    this.#piece = Buffer.allocUnsafeSlow(pieceBytes);
    this.#length = 0;
  }

  #send(bytes: Buffer): void {
    // The types know no bytes.
    this.#stdout.write(bytes as unknown as string);
  }
}
