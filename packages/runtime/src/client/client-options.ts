import type { Registry } from '../codec/registry.ts';
import type { MethodType } from '../rpc/method-type.ts';
import type { TwirpError } from '../rpc/twirp-error.ts';

/** A method as far as a client needs it beside its messages: the same for every kind of client. */
export type CalledMethod = Pick<MethodType, 'name' | 'kind' | 'idempotency'>;

/** One call, as hooks and interceptors of a client see it. */
export interface ClientCall {
  /** Full proto name of the service. */
  readonly service: string;
  readonly method: CalledMethod;
  /** What will be sent beside Content-Type; may be changed until it is. */
  readonly headers: Headers;
  /** Fires when the caller's signal does, or when the time is up. */
  readonly signal: AbortSignal | undefined;
}

/** Wraps a call: may change the request, answer itself, change the response, or throw. `next` sends. */
// The message types differ from method to method.
// oxlint-disable-next-line typescript/no-explicit-any
export type ClientInterceptor<Request = any, Response = any> = (
  request: Request,
  call: ClientCall,
  next: (request: Request) => Promise<Response>,
) => Promise<Response>;

/** What can be run at each attempt of a call, inside the interceptors. Twirp's Go client has the same three. */
export interface ClientHooks {
  /** The headers can still be changed. What is thrown ends the call as it is. */
  requestPrepared?(call: ClientCall): void | Promise<void>;
  /** An answer came, whatever its status; its body is not to be read here. */
  responseReceived?(call: ClientCall, response: Response): void | Promise<void>;
  /** The attempt failed. What is thrown here becomes the error instead. */
  error?(call: ClientCall, error: TwirpError): void | Promise<void>;
}

/** What `createJsonClient` takes. */
export interface JsonClientOptions {
  /** Scheme and host, for example `https://example.com`; in a browser the empty string is the page's own. */
  readonly baseUrl: string;
  /** Path before the service name, as the server has it; `/` for none. Default `/api`. */
  readonly prefix?: string;
  /** Sent with every call; a function is asked each time, for example for a token. */
  readonly headers?:
    | Readonly<Record<string, string>>
    | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);
  /** The first is outermost. */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Run one after the other; the first that throws stops the rest. */
  readonly hooks?: readonly ClientHooks[];
  /**
   * Time for the call with its retries, in milliseconds; sent as `X-Request-Timeout-Ms` too. Default none, and none
   * for more than a timer can hold (24 days).
   */
  readonly timeoutMs?: number;
  /**
   * How often a method that declares NO_SIDE_EFFECTS is tried again where the server cannot be reached or
   * says `unavailable`, after 100 ms, 200 ms, and so on. Default 0. Other methods are never tried again.
   */
  readonly retries?: number;
  /** In place of the global `fetch`, for example to send cookies to another origin. */
  readonly fetch?: typeof fetch;
}

/** What `createClient` takes. */
export interface ClientOptions extends JsonClientOptions {
  /** Default `json`. */
  readonly format?: 'json' | 'protobuf';
  /** The messages an Any may hold in JSON, and extensions. Default none. */
  readonly registry?: Registry;
}
