import type { CallerContext } from './caller-context.ts';
import type { HeadersLike } from './client-options.ts';

/** Options of one call. */
export interface CallOptions {
  /** Added to the client's own, or in place of them. */
  readonly headers?: HeadersLike;
  /**
   * The call that this one is made for: `context` of a handler. Its trace goes on (`traceparent`, `tracestate`, `baggage`,
   * `X-Trace-Id`), the server is told what is left of its deadline, and the call ends when its signal fires, with that
   * reason. Default the client's.
   */
  readonly context?: CallerContext;
  /** Ends the call when it fires, as `canceled`. */
  readonly signal?: AbortSignal;
  /** Time for all of the call, in milliseconds; sent to the server too. Default the client's. */
  readonly timeoutMs?: number;
  /** Is told each HTTP answer before it is decoded, whatever its status: for response headers. Its body is not to be read here. */
  readonly onResponse?: (response: Response) => void | Promise<void>;
  /** Is told the trailers, which come behind the messages: by Connect (`protocol`), Twirp has none. */
  readonly onTrailers?: (trailers: Headers) => void;
}

/** Options of one call whose method answers with a stream. */
export interface StreamOptions extends CallOptions {
  /**
   * Goes on behind the last message that had an id (`tracked`) where the stream breaks off or the server says `unavailable`,
   * for as long as it takes: only for methods that declare NO_SIDE_EFFECTS, and in JSON, where messages have their ids. Headers are asked for anew. Default false.
   */
  readonly resume?: boolean;
}
