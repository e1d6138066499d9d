import { LogWriter } from './log-writer.ts';

/** Bytes that are gathered before they are written. */
const pieceBytes = 128 * 1024;
/** Time, in milliseconds, that a line may wait for others. */
const longestWait = 100;

/** The sink of the log's lines. */
export interface Lines {
  /** @param line with its line feed */
  write(line: string): void;
  /** @param lines whole lines, of another process */
  pass(lines: Buffer): void;
  /** Resolves when everything is written, or after `timeout` milliseconds: a reader may have gone. */
  flush(timeout: number): Promise<void>;
  /** Lines that were lost because nobody took them. */
  readonly lost: number;
}

/** Gathers lines and has them written to stdout without waiting for it: a write for each would cost more than making it. */
export class LineBatch implements Lines {
  readonly #stdout: LogWriter;
  #piece = Buffer.allocUnsafeSlow(pieceBytes);
  #length = 0;

  /** @param lossLine the line that says how many lines were lost */
  constructor(lossLine: (lines: number, why: string) => string) {
    this.#stdout = new LogWriter(1, (lines, why) => Buffer.from(lossLine(lines, why)));
    setInterval(() => this.#pass(), longestWait).unref();
    process.on('exit', () => this.flushSync());
  }

  write(line: string): void {
    // A UTF-16 unit takes at most three bytes.
    const most = line.length * 3;
    if (most > pieceBytes - this.#length) this.#pass();
    if (most > pieceBytes) this.#stdout.write(Buffer.from(line));
    else this.#length += this.#piece.write(line, this.#length);
  }

  pass(lines: Buffer): void {
    this.#stdout.write(lines);
  }

  flush(timeout: number): Promise<void> {
    this.#pass();
    return this.#stdout.flush(timeout);
  }

  get lost(): number {
    return this.#stdout.lost;
  }

  /** pino calls it after a fatal line. */
  flushSync(): void {
    const last = this.#piece.subarray(0, this.#length);
    this.#renew();
    this.#stdout.flushSync(last);
  }

  #pass(): void {
    if (this.#length === 0) return;
    this.#stdout.write(this.#piece.subarray(0, this.#length));
    this.#renew();
  }

  #renew(): void {
    this.#piece = Buffer.allocUnsafeSlow(pieceBytes);
    this.#length = 0;
  }
}
