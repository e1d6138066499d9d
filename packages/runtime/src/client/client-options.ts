import type { Registry } from '../codec/registry.ts';
import type { MethodType } from '../rpc/method-type.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';
import type { CallerContext } from './caller-context.ts';

/** A method as far as a client needs it beside its messages: the same for every kind of client. */
export interface CalledMethod extends Pick<MethodType, 'name' | 'idempotency' | 'check'> {
  /** The type of its requests; none for clients without codecs. */
  readonly input?: MethodType['input'];
  /** The kind of output; `value` where its JSON is one of its own and not an object of fields, as a Timestamp's is. */
  readonly kind?: MethodType['kind'] | 'value';
  /** Calls it, where it answers with a stream; called as `call` is. */
  readonly stream?: (...args: never) => AsyncIterable<unknown>;
  /** Makes the message of a download, where an answer is one; `read` gives its data. */
  readonly download?: (
    response: Response,
    read: () => Promise<Uint8Array<ArrayBuffer>>,
  ) => Promise<unknown> | undefined;
}

/** A protocol other than Twirp, for a client: what `connect` makes. */
export interface ClientProtocol {
  /** Calls a method, as the engine's own `call` does. */
  readonly call: (...args: never) => Promise<unknown> | AsyncIterable<unknown>;
}

/** One call, as hooks and interceptors of a client see it. */
export interface ClientCall {
  /** Full proto name of the service. */
  readonly service: string;
  readonly method: CalledMethod;
  /** URL that the call is sent to; without an origin where `baseUrl` has none. */
  readonly url: string;
  /** The headers to send beside Content-Type; may be changed until they are sent. */
  readonly headers: Headers;
  /** Fires when the caller's signal does, or when the time is up. */
  readonly signal: AbortSignal;
}

/** Wraps a call: may change the request, answer itself, change the response, or throw. `next` sends. */
// The message types differ from method to method.
// oxlint-disable-next-line typescript/no-explicit-any
export type ClientInterceptor<Request = any, Response = any> = (
  request: Request,
  call: ClientCall,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>;

/** Hooks that run at each attempt of a call, inside the interceptors. Twirp's Go client has the same three. */
export interface ClientHooks {
  /** The headers can still be changed. What is thrown ends the call as it is. */
  requestPrepared?(call: ClientCall): void | Promise<void>;
  /** An answer came, whatever its status; its body is not to be read here. */
  responseReceived?(call: ClientCall, response: Response): void | Promise<void>;
  /** The attempt failed. What is thrown here becomes the error instead. */
  error?(call: ClientCall, error: TwirpError): void | Promise<void>;
}

/** Headers as `fetch` takes them: an object, a list of pairs, or a `Headers`. */
export type HeadersLike = Readonly<Record<string, string>> | [name: string, value: string][] | Headers;

/** Options of `createJsonClient`. */
export interface JsonClientOptions {
  /**
   * Scheme and host, for example `https://example.com`, and a path before the prefix where there is one; no query, no
   * fragment. In a browser the empty string is the page's own origin.
   */
  readonly baseUrl: string | URL;
  /** Path before the service name, as the server has it; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** Sent with every call; a function is asked each time, for example for a token. */
  readonly headers?: HeadersLike | (() => HeadersLike | Promise<HeadersLike>);
  /** The first is outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Run one after the other; the first that throws stops the rest. */
  readonly hooks?: readonly ClientHooks[];
  /**
   * Time for all of the call, in milliseconds: header function, interceptors, hooks and retries included; sent as `X-Request-Timeout-Ms` too. Default none, and none
   * for more than a timer can hold (24 days).
   */
  readonly timeoutMs?: number;
  /**
   * How often a method that declares NO_SIDE_EFFECTS is tried again where the server cannot be reached or
   * says `unavailable`, after 100 ms, 200 ms, and so on. Default 0. Other methods are never tried again.
   */
  readonly retries?: number;
  /** Bytes an answer may have, once it is decompressed; more are `resource_exhausted`. Default 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Default Twirp; `connect()` for servers that speak Connect. */
  readonly protocol?: ClientProtocol;
  /** In place of the global `fetch`, for example to send cookies to another origin. */
  readonly fetch?: typeof fetch;
}

/** Options of `createClient`. */
export interface ClientOptions extends JsonClientOptions {
  /**
   * Finds the call that is being served, for calls that are not given a `context`: `currentCall` of
   * `@pipit/runtime/current-call`. Default none.
   */
  readonly context?: () => CallerContext | undefined;
  /** Default `json`. */
  readonly format?: 'json' | 'protobuf';
  /** The messages an Any may hold in JSON, and extensions. Default none. */
  readonly registry?: Registry;
}
