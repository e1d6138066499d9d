import type { TwirpError } from '@pipit/runtime';
import type { Key } from '../../keys/key-ring.ts';
import type { ForwardRequestInit, ForwardResponse } from '../../protocol/registry.pb.ts';
import type { Peer } from '../peer.ts';

/**
 * One request of a caller, whoever brings it in: the HTTP front, the gRPC front, or a service over its own stream.
 * Whoever forwards it knows nothing of formats; whoever brings it in knows nothing of connections.
 */
export interface Call {
  /** As registered. */
  readonly service: string;
  readonly method: string;
  /** The caller's address. */
  readonly caller: string;
  /** The key the caller showed, if any; its in-flight limit counts. */
  readonly key: Key | undefined;
  readonly traceId: string;
  /** How long the caller waits, in milliseconds; undefined for the default. */
  readonly timeout: number | undefined;
  /** May be asked twice, as far as the caller can tell: a GET. */
  readonly safe: boolean;
  /** Size of the body as it came, in bytes. */
  readonly size: number;
  /**
   * What is sent to `peer`, all but request_id, timeouts, attempt, chunking: those are the forwarder's. Asked once for
   * each attempt. @throws {TwirpError} where it cannot be said to that peer; then the call fails with that
   */
  requestFor(peer: Peer): ForwardRequestInit;
  /** Exactly one of the two is called, once. It may be called before `forward` returns. */
  answered(answer: PeerAnswer): void;
  failed(failure: CallFailure): void;
}

/** What the caller is told where no answer of a service is there to be told. */
export interface CallFailure {
  readonly error: TwirpError;
  /** Seconds; goes out as Retry-After. */
  readonly retryAfter?: number;
  /** The HTTP status where it is not the code's own: 413 for what is too large. */
  readonly status?: number;
}

/** What a service answered. */
export interface PeerAnswer {
  readonly peer: Peer;
  /** With the whole payload, or with the first chunk where there is a `rest`. */
  readonly head: ForwardResponse;
  readonly rest: AnswerRest | undefined;
}

/** The chunks after the first. Held back, where the peer can be, until what came is consumed. */
export interface AnswerRest {
  /** Of the whole payload, where the peer said so. */
  readonly totalSize: number | undefined;
  /** To be called in the turn in which `answered` is. */
  read(reader: RestReader): void;
  /** So many more bytes, the first chunk's too, are where they should go. */
  consumed(bytes: number): void;
}

export interface RestReader {
  /** The next bytes; perhaps none, with `last`. */
  chunk(bytes: Uint8Array, last: boolean): void;
  /** No more will come: the connection was lost, the chunks were wrong, time ran out. Called instead of the last. */
  broken(error: TwirpError): void;
}

/** What whoever brought a call in can do about it. */
export interface CallHandle {
  /** The caller is gone. Neither `answered` nor `failed` is called any more, nor is a reader. */
  cancel(): void;
}
