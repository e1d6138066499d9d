import type { Balance, Shortage } from './balance.ts';
import type { Attempts } from './attempts.ts';
import type { Completion } from './completion.ts';
import type { Deadlines } from './deadlines.ts';
import type { PeerDirectory } from '../directory.ts';
import * as failures from './failures.ts';
import type { Limits } from '../limits.ts';
import type { Upstream } from './upstream.ts';
import { PassedSink } from './passed-sink.ts';
import type { Pending } from './pending.ts';
import type { Elsewhere, RequestFailure } from './sink.ts';
import { Waiting } from './waiting.ts';

/** Requests that wait for a service, however few its connections take. */
const shortestQueue = 16;

export interface RouterDeps {
  readonly limits: Limits;
  readonly directory: PeerDirectory;
  readonly elsewhere: Elsewhere;
  readonly balance: Balance;
  readonly attempts: Attempts;
  readonly completion: Completion;
  readonly deadlines: Deadlines;
  /** The clock's. */
  readonly now: () => number;
}

/** Where a request goes. */
export class Router {
  readonly waiting: Waiting = new Waiting();
  readonly #limits: Limits;
  readonly #directory: PeerDirectory;
  readonly #elsewhere: Elsewhere;
  readonly #balance: Balance;
  readonly #attempts: Attempts;
  readonly #completion: Completion;
  readonly #deadlines: Deadlines;
  readonly #now: () => number;
  #serving = false;

  constructor(deps: RouterDeps) {
    this.#limits = deps.limits;
    this.#directory = deps.directory;
    this.#elsewhere = deps.elsewhere;
    this.#balance = deps.balance;
    this.#attempts = deps.attempts;
    this.#completion = deps.completion;
    this.#deadlines = deps.deadlines;
    this.#now = deps.now;
  }

  /** To a connection, to another gateway, into the queue, or back to its caller with what is wrong. */
  route(pending: Pending, now: number): void {
    const { service } = pending.request;
    if (pending.deadline <= now) {
      this.#completion.failed(pending, failures.deadlineExceeded(service, pending.timeout));
      return;
    }
    // Nobody overtakes those who wait.
    const waited = this.waiting.count > 0 && this.waiting.of(service) !== undefined;
    const upstream = waited ? undefined : this.#balance.choose(service, pending.upstream, now);
    if (upstream === undefined) this.#hold(pending, now);
    else this.#send(pending, upstream, now);
  }

  #send(pending: Pending, upstream: Upstream, now: number): void {
    this.#deadlines.arm(pending, pending.deadline - now);
    const failure = this.#attempts.start(pending, upstream, now);
    if (failure !== undefined && pending.state !== 'settled') this.#completion.failed(pending, failure);
  }

  /** There is no connection to be asked: another gateway, the queue, or nothing. */
  #hold(pending: Pending, now: number): void {
    const { service } = pending.request;
    const shortage = this.#balance.shortage(service, pending.upstream, now);
    if (shortage !== 'busy' && pending.mayPass) {
      if (this.#pass(pending, now)) return;
      // Another gateway has it, and is out of reach.
      if (shortage === 'none' && this.#directory.isElsewhere(service)) {
        this.giveUp(pending, failures.absentService(service));
        return;
      }
    }
    this.#wait(pending, shortage, now);
  }

  #wait(pending: Pending, shortage: Shortage, now: number, longest = this.#limits.queueTimeout): void {
    const refusal = this.#refusal(pending, shortage, now);
    if (refusal !== undefined) {
      this.giveUp(pending, refusal);
      return;
    }
    pending.state = 'queued';
    this.waiting.add(pending);
    this.#deadlines.arm(pending, Math.min(longest, pending.deadline - now));
  }

  /** The reason for which waiting makes no sense; undefined where it does. */
  #refusal({ request, attempts }: Pending, shortage: Shortage, now: number): RequestFailure | undefined {
    const { service } = request;
    const { knownFor, queuePerService } = this.#limits;
    if (shortage === 'silent') return failures.silentService(service, this.#balance.silence(service, now));
    if (shortage === 'none') {
      if (attempts > 0) return failures.absentService(service);
      const lostAt = this.#directory.lostAt(service);
      if (lostAt !== undefined && now - lostAt >= knownFor) return failures.absentService(service);
      if (
        lostAt === undefined &&
        this.#directory.peersOf(service).size === 0 &&
        !this.#directory.isElsewhere(service) &&
        !this.#directory.expects(service)
      )
        return failures.unknownService(service);
    }
    const capacity = this.#balance.capacity(service) ?? Infinity;
    const longest = Math.min(queuePerService, Math.max(shortestQueue, 2 * capacity));
    return (this.waiting.of(service)?.size ?? 0) < longest ? undefined : failures.crowdedService(service);
  }

  /** Requests that wait, to `upstream` or whoever else has room. */
  serve(upstream: Upstream, now: number): void {
    if (this.waiting.count === 0 || this.#serving) return;
    this.#serving = true;
    try {
      for (const service of upstream.peer.services) this.#serveQueue(service, upstream, now);
    } finally {
      this.#serving = false;
    }
  }

  #serveQueue(service: string, upstream: Upstream, now: number): void {
    for (const pending of this.waiting.of(service) ?? []) {
      const fits = upstream !== pending.upstream && this.#balance.fits(upstream, now);
      const to = fits ? upstream : this.#balance.choose(service, pending.upstream, now);
      if (to !== undefined) {
        this.waiting.remove(pending);
        this.#send(pending, to, now);
      } else if (pending.upstream === undefined) {
        // Whoever comes after it finds nobody either.
        return;
      }
    }
  }

  /** One more gateway has a connection for a service: requests that wait for it go there. */
  offered(service: string, now: number): void {
    for (const pending of this.waiting.of(service) ?? []) {
      if (!pending.mayPass) continue;
      this.waiting.remove(pending);
      if (this.#pass(pending, now)) continue;
      pending.state = 'queued';
      this.waiting.add(pending);
      return;
    }
  }

  /** Another gateway was to have it and has not taken it: it waits, for what is left of the time for that. */
  #returned(pending: Pending): void {
    const now = this.#now();
    pending.state = 'new';
    pending.passed = undefined;
    pending.attempts -= 1;
    pending.stopTimer();
    const { service } = pending.request;
    const left = this.#limits.queueTimeout - (now - pending.arrived);
    if (left <= 0) this.giveUp(pending, failures.absentService(service));
    else this.#wait(pending, this.#balance.shortage(service, undefined, now), now, left);
  }

  /** To another gateway, if one has a connection. */
  #pass(pending: Pending, now: number): boolean {
    const { upstream, translation, request } = pending;
    pending.state = 'passed';
    pending.upstream = undefined;
    // That gateway answers in the request's own dialect.
    pending.translation = undefined;
    const handle = this.#elsewhere.forward(
      { ...request, timeout: pending.deadline - now },
      new PassedSink(pending, this.#completion, this.#deadlines, () => this.#returned(pending)),
    );
    if (handle === undefined) {
      pending.state = 'new';
      pending.upstream = upstream;
      pending.translation = translation;
      return false;
    }
    pending.attempts += 1;
    pending.sentAt = now;
    pending.passed = handle;
    if (pending.state === 'passed') this.#deadlines.arm(pending, pending.deadline - now);
    return true;
  }

  /** Ends a request with what the last connection said, if it said anything. */
  giveUp(pending: Pending, failure: RequestFailure): void {
    const { declined: head, upstream, verdict } = pending;
    if (head === undefined || upstream === undefined) this.#completion.failed(pending, verdict ?? failure);
    else this.#completion.answered(pending, { head, rest: undefined });
  }
}
