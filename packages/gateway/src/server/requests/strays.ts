import type { Logger } from '@pipit/runtime';
import { chunkOfResponse } from '../../protocol/chunks.ts';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import type { Attempts } from './attempts.ts';
import { connectionFacts } from '../connection-facts.ts';
import type { Load } from './load.ts';
import type { Observer, StrayAnswer } from '../observer.ts';

const minute = 60_000;
const unknownAMinute = 100;
const foreignUntilClosed = 3;

const invalidArgument = 3;
const permissionDenied = 7;

/** What one connection did that it should not. */
interface Offences {
  /** Answers to requests of other connections. */
  foreign: number;
  /** Answers to ids nobody gave, in the minute that began at `since`. */
  unknown: number;
  since: number;
}

/** Answers nobody waits for: counted, and too much for those who go on. */
export class Strays {
  readonly #attempts: Attempts;
  readonly #observer: Observer;
  readonly #log: Logger;
  readonly #offences = new WeakMap<Load, Offences>();

  constructor(attempts: Attempts, observer: Observer, log: Logger) {
    this.#attempts = attempts;
    this.#observer = observer;
    this.#log = log;
  }

  /** An answer of `load` to nothing that it has now. Returns true if it has room again. */
  judge(load: Load, response: ForwardResponse, now: number): boolean {
    const { requestId } = response;
    // What is abandoned is remembered there, however many requests there were since.
    const abandoned = load.abandoned.has(requestId);
    const tombstone = abandoned ? load.late : this.#attempts.tombstone(requestId);
    if (
      this.#attempts.find(requestId) !== undefined ||
      (tombstone !== undefined && tombstone.load !== load)
    ) {
      this.#foreign(load, response);
      return false;
    }
    if (tombstone === undefined) {
      this.#unknown(load, response, now);
      return false;
    }
    load.heard(now);
    const place = chunkOfResponse(response);
    if (place === undefined || place.index === 0) this.#count(tombstone.kind, load, response);
    if (!abandoned || place?.last === false) return false;
    return load.abandoned.delete(requestId);
  }

  /** An answer of `load` to a request that went to another connection. */
  #foreign(load: Load, response: ForwardResponse): void {
    const { peer } = load;
    const offences = this.#of(load);
    offences.foreign += 1;
    this.#count('foreign', load, response);
    const what = `answered request ${response.requestId}, which another connection was asked`;
    this.#observer.violation?.({ address: peer.address, keyId: peer.key.id }, what);
    this.#log.warn({ connection: peer.id, address: peer.address, key: peer.key.id }, what);
    if (offences.foreign >= foreignUntilClosed) {
      peer.fail(
        permissionDenied,
        'answers to requests of other connections: answer only what came down this stream',
      );
    }
  }

  /** An answer of `load` to a request that is not remembered, or never was. */
  #unknown(load: Load, response: ForwardResponse, now: number): void {
    const offences = this.#of(load);
    if (now - offences.since >= minute) {
      offences.since = now;
      offences.unknown = 0;
    }
    offences.unknown += 1;
    this.#count('unknown', load, response);
    if (offences.unknown > unknownAMinute) {
      load.peer.fail(
        invalidArgument,
        `more than ${unknownAMinute} answers a minute to requests that were never made`,
      );
    }
  }

  #of(load: Load): Offences {
    let offences = this.#offences.get(load);
    if (offences === undefined) {
      offences = { foreign: 0, unknown: 0, since: -Infinity };
      this.#offences.set(load, offences);
    }
    return offences;
  }

  #count(kind: StrayAnswer, load: Load, response: ForwardResponse): void {
    this.#observer.stray?.(kind, connectionFacts(load.peer), response.requestId);
  }
}
