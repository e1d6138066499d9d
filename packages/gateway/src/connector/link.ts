import { grpcCode } from '@pipit/runtime/door';
import type { ConnectionRegisterInit, EventMessage } from '../protocol/registry.pb.ts';
import { DialError } from '../stream/dial-error.ts';
import type { MessageStream } from '../protocol/message-stream.ts';
import { backoff, refusedDelay, stableAfter } from './backoff.ts';
import { refusalOf } from './refusal.ts';
import { Session, type SessionEnd, type SessionDeps } from './session.ts';

/** For what is under way on a connection that is replaced, where the gateway does not say, in milliseconds. */
const defaultGrace = 30_000;
/** For a replaced connection's stream to end. */
const goodbyeTimeout = 5_000;

const closedHere = { code: grpcCode.cancelled, message: 'the connection was closed' };

/** The parts of a connector that one link needs. */
export interface LinkDeps extends SessionDeps {
  readonly url: string;
  /** To propose first; empty for none. */
  readonly connectionId: string;
  /** Resolves with an open stream; rejects with why there is none, and where the signal fires first. */
  dial(signal: AbortSignal): Promise<MessageStream>;
  /** The registration to send, under that id. */
  register(connectionId: string): Promise<ConnectionRegisterInit>;
  /** A session is registered; it may take the place of another. */
  connected(session: Session): void;
  /** There is no registered session any more. */
  lost(): void;
  event(event: EventMessage): void;
}

/** Keeps one connection to one URL: dials, dials again, and replaces the connection where the gateway asks for that. */
export class Link {
  readonly #deps: LinkDeps;
  /** The one that takes requests; while it is being replaced, the old one. */
  #current: Session | undefined;
  /** Not registered yet, or finishing what they have. */
  readonly #others = new Set<Session>();
  /** From dialling until the session is registered or over. */
  #attempt: AbortController | undefined;
  #stopWaiting: (() => void) | undefined;
  #stopStable: (() => void) | undefined;
  #failures = 0;
  #grace = defaultGrace;
  #lastComplaint = '';
  #connectionId: string;
  #isStopped = false;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
    this.#connectionId = deps.connectionId;
  }

  get current(): Session | undefined {
    return this.#current;
  }

  start(): void {
    void this.#connect();
  }

  /** Wants no more requests, does not dial any more, and waits until nothing is under way. */
  async drain(timeout: number): Promise<void> {
    this.#stop();
    await this.#each((session) => session.drain(timeout, 'the service is shutting down'));
  }

  /** To be called after `drain`. */
  async close(timeout: number): Promise<void> {
    this.#stop();
    await this.#each((session) => session.close(timeout));
  }

  #stop(): void {
    this.#isStopped = true;
    this.#stopWaiting?.();
    this.#stopStable?.();
    this.#attempt?.abort();
    for (const session of this.#others) if (session.gateway === undefined) session.fail(closedHere);
  }

  async #each(work: (session: Session) => Promise<void>): Promise<void> {
    const all = [...this.#others];
    if (this.#current !== undefined) all.push(this.#current);
    await Promise.all(all.map(work));
  }

  #connectAfter(delay: number): void {
    if (this.#isStopped || this.#attempt !== undefined) return;
    this.#stopWaiting?.();
    this.#stopWaiting = this.#deps.clock.after(delay, () => {
      this.#stopWaiting = undefined;
      void this.#connect();
    });
  }

  async #connect(): Promise<void> {
    const { signal } = (this.#attempt = new AbortController());
    try {
      // Beside an old session its id is still in use.
      const register = await this.#deps.register(this.#current === undefined ? this.#connectionId : '');
      signal.throwIfAborted();
      this.#open(await this.#deps.dial(signal), register);
    } catch (error) {
      this.#attempt = undefined;
      if (this.#isStopped) return;
      const delay = this.#nextDelay();
      const { message } = error as Error;
      const where = `no connection to the gateway at ${this.#deps.url}`;
      // A DialError says where by itself.
      this.#complain('error', error instanceof DialError ? message : `${where}: ${message}`, delay);
      this.#connectAfter(delay);
    }
  }

  #open(stream: MessageStream, register: ConnectionRegisterInit): void {
    const session = new Session(stream, register, this.#deps, {
      ready: (rejected) => this.#ready(session, rejected),
      drain: ({ graceMs, reconnectAfterMs, reason }) => {
        if (session !== this.#current) return;
        this.#deps.log.info({ reason }, `the gateway at ${this.#deps.url} wants a new connection`);
        this.#grace = graceMs || defaultGrace;
        this.#connectAfter(reconnectAfterMs);
      },
      event: (event) => this.#deps.event(event),
      closed: (end) => this.#closed(session, end),
    });
    this.#others.add(session);
    if (this.#isStopped) session.fail(closedHere);
  }

  #ready(session: Session, rejected: readonly string[]): void {
    const { log, url, clock } = this.#deps;
    const old = this.#current;
    this.#attempt = undefined;
    this.#others.delete(session);
    this.#current = session;
    this.#connectionId = session.gateway?.connectionId ?? '';
    this.#lastComplaint = '';
    this.#stopStable?.();
    this.#stopStable = clock.after(stableAfter, () => (this.#failures = 0));
    const { connectionId, gatewayId } = session.gateway ?? {};
    log.info({ connectionId, gatewayId }, `connected to the gateway at ${url}`);
    if (rejected.length > 0) {
      const names = rejected.join(', ');
      log.error(
        { rejected },
        `the gateway at ${url} does not let this key register ${names}: let it in the keys of the gateway`,
      );
    }
    this.#deps.connected(session);
    if (old !== undefined) void this.#retire(old);
  }

  /** Its successor is there: it finishes what it has. */
  async #retire(old: Session): Promise<void> {
    this.#others.add(old);
    await old.drain(this.#grace, 'replaced by a new connection');
    await old.close(goodbyeTimeout);
  }

  #closed(session: Session, end: SessionEnd): void {
    const wasCurrent = session === this.#current;
    const wasAttempt = session.gateway === undefined;
    this.#others.delete(session);
    if (wasCurrent) {
      this.#current = undefined;
      this.#stopStable?.();
    }
    if (wasAttempt) this.#attempt = undefined;
    if (wasCurrent) this.#deps.lost();
    // A replaced one has its successor, and one that is replaced has it on its way.
    if (this.#isStopped || !(wasCurrent || wasAttempt)) return;
    if (wasCurrent && (this.#attempt !== undefined || this.#stopWaiting !== undefined)) return;
    this.#connectAgain(end);
  }

  #connectAgain(end: SessionEnd): void {
    const { log, url } = this.#deps;
    const refusal = refusalOf(end);
    const text = end.message || `the stream ended with code ${end.code}`;
    if (refusal === undefined) {
      const delay = Math.max(this.#nextDelay(), end.reconnectAfter);
      this.#complain('warn', `the connection to the gateway at ${url} has ended: ${text}`, delay);
      this.#connectAfter(delay);
    } else {
      log.error(
        { code: end.code },
        `the gateway at ${url} refuses this service: ${text}. To mend it: ${refusal}`,
      );
      this.#connectAfter(Math.max(refusedDelay, end.reconnectAfter));
    }
  }

  #nextDelay(): number {
    return backoff(this.#failures++);
  }

  /** Loud where something has changed; a gateway that stays away is not told of at every attempt. */
  #complain(level: 'warn' | 'error', line: string, delay: number): void {
    this.#deps.log[line === this.#lastComplaint ? 'debug' : level]({ delay }, line);
    this.#lastComplaint = line;
  }
}
