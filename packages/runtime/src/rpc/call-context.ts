import type { CalledMethod } from './called-method.ts';
import type { ContextKey } from './context-key.ts';
import type { Context, IncomingHeaders } from './context.ts';
import type { HookChain } from './hooks.ts';
import type { HttpRequest } from './http-request.ts';
import { promiseOf } from './is-promise-like.ts';
import type { Logger } from './logger.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { decodePath, pathOf } from './request-path.ts';
import { isLegalHeaderValue, ResponseHeaders } from './response-headers.ts';
import type { Route } from './routes.ts';
import type { ProtocolTraits } from './protocol-traits.ts';
import { findRoute, type RpcConfig } from './rpc-config.ts';
import type { BodySource } from './steps.ts';
import { spanHeaders, traceHeadersOf } from './trace-headers.ts';
import { traceIdOf } from './trace-id.ts';
import { TwirpError } from './twirp-error.ts';

/** The longest a timer can wait; a longer deadline is as good as none. */
const longestTimer = 0x7fffffff;

/** The state of one call. Parts that only some calls need are made when they are asked for. */
export class CallContext implements Context {
  readonly config: RpcConfig;
  readonly http: HttpRequest;
  readonly protocol: Context['protocol'];
  /** Still percent-encoded. */
  readonly rawPath: string;
  readonly route: Route | undefined;
  readonly hooks: HookChain;
  readonly started: number = performance.now();
  #traceId: string;
  readonly deadline: number | undefined;
  allowGet = false;
  request: unknown = undefined;
  response: unknown = undefined;
  status = 0;
  requestBytes = 0;
  responseBytes = 0;
  messages = 0;
  error: TwirpError | undefined = undefined;
  /** All of the answer is on its way to the caller. */
  delivered = false;
  /** The promise of the handler, until it has settled. */
  running: PromiseLike<unknown> | undefined = undefined;
  #outcome: Outcome | undefined = undefined;
  readonly #isDeadlineCallers: boolean;
  /** Where handlers and hooks have set headers. */
  headersSet: ResponseHeaders | undefined = undefined;
  /** Where they have set trailers. */
  trailersSet: ResponseHeaders | undefined = undefined;
  #controller: AbortController | undefined = undefined;
  #aborted: TwirpError | undefined = undefined;
  /** Whoever waits for something that may come too late. */
  #onAbort: ((reason: TwirpError) => void) | undefined = undefined;
  #isWatching = false;
  watchedAt = -1;
  #stopWatching: (() => void) | undefined = undefined;
  #timer: ReturnType<typeof setTimeout> | undefined = undefined;
  #values: Map<symbol, unknown> | undefined = undefined;
  #settled = false;

  /** @param route where it is known already */
  constructor(config: RpcConfig, http: HttpRequest, protocol: ProtocolTraits, route?: Route) {
    const asked = protocol.timeoutOf(http.headers);
    this.config = config;
    this.http = http;
    this.protocol = protocol.name;
    this.rawPath = pathOf(http.target);
    this.route = route ?? findRoute(config, this.rawPath, protocol.atRoot);
    this.hooks = this.route === undefined ? config.hooks : this.route.hooks;
    this.#traceId = traceIdOf(http.headers);
    const own = this.isStream ? config.streamTimeoutMs : config.timeoutMs;
    const timeout = timeLimitOf(own, this.isStream ? undefined : http.timeoutMs, asked);
    this.#isDeadlineCallers = timeout !== undefined && asked !== undefined && timeout !== own;
    this.deadline = timeout === undefined ? undefined : Date.now() + timeout;
    if (timeout !== undefined) {
      this.#watch();
      if (timeout === 0) deadlinePassed(this);
      else this.#timer = setTimeout(deadlinePassed, timeout, this);
    }
  }

  get isStream(): boolean {
    return this.route?.isStream === true;
  }

  get package(): string {
    return this.route === undefined ? '' : this.route.package;
  }

  get service(): string {
    return this.route === undefined ? '' : this.route.service;
  }

  get method(): CalledMethod | undefined {
    return this.route?.method;
  }

  get verb(): string {
    return this.http.verb;
  }

  get path(): string {
    return decodePath(this.rawPath);
  }

  get headers(): IncomingHeaders {
    return this.http.headers;
  }

  get peer(): string {
    return this.http.peer;
  }

  get traceId(): string {
    return this.#traceId;
  }

  /** @throws {TypeError} for what is not a legal header value: no answer could be sent with it */
  set traceId(id: string) {
    if (typeof id !== 'string' || !isLegalHeaderValue(id)) {
      throw new TypeError(`${JSON.stringify(id)} is not a valid trace id`);
    }
    this.#traceId = id;
  }

  get traceHeaders(): Record<string, string> {
    return traceHeadersOf(this.http.headers, this.#traceId, this.get(spanHeaders)?.());
  }

  get log(): Logger {
    return this.http.log;
  }

  get responseHeaders(): ResponseHeaders {
    return (this.headersSet ??= new ResponseHeaders());
  }

  get responseTrailers(): ResponseHeaders {
    return (this.trailersSet ??= new ResponseHeaders());
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      this.#watch();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  get lastEventId(): string | undefined {
    const id = this.http.headers['last-event-id'];
    return typeof id === 'string' ? id : undefined;
  }

  get outcome(): Outcome {
    return (this.#outcome ??= outcomeOf(this));
  }

  /** The caller had asked for a time limit that was the shortest, and it has passed. */
  get isCallersTimeUp(): boolean {
    // A timer may be a millisecond ahead of the clock.
    const isOver = this.#aborted?.code === 'deadline_exceeded' || Date.now() >= (this.deadline ?? Infinity);
    return this.#isDeadlineCallers && isOver;
  }

  /** The answer is written, or its connection lost. @param why it is not delivered; by default the caller has gone */
  end(delivered: boolean, why?: TwirpError): void {
    this.delivered = delivered;
    // Somebody may have asked too early.
    this.#outcome = undefined;
    if (delivered) return;
    this.status = 0;
    if (why !== undefined) this.error = why;
    else if (this.error?.code !== 'canceled') {
      this.error = new TwirpError('canceled', 'the caller went away before it was answered', {
        cause: this.error,
      });
    }
  }

  get<T>(key: ContextKey<T>): T | undefined {
    return (this.#values?.get(key.symbol) ?? this.http.value?.(key.symbol)) as T | undefined;
  }

  set<T>(key: ContextKey<T>, value: T): void {
    (this.#values ??= new Map()).set(key.symbol, value);
  }

  abort(reason: TwirpError): void {
    if (this.#aborted !== undefined) return;
    this.#aborted = reason;
    this.#controller?.abort(reason);
    this.#onAbort?.(reason);
  }

  /** The reason the signal fired with, or would have where somebody had asked for it; undefined while it has not. */
  get aborted(): TwirpError | undefined {
    return this.#aborted;
  }

  /** The request's body, but for a call with a deadline no longer than until the signal fires. */
  get body(): BodySource {
    return this.bodyUpTo(undefined);
  }

  /** The same. @param largest as `HttpRequest.readBody` has it */
  bodyUpTo(largest: number | undefined): BodySource {
    const { http } = this;
    if (this.deadline === undefined && largest === undefined) return http;
    const readBody: BodySource['readBody'] = (done, fail) => http.readBody(done, fail, largest);
    if (this.deadline === undefined) return { readBody };
    return { readBody: (done, fail) => this.untilAborted<Uint8Array>(readBody, done, fail) };
  }

  /** `pending`, but for a call with a deadline no longer than until the signal fires: a deadline is for those too that do not watch it. */
  within<T>(pending: PromiseLike<T>): Promise<T> {
    if (this.deadline === undefined) return promiseOf(pending);
    return new Promise((resolve, reject) => {
      this.untilAborted((done, fail) => void pending.then(done, fail), resolve, reject);
    });
  }

  /** The same with callbacks, for what is at hand more often than not: that costs nothing then. Not twice at a time. */
  untilAborted<T>(
    start: (done: (value: T) => void, fail: (error: TwirpError) => void) => void,
    done: (value: T) => void,
    fail: (error: TwirpError) => void,
  ): void {
    let isOver = false;
    const first =
      <A>(callback: (argument: A) => void) =>
      (argument: A): void => {
        if (isOver) return;
        isOver = true;
        this.#onAbort = undefined;
        callback(argument);
      };
    this.#onAbort = first(fail);
    start(first(done), first(fail));
    if (this.#aborted !== undefined) this.#onAbort?.(this.#aborted);
  }

  /** The outcome is known: from here on the signal does not fire. */
  settle(): void {
    this.#settled = true;
    if (!this.#isWatching) return;
    clearTimeout(this.#timer);
    this.#stopWatching?.();
    this.config.watched.delete(this);
  }

  #watch(): void {
    if (this.#isWatching || this.#settled) return;
    this.#isWatching = true;
    this.config.watched.add(this);
    this.#stopWatching = this.http.onDisconnect(() => {
      this.abort(this.http.interruption ?? new TwirpError('canceled', 'the caller went away'));
    });
  }
}

function deadlinePassed(call: CallContext): void {
  call.abort(new TwirpError('deadline_exceeded', 'the deadline has passed'));
}

/** Milliseconds this call may take: the server's, the door's or the caller's, whichever is soonest. */
function timeLimitOf(
  longest: number = Infinity,
  left: number = Infinity,
  asked: number = Infinity,
): number | undefined {
  const timeout = Math.min(asked, left, longest);
  return timeout > longestTimer ? undefined : timeout;
}
