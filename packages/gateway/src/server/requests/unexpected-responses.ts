import type { Logger } from '@pipit/runtime';
import { grpcCode } from '@pipit/runtime/door';
import { budgets, cut } from '../../protocol/budgets.ts';
import { chunkOfResponse } from '../../protocol/chunks.ts';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import type { Attempts } from './attempts.ts';
import { connectionInfo } from '../connection-info.ts';
import type { Upstream } from './upstream.ts';
import type { Observer, UnexpectedResponse } from '../observer.ts';

const minute = 60_000;
const repeatedAMinute = budgets.repeatedAnswers.count;
const foreignUntilClosed = 3;

/** The offences of one connection. */
interface Offences {
  /** Answers to requests of other connections. */
  foreign: number;
  /** Answers to ids nobody gave, and to those that are answered, in the minute that began at `since`. */
  repeated: number;
  since: number;
}

/** Answers nobody waits for: counted, and too much for those who go on. */
export class UnexpectedResponses {
  readonly #attempts: Attempts;
  readonly #observer: Observer;
  readonly #log: Logger;
  readonly #offences = new WeakMap<Upstream, Offences>();

  constructor(attempts: Attempts, observer: Observer, log: Logger) {
    this.#attempts = attempts;
    this.#observer = observer;
    this.#log = log;
  }

  /** An answer of `upstream` to nothing that it has now. Returns true if it has room again. */
  judge(upstream: Upstream, response: ForwardResponse, now: number): boolean {
    const { requestId } = response;
    // What is abandoned is remembered there, however many requests there were since.
    const abandoned = upstream.abandoned.has(requestId);
    const tombstone = abandoned ? upstream.late : this.#attempts.tombstone(requestId);
    if (
      this.#attempts.find(requestId) !== undefined ||
      (tombstone !== undefined && tombstone.upstream !== upstream)
    ) {
      this.#foreign(upstream, response, now);
      return false;
    }
    if (tombstone === undefined) {
      this.#unknown(upstream, response, now);
      return false;
    }
    upstream.heard(now);
    const place = chunkOfResponse(response);
    if (place === undefined || place.index === 0) {
      this.#count(tombstone.kind, upstream, response);
      if (tombstone.kind === 'duplicate') this.#repeated(upstream, now);
      // The next one is.
      else if (!abandoned) this.#attempts.answeredLate(requestId, upstream);
    }
    if (!abandoned || place?.last === false) return false;
    return upstream.abandoned.delete(requestId);
  }

  /** An answer of `upstream` to a request that went to another connection. */
  #foreign(upstream: Upstream, response: ForwardResponse, now: number): void {
    const { peer } = upstream;
    const offences = this.#of(upstream, now);
    offences.foreign += 1;
    this.#count('foreign', upstream, response);
    const what = `answered request ${cut(response.requestId, budgets.logText)}, which another connection was asked`;
    this.#observer.violation?.({ address: peer.address, keyId: peer.key.id }, what);
    this.#log.warn({ connection: peer.id, address: peer.address, key: peer.key.id }, what);
    if (offences.foreign >= foreignUntilClosed) {
      peer.fail(
        grpcCode.permissionDenied,
        'answers to requests of other connections: answer only what came down this stream',
      );
    }
  }

  /** An answer of `upstream` to a request that is not remembered, or never was. */
  #unknown(upstream: Upstream, response: ForwardResponse, now: number): void {
    this.#count('unknown', upstream, response);
    this.#repeated(upstream, now);
  }

  #repeated(upstream: Upstream, now: number): void {
    const offences = this.#of(upstream, now);
    if (now - offences.since >= minute) {
      offences.since = now;
      offences.repeated = 0;
    }
    offences.repeated += 1;
    if (offences.repeated > repeatedAMinute) {
      upstream.peer.fail(
        grpcCode.invalidArgument,
        `more than ${repeatedAMinute} answers a minute to requests that were never made, or are answered`,
      );
    }
  }

  #of(upstream: Upstream, now: number): Offences {
    let offences = this.#offences.get(upstream);
    if (offences === undefined) {
      offences = { foreign: 0, repeated: 0, since: now };
      this.#offences.set(upstream, offences);
    }
    return offences;
  }

  #count(kind: UnexpectedResponse, upstream: Upstream, response: ForwardResponse): void {
    this.#observer.unexpectedResponse?.(kind, connectionInfo(upstream.peer), response.requestId);
  }
}
