import type { Logger } from '@pipit/runtime';
import { grpcCode } from '@pipit/runtime/door';
import type { Clock } from '../../clock.ts';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import type { Pieces } from '../../protocol/pieces.ts';
import { Answers } from './answers.ts';
import { Attempts } from './attempts.ts';
import { Balance } from './balance.ts';
import { Completion } from './completion.ts';
import { connectionInfo } from '../connection-info.ts';
import { Deadlines } from './deadlines.ts';
import type { PeerDirectory } from '../directory.ts';
import type { IncomingRequest } from './incoming-request.ts';
import { Interruptions } from './interruptions.ts';
import type { Limits } from '../limits.ts';
import type { Observer } from '../observer.ts';
import type { Peer } from '../peer.ts';
import { Pending } from './pending.ts';
import { Router } from './router.ts';
import type { Elsewhere, RequestHandle, Sink } from './sink.ts';
import type { Unread } from './unread.ts';
import { UnexpectedResponses } from './unexpected-responses.ts';

export interface ForwarderDeps {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly directory: PeerDirectory;
  readonly observer: Observer;
  readonly log: Logger;
  readonly elsewhere: Elsewhere;
}

const none: Pieces = [];

/** Brings requests to connections and their answers back. Each call is told once how it ended. */
export class Forwarder {
  readonly #deps: ForwarderDeps;
  readonly #clock: Clock;
  readonly #completion: Completion;
  readonly #balance: Balance;
  readonly #attempts: Attempts;
  readonly #deadlines: Deadlines;
  readonly #router: Router;
  readonly #interruptions: Interruptions;
  readonly #answers: Answers;
  readonly #unexpected: UnexpectedResponses;

  constructor(deps: ForwarderDeps) {
    const { clock, limits, directory, observer, log, elsewhere } = deps;
    this.#deps = deps;
    this.#clock = clock;
    this.#completion = new Completion(limits, observer, log, () => clock.now());
    this.#balance = new Balance(directory, limits);
    this.#attempts = new Attempts(limits);
    this.#deadlines = new Deadlines(clock, limits, (pending) => this.#interruptions.timeUp(pending));
    const parts = {
      limits,
      balance: this.#balance,
      attempts: this.#attempts,
      completion: this.#completion,
      deadlines: this.#deadlines,
      now: () => clock.now(),
    };
    this.#router = new Router({ ...parts, directory, elsewhere });
    this.#interruptions = new Interruptions({ ...parts, log, router: this.#router });
    this.#answers = new Answers({ ...parts, router: this.#router, interruptions: this.#interruptions });
    this.#unexpected = new UnexpectedResponses(this.#attempts, observer, log);
  }

  /** Calls under way: waiting for a connection, at one, at another gateway, or for their caller to take the answer. */
  get inFlight(): number {
    return this.#completion.count + this.unread.count;
  }

  /** Bytes of their bodies, and of answers that callers have not taken. */
  get inFlightBytes(): number {
    return this.#completion.bytes + this.unread.bytes;
  }

  /** To be kept by those who bring calls in and answers to callers. */
  get unread(): Unread {
    return this.#completion.unread;
  }

  /** Those of them that wait for a connection. */
  get queued(): number {
    return this.#router.waiting.count;
  }

  /** Requests at `peer` that somebody waits for. */
  pendingOf(peer: Peer): number {
    return this.#balance.find(peer)?.pending.size ?? 0;
  }

  /** Once nothing is under way. */
  idle(): Promise<void> {
    return this.#completion.idle();
  }

  /** To a connection of its service, here or at another gateway. */
  forward(request: IncomingRequest, sink: Sink): RequestHandle {
    return this.#begin(request, sink, true);
  }

  /** The same for a request that another gateway passed on: it stays here. */
  forwardHere(request: IncomingRequest, sink: Sink): RequestHandle {
    return this.#begin(request, sink, false);
  }

  /**
   * Whatever a registered connection answers.
   * @param rest of its payload, where that came in pieces
   * @returns false for what nobody waits for
   */
  response(peer: Peer, response: ForwardResponse, rest: Pieces = none): boolean {
    const now = this.#clock.now();
    const pending = this.#attempts.find(response.requestId);
    const upstream = pending?.upstream;
    if (pending === undefined || upstream === undefined || upstream.peer !== peer) {
      const asker = this.#balance.find(peer);
      if (asker && this.#unexpected.judge(asker, response, now)) this.#router.serve(asker, now);
      return false;
    }
    upstream.heard(now);
    this.#answers.take(pending, peer, response, rest, now);
    this.#router.serve(upstream, now);
    return true;
  }

  /** The handler has begun: that the connection did not want the request is not believed any more. */
  accepted(peer: Peer, requestId: string): void {
    const pending = this.#attempts.find(requestId);
    if (pending?.upstream?.peer !== peer) return;
    pending.accepted = true;
    pending.upstream.heard(this.#clock.now());
  }

  /** To be called for every connection once it is registered, when it is routable again, when it has room again. */
  peerReady(peer: Peer): void {
    this.#router.serve(this.#balance.add(peer), this.#clock.now());
  }

  /** One more gateway has a connection for a service. */
  offeredElsewhere(service: string): void {
    this.#router.offered(service, this.#clock.now());
  }

  /** Closed: whatever it had is settled or elsewhere when this returns. */
  peerGone(peer: Peer, why: string): void {
    const upstream = this.#balance.remove(peer);
    if (upstream === undefined) return;
    upstream.abandoned.clear();
    const now = this.#clock.now();
    for (const pending of this.#attempts.at(upstream)) {
      // Whoever was told may have cancelled others of them.
      if (pending.state !== 'settled') this.#interruptions.lost(pending, why, now);
    }
  }

  /** To be called about once a second, with a time that stands still while the process does. */
  sweep(now: number): void {
    this.#attempts.sweep(now);
    const present = this.#clock.now();
    for (const upstream of this.#balance.upstreams) {
      for (const [id, until] of upstream.abandoned) if (until <= present) upstream.abandoned.delete(id);
      if (upstream.isStuck(now)) this.#tooSlow(upstream.peer);
      else this.#router.serve(upstream, present);
    }
  }

  /** One for all requests. */
  readonly #cancelled = (pending: Pending): void => this.#interruptions.cancelled(pending);

  #begin(request: IncomingRequest, sink: Sink, mayPass: boolean): Pending {
    const now = this.#clock.now();
    const timeout = this.#deadlines.timeoutOf(request.timeout);
    const pending = new Pending(request, sink, mayPass, now, timeout, this.#cancelled);
    const refusal = this.#completion.enter(request);
    if (refusal === undefined) this.#router.route(pending, now);
    else this.#completion.refused(pending, refusal);
    return pending;
  }

  #tooSlow(peer: Peer): void {
    const { observer, limits } = this.#deps;
    observer.slowReader?.(connectionInfo(peer), peer.outbox.backlog);
    const seconds = limits.slowReaderAfter / 1000;
    peer.fail(
      grpcCode.resourceExhausted,
      `slow reader: nothing was taken from the stream for ${seconds} s while data waited`,
    );
  }
}
