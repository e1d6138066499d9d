import type { CalledMethod } from './called-method.ts';
import type { ContextKey } from './context-key.ts';
import type { Logger } from './logger.ts';
import type { Outcome } from './outcome.ts';
import type { ProtocolName } from './protocol-name.ts';
import type { ResponseHeaders } from './response-headers.ts';
import type { TwirpError } from './twirp-error.ts';

/** Request headers under lower-case names; an array where a header came more than once and cannot be joined. */
export type IncomingHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** One call, as handlers, hooks and interceptors see it (wire.md, Hooks and interceptors). */
export interface Context {
  /** Proto package, for example `user.v0`; empty where the file has none or the path names no method. */
  readonly package: string;
  /** Full proto name of the service, for example `user.v0.Echo`; empty where the path names no method. */
  readonly service: string;
  /** The method and its proto options; undefined only in hooks of a call whose path names none. */
  readonly method: CalledMethod | undefined;
  /** The protocol the caller speaks; `bare-message` where a gateway carries protobuf messages alone. */
  readonly protocol: ProtocolName | 'bare-message';
  /** HTTP verb, for example `POST`. */
  readonly verb: string;
  /** Percent-decoded path with the prefix, without the query. */
  readonly path: string;
  readonly headers: IncomingHeaders;
  /** The caller's IP address; behind a proxy as far as the host framework trusts it. */
  readonly peer: string;
  readonly responseHeaders: ResponseHeaders;
  /**
   * Trailers for callers by gRPC, gRPC-Web and Connect, on errors too. Twirp has none: its callers do not get them.
   * @example context.responseTrailers.set('x-rows-read', '120');
   */
  readonly responseTrailers: ResponseHeaders;
  /**
   * Fires when the caller goes away (`canceled`), when the deadline passes (`deadline_exceeded`) and on
   * forced shutdown (`unavailable`). Its `reason` is that TwirpError.
   */
  readonly signal: AbortSignal;
  /** When the call must be answered, in milliseconds since the epoch; undefined for no deadline. */
  readonly deadline: number | undefined;
  readonly log: Logger;
  /**
   * The value of `X-Trace-Id`: 32 hex digits unless the caller sent its own. A tracer may set it in
   * `requestReceived`, to a text that is a legal header value.
   */
  traceId: string;
  /**
   * The headers by which a call that is made for this one belongs to its trace: `traceparent`, `tracestate`, `baggage` and
   * `x-trace-id`, as far as there are any. Our clients send them where they are given the context: `echo.hello({}, {
   * context })`. For other clients: `fetch(url, { headers: context.traceHeaders })`.
   */
  readonly traceHeaders: Readonly<Record<string, string>>;
  /** When the call came in, by `performance.now()`. */
  readonly started: number;
  /** Set true in `requestReceived` to open GET and HEAD for this call (wire.md, GET). Default false. */
  allowGet: boolean;
  /** The decoded request, from the interceptors on. */
  readonly request: unknown;
  /** The response message, from `responsePrepared` on; undefined on failure. */
  readonly response: unknown;
  /** The HTTP status, in `error` and `responseSent`; 0 before, and in `responseSent` where the answer was not delivered. */
  readonly status: number;
  /** Size of the body that was read, after decompression; 0 before and where there was none. */
  readonly requestBytes: number;
  /** Size of the answer's body, in `responseSent`; 0 before. */
  readonly responseBytes: number;
  /** How many messages the method's stream has given so far; 0 for a method that answers with one. */
  readonly messages: number;
  /** The id of the last message that a caller who comes back has got (`Last-Event-ID`), see `tracked`; undefined for none. */
  readonly lastEventId: string | undefined;
  /** The error the call failed with, in `error` and `responseSent`. */
  readonly error: TwirpError | undefined;
  /** The end of the call: its code, whose fault it was, and why. To be asked for in `responseSent` only: before that it is not known. */
  readonly outcome: Outcome;
  /** A value another hook, interceptor or handler of this call has set. */
  get<T>(key: ContextKey<T>): T | undefined;
  set<T>(key: ContextKey<T>, value: T): void;
}
