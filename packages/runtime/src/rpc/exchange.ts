import type { IncomingHeaders } from './context.ts';
import type { Logger } from './logger.ts';
import type { ResponseHeaders } from './response-headers.ts';
import type { TwirpError } from './twirp-error.ts';

/** A call as a door brings it in: bytes and metadata, nothing decoded. */
export interface Exchange {
  readonly verb: string;
  /** The request target as it was sent: path and query, percent-encoded, perhaps in absolute form. */
  readonly target: string;
  readonly headers: IncomingHeaders;
  readonly peer: string;
  readonly log: Logger;
  /** The answer to protobuf is the response message itself, for a download too. Default false. */
  readonly wantsMessage?: boolean;
  /** What is left of the caller's time, in milliseconds, where the door knows it; a header may say less. */
  readonly timeoutMs?: number | undefined;
  /**
   * Gives `done` the whole body, at once where it is at hand; called at most once, and only when the call is
   * wanted. `fail` gets BodyTooLargeError, or `canceled` when the caller goes away. Callbacks and not a
   * promise, because the body is what nearly every call waits for, and often all it waits for.
   */
  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void): void;
  /** What the door puts at the call's disposal under a key of its own, such as its host's request. */
  value?(key: symbol): unknown;
  /** Calls `listener` when the caller goes away before it is answered, or now if it has. Returns how to stop. */
  onDisconnect(listener: () => void): () => void;
}

/** What a door has to send. */
export interface Answer {
  readonly status: number;
  readonly contentType: string;
  /** The value of `X-Trace-Id`. */
  readonly traceId: string;
  /** Headers of handlers and hooks; undefined where there are none. */
  readonly headers: ResponseHeaders | undefined;
  /** May share its buffer with other bytes. */
  readonly body: Uint8Array;
  /** Whether the body is UTF-8, as all JSON of ours is and no download need be. */
  readonly isText: boolean;
  /** What the call failed with, for hosts that tell others; undefined where it did not. */
  readonly error: TwirpError | undefined;
  /** To be called once when the answer is written or the connection lost; undefined where nobody listens. */
  readonly afterWrite: (() => void) | undefined;
}
