import type { TwirpError } from '@pipit/runtime';
import type { Key } from '../../keys/key-ring.ts';
import type { ForwardRequestInit } from '../../protocol/registry.pb.ts';
import type { AnswerRest, Call, CallFailure, PeerAnswer, RestReader } from './call.ts';
import type { Peer } from '../peer.ts';

/** What the forwarder hears of a call that another gateway has. */
export interface PassedEvents {
  answered(answer: PeerAnswer, rest: PassedRest | undefined): void;
  failed(failure: CallFailure): void;
  /** A chunk came, so many bytes are here now; with the last one the call is over. */
  progressed(received: number, last: boolean): void;
}

/** A call on its way to another gateway, so that this one knows when it is over. */
export class PassedCall implements Call {
  readonly service: string;
  readonly method: string;
  readonly caller: string;
  readonly key: Key | undefined;
  readonly traceId: string;
  /** What is left of the caller's time. */
  readonly timeout: number;
  readonly safe: boolean;
  readonly size: number;
  readonly #call: Call;
  readonly #events: PassedEvents;

  constructor(call: Call, timeout: number, events: PassedEvents) {
    this.service = call.service;
    this.method = call.method;
    this.caller = call.caller;
    this.key = call.key;
    this.traceId = call.traceId;
    this.timeout = timeout;
    this.safe = call.safe;
    this.size = call.size;
    this.#call = call;
    this.#events = events;
  }

  requestFor(peer: Peer): ForwardRequestInit {
    return this.#call.requestFor(peer);
  }

  answered(answer: PeerAnswer): void {
    this.#events.answered(
      answer,
      answer.rest && new PassedRest(answer.rest, answer.head.payload.length, this.#events),
    );
  }

  failed(failure: CallFailure): void {
    this.#events.failed(failure);
  }
}

/** The chunks of an answer that comes from another gateway. */
class PassedRest implements AnswerRest {
  readonly totalSize: number | undefined;
  readonly #rest: AnswerRest;
  readonly #events: PassedEvents;
  #received: number;
  #reader: RestReader | undefined;

  constructor(rest: AnswerRest, received: number, events: PassedEvents) {
    this.totalSize = rest.totalSize;
    this.#rest = rest;
    this.#received = received;
    this.#events = events;
  }

  read(reader: RestReader): void {
    this.#reader = reader;
    this.#rest.read({
      chunk: (bytes, last) => {
        this.#received += bytes.length;
        this.#events.progressed(this.#received, last);
        this.#reader?.chunk(bytes, last);
      },
      broken: (error) => this.#events.failed({ error }),
    });
  }

  consumed(bytes: number): void {
    this.#rest.consumed(bytes);
  }

  break(error: TwirpError): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.broken(error);
  }

  close(): void {
    this.#reader = undefined;
  }
}
