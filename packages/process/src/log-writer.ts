import { write, writeSync } from 'node:fs';

/** Bytes that may wait for a disk or a reader that takes nothing; lines beyond it are lost, calls are not. */
const mostWaiting = 16 * 1024 * 1024;
/** Time until a pipe that was full is tried again, in milliseconds. */
const fullPipeMs = 20;
/** The same for a full disk, a reader that is gone, and whatever else. */
const retryMs = 500;
/** Longest time that the last lines hold up the end of the process, in milliseconds. */
const lastWordsMs = 200;

/**
 * Writes pieces of the log to a file descriptor, one after the other, and waits for nobody: what cannot be written is
 * kept and tried again, in whole lines. pino's own destination is not used, because its `flushSync` tries a full disk for
 * ever, which keeps the process from ending.
 */
export class LogWriter {
  readonly #fd: number;
  readonly #lossLine: (lines: number, why: string) => Buffer;
  readonly #queue: Buffer[] = [];
  #waiting = 0;
  /** The first piece of the queue, as far as it is not written. */
  #rest: Buffer | undefined;
  #retry: NodeJS.Timeout | undefined;
  /** True while a thread writes. */
  #isWriting = false;
  /** Lines lost since the last piece was taken, and why. */
  #lostNow = 0;
  #why = 'nobody reads';
  #idle: (() => void)[] = [];
  /** Lines lost in all. */
  lost = 0;

  /** @param lossLine the line that says how many were lost, which takes their place */
  constructor(fd: number, lossLine: (lines: number, why: string) => Buffer) {
    this.#fd = fd;
    this.#lossLine = lossLine;
    // Sets a pipe to not block: a thread that waits for its reader would hold the process at its end.
    if (fd === 1) void process.stdout;
  }

  /** @param piece whole lines; it must not change any more */
  write(piece: Buffer): void {
    if (this.#waiting + piece.length > mostWaiting) {
      const lines = linesIn(piece);
      this.lost += lines;
      this.#lostNow += lines;
      return;
    }
    if (this.#lostNow > 0) this.#take(this.#loss());
    this.#take(piece);
  }

  #loss(): Buffer {
    const lines = this.#lostNow;
    this.#lostNow = 0;
    return this.#lossLine(lines, this.#why);
  }

  /** Resolves when everything is written, or after `timeout` milliseconds. */
  flush(timeout: number): Promise<void> {
    if (this.#rest === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const late = setTimeout(resolve, timeout);
      this.#idle.push(() => {
        clearTimeout(late);
        resolve();
      });
    });
  }

  /**
   * For a moment after which the process may be gone: as much as goes out within a fifth of a second. What a thread is
   * writing is left to it, which the end of the process waits for.
   * @param last to be written after all that waits
   */
  flushSync(last: Buffer): void {
    const end = performance.now() + lastWordsMs;
    for (const piece of this.#lostNow > 0 ? [this.#loss(), last] : [last]) {
      this.#waiting += piece.length;
      this.#queue.push(piece);
    }
    if (this.#rest !== undefined && !this.#isWriting) this.#queue.unshift(this.#rest);
    while (this.#queue.length > 0) {
      const piece = this.#queue[0] as Buffer;
      try {
        const written = writeSync(this.#fd, piece);
        this.#waiting -= written;
        if (written < piece.length) this.#queue[0] = piece.subarray(written);
        else this.#queue.shift();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN' || performance.now() > end) break;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
      }
    }
    // What is left goes on as before: where a thread writes when it is done, else here.
    if (!this.#isWriting) this.#next(this.#queue.shift());
  }

  #take(piece: Buffer): void {
    this.#waiting += piece.length;
    if (this.#rest === undefined) this.#begin(piece);
    else this.#queue.push(piece);
  }

  #begin(piece: Buffer): void {
    this.#rest = piece;
    this.#isWriting = true;
    write(this.#fd, piece, (error, written) => this.#wrote(error, written));
  }

  #wrote(error: NodeJS.ErrnoException | null, written: number): void {
    this.#isWriting = false;
    const piece = this.#rest as Buffer;
    if (error !== null) {
      this.#why = error.code === 'EAGAIN' ? 'nobody reads' : (error.code ?? error.message);
      const again = error.code === 'EAGAIN' ? fullPipeMs : retryMs;
      this.#retry = setTimeout(() => this.#begin(piece), again).unref();
      return;
    }
    this.#waiting -= written;
    this.#next(written < piece.length ? piece.subarray(written) : this.#queue.shift());
  }

  #next(piece: Buffer | undefined): void {
    clearTimeout(this.#retry);
    this.#rest = undefined;
    if (piece !== undefined) this.#begin(piece);
    else for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function linesIn(piece: Buffer): number {
  let lines = 0;
  for (let at = piece.indexOf(10); at !== -1; at = piece.indexOf(10, at + 1)) lines += 1;
  return lines;
}
