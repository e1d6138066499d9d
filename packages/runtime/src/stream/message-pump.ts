import type { CallContext } from '../rpc/call-context.ts';
import { runErrorHooks } from '../rpc/hooks.ts';
import { responseMessage, warnOfUnknownKeys } from '../rpc/response-message.ts';
import type { Route } from '../rpc/routes.ts';
import { toTwirpError } from '../rpc/thrown-error.ts';
import { TwirpError } from '../rpc/twirp-error.ts';
import { ChunkBuffer } from './chunk-buffer.ts';
import { HandlerStream } from './handler-stream.ts';
import { Silence } from './silence.ts';
import type { StreamFormat } from './stream-format.ts';
import { trackedId } from './tracked.ts';
import { atEndOfTurn, inNextTurn } from './turn.ts';

/** So many bytes leave without waiting for the end of the turn. */
const enough = 16 * 1024;

const nothing: Uint8Array = new Uint8Array();

type Chunk = IteratorResult<Uint8Array, undefined>;

const done: Chunk = { done: true, value: undefined };

/** Somebody who waits. */
interface Waiting<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/**
 * The messages of a handler as the chunks of a body. A message is asked for only while a reader waits for a chunk, so a
 * caller who takes nothing stops the handler; what is yielded in one turn of the event loop is one chunk. Between two
 * chunks others have a turn, however fast the handler is.
 */
export class MessagePump implements AsyncIterableIterator<Uint8Array, undefined> {
  /** The first message, once it is there. */
  first: object | undefined = undefined;
  /** Settles, and never rejects, when the stream is over and its hooks have run. */
  readonly ended: Promise<void>;
  readonly #call: CallContext;
  readonly #route: Route;
  readonly #format: StreamFormat;
  readonly #source: HandlerStream;
  readonly #chunks = new ChunkBuffer();
  #silence: Silence | undefined = undefined;
  /** Waits for something to begin the answer with. */
  #opening: Waiting<void> | undefined = undefined;
  #reader: Waiting<Chunk> | undefined = undefined;
  #isAsking = false;
  #isFlushing = false;
  /** A chunk has left in this turn. */
  #rests = false;
  /** The head goes out by itself, where there is nothing to send with it. */
  #isHeadOnly = false;
  /** No message is taken any more. */
  #isOver = false;
  /** The last bytes are known too. */
  #hasEnded = false;
  /** Why the body is broken off, where it cannot say so. */
  #broken: { readonly reason: unknown } | undefined = undefined;
  #markEnded!: () => void;

  /** @throws {unknown} where the handler's object gives no iterator */
  constructor(call: CallContext, route: Route, messages: AsyncIterable<unknown>, format: StreamFormat) {
    this.#call = call;
    this.#route = route;
    this.#format = format;
    this.ended = new Promise((resolve) => (this.#markEnded = resolve));
    this.#source = new HandlerStream(call, messages);
  }

  /**
   * Waits until there is something to begin the answer with: a message, the end, or `patience` is over.
   * @param patience in milliseconds
   * @throws {unknown} what the handler throws before that, or why the call is aborted; the stream is over then
   */
  async open(patience: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.#opening = { resolve, reject };
        if (patience < Infinity) timer = setTimeout(resolve, patience);
        const { signal } = this.#call;
        signal.addEventListener('abort', this.#onAbort);
        if (signal.aborted) this.#onAbort();
        else this.#ask();
      });
    } finally {
      clearTimeout(timer);
      this.#opening = undefined;
    }
    this.#isHeadOnly = this.#chunks.length === 0;
    const { keepAlive } = this.#format;
    const ms = this.#call.config.streamKeepAliveMs;
    if (keepAlive !== undefined && ms > 0 && !this.#isOver) {
      this.#silence = new Silence(ms, () => this.#send(keepAlive));
    }
  }

  /** Ends a stream whose messages nobody will read: whoever calls this answers in another way. */
  close(): void {
    if (!this.#isOver) this.#source.return();
    this.#isOver = true;
    this.#release();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<Chunk> {
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
      if (this.#isHeadOnly) this.#send(nothing);
      else if (this.#chunks.length > 0 || this.#hasEnded) this.#flushSoon();
      if (this.#chunks.length < enough) this.#ask();
    });
  }

  /** The reader has gone: the caller has, or somebody between here and there. */
  return(): Promise<Chunk> {
    if (!this.#isOver) this.#call.abort(new TwirpError('canceled', 'the caller went away'));
    return Promise.resolve(done);
  }

  #ask(): void {
    if (this.#isAsking || this.#isOver || this.#rests) return;
    this.#isAsking = true;
    this.#source.next().then(this.#onMessage, this.#onThrown);
  }

  readonly #onMessage = (result: IteratorResult<unknown, unknown>): void => {
    this.#isAsking = false;
    if (this.#isOver) return;
    try {
      if (result.done === true) this.#finish(undefined);
      else this.#take(responseMessage(this.#route, result.value));
    } catch (thrown) {
      this.#onUnsendable(thrown);
    }
  };

  readonly #onUnsendable = (thrown: unknown): void => {
    this.#isAsking = false;
    if (this.#isOver) return;
    this.#source.return();
    this.#fail(thrown);
  };

  readonly #onThrown = (thrown: unknown): void => {
    this.#isAsking = false;
    if (!this.#isOver) this.#fail(thrown);
  };

  readonly #onAbort = (): void => {
    if (this.#isOver) return;
    this.#source.return();
    this.#fail(this.#call.aborted);
  };

  #take(message: object): void {
    const call = this.#call;
    if (this.#route.keyCheck !== undefined) warnOfUnknownKeys(call, this.#route, message);
    const bytes = this.#format.message(call, message, trackedId(message));
    call.messages++;
    this.first ??= message;
    if (bytes instanceof Uint8Array) this.#put(bytes);
    else {
      this.#isAsking = true;
      bytes.then(this.#onCompressed, this.#onUnsendable);
    }
  }

  readonly #onCompressed = (bytes: Uint8Array): void => {
    this.#isAsking = false;
    if (!this.#isOver) this.#put(bytes);
  };

  #put(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#opening?.resolve();
    if (this.#reader === undefined) return;
    if (this.#chunks.length >= enough) this.#flush();
    else {
      this.#flushSoon();
      this.#ask();
    }
  }

  #fail(thrown: unknown): void {
    this.#isOver = true;
    if (this.#opening === undefined) void this.#endWith(thrown);
    else {
      this.#release();
      this.#opening.reject(thrown);
    }
  }

  async #endWith(thrown: unknown): Promise<void> {
    const call = this.#call;
    let error = (call.error = toTwirpError(call, thrown));
    try {
      const hooked = runErrorHooks(call.hooks.error, call, error);
      if (hooked !== undefined) await call.within(hooked);
    } catch (instead) {
      error = call.error = toTwirpError(call, instead);
    }
    this.#finish(error);
  }

  #finish(error: TwirpError | undefined): void {
    this.#isOver = true;
    this.#release();
    this.#call.settle();
    try {
      this.#chunks.push(this.#format.end(this.#call, error));
    } catch (reason) {
      this.#broken = { reason };
    }
    this.#hasEnded = true;
    this.#opening?.resolve();
    this.#markEnded();
    this.#flushSoon();
  }

  #release(): void {
    this.#silence?.stop();
    this.#call.signal.removeEventListener('abort', this.#onAbort);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    atEndOfTurn(this.#flush);
  }

  readonly #flush = (): void => {
    this.#isFlushing = false;
    const reader = this.#reader;
    if (reader === undefined) return;
    const chunk = this.#chunks.take();
    if (chunk !== undefined) this.#send(chunk);
    else if (this.#broken !== undefined) reader.reject(this.#broken.reason);
    else if (this.#hasEnded) reader.resolve(done);
  };

  #send(chunk: Uint8Array): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    this.#reader = undefined;
    this.#isHeadOnly = false;
    this.#silence?.heard();
    this.#call.responseBytes += chunk.length;
    this.#rests = true;
    inNextTurn(this.#onNextTurn);
    reader.resolve({ done: false, value: chunk });
  }

  readonly #onNextTurn = (): void => {
    this.#rests = false;
    if (this.#reader !== undefined && this.#chunks.length < enough) this.#ask();
  };
}
