import { grpcCode } from '../../protocol/grpc-code.ts';
import { TwirpError, type Logger } from '@pipit/runtime';
import type { Clock } from '../../clock.ts';
import { ChunkError, chunkOfResponse, isOpenEnded, type ChunkPlace } from '../../protocol/chunks.ts';
import { ownBytes } from '../../protocol/own-bytes.ts';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import { grpcStatusOf, twirpCodeOf } from '../../protocol/status.ts';
import { AnswerStream } from './answer-stream.ts';
import { Attempts } from './attempts.ts';
import { Balance } from './balance.ts';
import { Completion } from './completion.ts';
import { connectionInfo } from '../connection-info.ts';
import { Deadlines } from './deadlines.ts';
import type { PeerDirectory } from '../directory.ts';
import * as failures from './failures.ts';
import type { IncomingRequest } from './incoming-request.ts';
import type { Limits } from '../limits.ts';
import type { Observer } from '../observer.ts';
import type { Peer } from '../peer.ts';
import { Pending } from './pending.ts';
import { Router } from './router.ts';
import type { Elsewhere, RequestFailure, RequestHandle, Sink } from './sink.ts';
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

/** Connections that are asked for one request, at most. */
const mostAttempts = 2;
/** Timers may run a little early by the clock, in milliseconds. */
const timerSlack = 2;

/** Brings requests to connections and their answers back. Each call is told once how it ended. */
export class Forwarder {
  readonly #deps: ForwarderDeps;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #completion: Completion;
  readonly #balance: Balance;
  readonly #attempts: Attempts;
  readonly #deadlines: Deadlines;
  readonly #router: Router;
  readonly #unexpected: UnexpectedResponses;

  constructor(deps: ForwarderDeps) {
    const { clock, limits, directory, observer, log, elsewhere } = deps;
    this.#deps = deps;
    this.#clock = clock;
    this.#limits = limits;
    this.#completion = new Completion(limits, observer, log, () => clock.now());
    this.#balance = new Balance(directory, limits);
    this.#attempts = new Attempts(limits);
    this.#deadlines = new Deadlines(clock, limits, (pending) => this.#timeUp(pending));
    this.#router = new Router({
      limits,
      directory,
      elsewhere,
      balance: this.#balance,
      attempts: this.#attempts,
      completion: this.#completion,
      deadlines: this.#deadlines,
      now: () => clock.now(),
    });
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

  /** Whatever a registered connection answers. @returns false for what nobody waits for */
  response(peer: Peer, response: ForwardResponse): boolean {
    const now = this.#clock.now();
    const pending = this.#attempts.find(response.requestId);
    const upstream = pending?.upstream;
    if (pending === undefined || upstream === undefined || upstream.peer !== peer) {
      const asker = this.#balance.find(peer);
      if (asker && this.#unexpected.judge(asker, response, now)) this.#router.serve(asker, now);
      return false;
    }
    upstream.heard(now);
    const place = chunkOfResponse(response);
    if (pending.state === 'answering') this.#nextChunk(pending, response, place);
    else if (response.notProcessed && !pending.accepted) this.#declined(pending, response, now);
    else if (place === undefined) this.#answered(pending, response);
    else this.#firstChunk(pending, peer, response, place);
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
      if (pending.state !== 'settled') this.#lost(pending, why, now);
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

  #begin(request: IncomingRequest, sink: Sink, mayPass: boolean): Pending {
    const now = this.#clock.now();
    const timeout = this.#deadlines.timeoutOf(request.timeout);
    const pending = new Pending(request, sink, mayPass, now, timeout, this.#cancelled);
    const refusal = this.#completion.enter(request);
    if (refusal === undefined) this.#router.route(pending, now);
    else this.#completion.refused(pending, refusal);
    return pending;
  }

  // What comes back

  #answered(pending: Pending, head: ForwardResponse): void {
    const { maxBodyBytes } = this.#limits;
    this.#attempts.leave(pending, 'duplicate');
    if (head.payload.length <= maxBodyBytes) this.#completion.answered(pending, { head, rest: undefined });
    else this.#completion.failed(pending, failures.answerTooLarge(pending.request.service, maxBodyBytes));
  }

  /** The connection did not want it: another one, else what it said. */
  #declined(pending: Pending, head: ForwardResponse, now: number): void {
    this.#attempts.leave(pending, 'duplicate');
    pending.stopTimer();
    pending.declined = head;
    if (pending.attempts < mostAttempts) this.#router.route(pending, now);
    else this.#router.giveUp(pending, failures.absentService(pending.request.service));
  }

  #firstChunk(pending: Pending, peer: Peer, head: ForwardResponse, place: ChunkPlace): void {
    const isOpen = peer.can.streams && isOpenEnded(head);
    const rest = new AnswerStream(peer, pending.requestId, this.#limits, isOpen);
    pending.state = 'answering';
    const failure = this.#noted(pending, rest, place, head.payload.length);
    if (failure !== undefined) {
      this.#breakOff(pending, failure);
      return;
    }
    pending.rest = rest;
    pending.head = head;
    head.payload = ownBytes(head.payload);
    if (isOpen) this.#deadlines.lift(pending);
    else this.#deadlines.putOff(pending);
    this.#completion.answering(pending, { head, rest });
  }

  #nextChunk(pending: Pending, response: ForwardResponse, place: ChunkPlace | undefined): void {
    const { rest, head } = pending;
    if (!(rest instanceof AnswerStream) || head === undefined) return;
    const payload = ownBytes(response.payload);
    if (place === undefined || response.errorMessage !== '') {
      const { code, message } = grpcStatusOf(response);
      if (code !== grpcCode.ok) {
        this.#attempts.leave(pending, 'duplicate');
        this.#completion.failed(pending, { error: new TwirpError(twirpCodeOf(code), message) });
        return;
      }
    }
    // A whole answer after the first chunk is a first chunk that comes twice.
    const failure = this.#noted(
      pending,
      rest,
      place ?? { index: 0, last: true, totalSize: undefined },
      payload.length,
    );
    const last = place?.last === true;
    if (failure !== undefined) {
      this.#breakOff(pending, failure);
    } else if (!last && rest.unconsumed > this.#limits.slowCallerBytes) {
      this.#breakOff(pending, failures.slowCaller(this.#limits.slowCallerBytes));
    } else {
      if (last) {
        this.#attempts.leave(pending, 'duplicate');
        this.#completion.ended(pending, head, rest.received);
      } else this.#deadlines.putOff(pending);
      this.#completion.tell(() => rest.deliver(payload, last, response.trailers));
    }
  }

  /** Takes note of a chunk. Returns why it is none of this answer. */
  #noted(
    { request }: Pending,
    rest: AnswerStream,
    place: ChunkPlace,
    size: number,
  ): RequestFailure | undefined {
    try {
      rest.take(place, size);
      return undefined;
    } catch (thrown) {
      if (!(thrown instanceof ChunkError)) throw thrown;
      if (thrown.tooLarge) return failures.answerTooLarge(request.service, this.#limits.maxBodyBytes);
      return failures.brokenChunks(request.service, thrown);
    }
  }

  // Other ends

  readonly #cancelled = (pending: Pending): void => {
    this.#stop(pending, 'the caller is gone');
    this.#completion.cancelled(pending);
    if (pending.upstream !== undefined) this.#router.serve(pending.upstream, this.#clock.now());
  };

  #lost(pending: Pending, why: string, now: number): void {
    const { service } = pending.request;
    const answering = pending.state === 'answering';
    const unsent = this.#attempts.leave(pending, 'late');
    pending.stopTimer();
    pending.verdict = unsent ? failures.lostUnsent(service, why) : failures.lostSent(service, why);
    const again = !answering && pending.attempts < mostAttempts && (unsent || pending.repeatable);
    if (again) this.#router.route(pending, now);
    else this.#completion.failed(pending, pending.verdict);
  }

  #timeUp(pending: Pending): void {
    const { state, upstream, request } = pending;
    const { service } = request;
    const now = this.#clock.now();
    const left = pending.deadline - now;
    if (left <= timerSlack) {
      const unsent = this.#stop(pending, 'the deadline has passed');
      const silent = upstream !== undefined && state === 'sent' && !unsent;
      if (silent && upstream.blame(pending.sentAt, pending.deadline, now)) this.#ejected(upstream.peer);
      this.#completion.failed(pending, failures.deadlineExceeded(service, pending.timeout));
      if (upstream !== undefined) this.#router.serve(upstream, now);
    } else if (state === 'queued') {
      this.#router.waiting.remove(pending);
      const busy = this.#balance.shortage(service, upstream, now) === 'busy';
      this.#router.giveUp(pending, busy ? failures.crowdedService(service) : failures.absentService(service));
    } else {
      // Chunks have put the deadline off.
      this.#deadlines.arm(pending, left);
    }
  }

  #breakOff(pending: Pending, failure: RequestFailure): void {
    this.#stop(pending, failure.error.msg);
    this.#completion.failed(pending, failure);
  }

  /** Nobody waits any more: whoever has the request is told. Returns true if nobody got it. */
  #stop(pending: Pending, reason: string): boolean {
    switch (pending.state) {
      case 'sent':
      case 'answering':
        return this.#attempts.stop(pending, reason);
      case 'passed':
        pending.passed?.cancel();
        return false;
      case 'queued':
        this.#router.waiting.remove(pending);
        return true;
      default:
        return true;
    }
  }

  #ejected(peer: Peer): void {
    const fields = { connection: peer.id, address: peer.address, forMs: this.#limits.ejectFor };
    this.#deps.log.warn(fields, 'a connection does not answer and is passed over');
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
