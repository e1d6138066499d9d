import type { IncomingHeaders } from './context.ts';
import type { Logger } from './logger.ts';
import type { TwirpError } from './twirp-error.ts';

/** A request as a door brings it in: bytes and metadata, nothing decoded. */
export interface HttpRequest {
  readonly verb: string;
  /** The request target as it was sent: path and query, percent-encoded, perhaps in absolute form. */
  readonly target: string;
  readonly headers: IncomingHeaders;
  /** The caller's IP address. */
  readonly peer: string;
  /** The host that the caller named, where it is not that of the headers, as behind a trusted proxy. */
  readonly host?: string | undefined;
  readonly log: Logger;
  /** The largest message of a request, in bytes, whatever its frame and compression. */
  readonly bodyLimit: number;
  /** The answer can have trailers: the request came over HTTP/2, say. */
  readonly carriesTrailers?: boolean | undefined;
  /** The rest of the caller's time, in milliseconds, where the door knows it; a header may say less. Not for streams. */
  readonly timeoutMs?: number | undefined;
  /**
   * Gives `done` the whole body, at once where it is at hand; called at most once, and only when the call is
   * wanted. `fail` gets BodyTooLargeError, or `canceled` when the caller goes away. Callbacks and not a
   * promise, because the body is what nearly every call waits for, and often all it waits for.
   * @param largest the most bytes, in place of the door's limit; the body is given as it was sent then, not inflated
   */
  readBody(done: (body: Uint8Array) => void, fail: (error: TwirpError) => void, largest?: number): void;
  /** A value the door puts at the call's disposal under a key of its own, such as its host's request. */
  value?(key: symbol): unknown;
  /** The reason for which `onDisconnect` tells its listeners, where that is not the caller's doing. */
  readonly interruption?: TwirpError | undefined;
  /** Calls `listener` when the caller goes away before it is answered, or now if it has. Returns how to stop. */
  onDisconnect(listener: () => void): () => void;
}
