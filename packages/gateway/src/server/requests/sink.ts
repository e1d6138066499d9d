import type { TwirpError } from '@pipit/runtime';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import type { IncomingRequest } from './incoming-request.ts';

/**
 * The place where a request's outcome goes. Exactly one of the two is called, once, perhaps before `forward` returns,
 * and neither once the request is cancelled.
 */
export interface Sink {
  /** The service's answer, in the dialect of the request. */
  answered(answer: PeerAnswer): void;
  failed(failure: RequestFailure): void;
  /** In place of the others, where it is there: no other gateway has taken the request, so it may go elsewhere. */
  returned?(): void;
}

/** The outcome of a request that got no answer it could be given. */
export interface RequestFailure {
  readonly error: TwirpError;
  /** Seconds; goes out as Retry-After. */
  readonly retryAfter?: number;
  /** The HTTP status where it is not the code's own: 413 for what is too large. */
  readonly status?: number;
  /** Headers and trailers that the service set on an error which it answered in protobuf. */
  readonly head?: Pick<ForwardResponse, 'headers' | 'metadata' | 'trailers'>;
  /** The caller does not read: it is cut off at once, and not when it has taken what came. */
  readonly cut?: boolean;
}

/** A service's answer. */
export interface PeerAnswer {
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

/**
 * The end of an answer, as its last chunk says it beside its bytes. `grpcStatus` is what the call came to, where those
 * tell its caller of an error: they are to be delivered all the same.
 */
export type AnswerEnd = Readonly<Pick<ForwardResponse, 'trailers' | 'grpcStatus'>>;

/** The reader of an answer's chunks. */
export interface RestReader {
  /** The next bytes; perhaps none, with `last`. @param end that came with the last */
  chunk(bytes: Uint8Array, last: boolean, end?: AnswerEnd): void;
  /** No more will come: the connection was lost, the chunks were wrong, time ran out. Called instead of the last. */
  broken(failure: RequestFailure): void;
  /** Nobody waits for the answer any more. Called instead of both. */
  closed?(): void;
}

/** A request under way, in the hands of whoever brought it in. */
export interface RequestHandle {
  /** The caller is gone. Its sink is not called any more, nor is a reader. */
  cancel(): void;
}

/** Other gateways, for a request that no connection here can take. */
export interface Elsewhere {
  /** Passes a request on; undefined where no other gateway has a connection either. */
  forward(request: IncomingRequest, sink: Sink): RequestHandle | undefined;
}
