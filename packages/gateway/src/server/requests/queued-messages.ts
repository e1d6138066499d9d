import type { TwirpError } from '@pipit/runtime';
import type { MetadataEntry } from '../../protocol/registry.pb.ts';
import type { AnswerRest } from './sink.ts';
import type { PeerMessages } from './translation.ts';
import type { Unread } from './unread.ts';

type Message = IteratorResult<Uint8Array, undefined>;

const done: Message = { done: true, value: undefined };

/** The messages of a service as they come, for whoever asks for one after the other. Those that wait are counted. */
export class QueuedMessages implements PeerMessages, AsyncIterator<Uint8Array, undefined> {
  trailers: readonly MetadataEntry[] = [];
  readonly #rest: AnswerRest;
  readonly #unread: Unread;
  readonly #closed: () => void;
  readonly #waiting: Uint8Array[] = [];
  #isOver = false;
  #failure: TwirpError | undefined;
  #asked: { resolve(message: Message): void; reject(error: TwirpError): void } | undefined;

  /** @param rest whose chunks are messages, and an empty last one @param closed called where nobody waits for them any more */
  constructor(rest: AnswerRest, unread: Unread, closed: () => void) {
    this.#rest = rest;
    this.#unread = unread;
    this.#closed = closed;
    rest.read({
      chunk: (bytes, last, end) => {
        if (last) this.#end(end?.trailers ?? []);
        else this.#take(bytes);
      },
      broken: ({ error, head }) => this.#break(error, head?.trailers ?? []),
      closed: () => this.#close(),
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Rejects with the error that the service ended with, behind its last message. */
  next(): Promise<Message> {
    return new Promise((resolve, reject) => {
      const message = this.#waiting.shift();
      if (message !== undefined) {
        this.#unread.bytes -= message.length;
        this.#rest.consumed(message.length);
        resolve({ done: false, value: message });
      } else if (this.#failure !== undefined) reject(this.#failure);
      else if (this.#isOver) resolve(done);
      else this.#asked = { resolve, reject };
    });
  }

  return(): Promise<Message> {
    this.#drop();
    return Promise.resolve(done);
  }

  #take(bytes: Uint8Array): void {
    const asked = this.#asked;
    if (asked === undefined) {
      this.#unread.bytes += bytes.length;
      this.#waiting.push(bytes);
      return;
    }
    this.#asked = undefined;
    this.#rest.consumed(bytes.length);
    asked.resolve({ done: false, value: bytes });
  }

  #end(trailers: readonly MetadataEntry[]): void {
    this.trailers = trailers;
    this.#isOver = true;
    this.#asked?.resolve(done);
  }

  #break(error: TwirpError, trailers: readonly MetadataEntry[]): void {
    this.trailers = trailers;
    this.#isOver = true;
    this.#failure = error;
    this.#asked?.reject(error);
  }

  #close(): void {
    this.#drop();
    this.#closed();
  }

  #drop(): void {
    for (const { length } of this.#waiting) this.#unread.bytes -= length;
    this.#waiting.length = 0;
    this.#isOver = true;
    this.#asked?.resolve(done);
  }
}
