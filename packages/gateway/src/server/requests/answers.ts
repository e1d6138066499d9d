import { TwirpError } from '@pipit/runtime';
import { grpcCode } from '@pipit/runtime/door';
import {
  ChunkError,
  chunkOfResponse,
  isOpenEnded,
  isStreamOfMessages,
  type ChunkPlace,
} from '../../protocol/chunks.ts';
import { ownBytes } from '../../protocol/own-bytes.ts';
import { sizeOf, together, type Pieces } from '../../protocol/pieces.ts';
import type { ForwardResponse } from '../../protocol/registry.pb.ts';
import { grpcStatusOf, twirpCodeOf } from '../../protocol/status.ts';
import type { Limits } from '../limits.ts';
import type { Peer } from '../peer.ts';
import { AnswerStream } from './answer-stream.ts';
import { mostAttempts, type Attempts } from './attempts.ts';
import { callerProtocols } from './caller-protocols.ts';
import type { Completion } from './completion.ts';
import type { Deadlines } from './deadlines.ts';
import { endedHead } from './ended-head.ts';
import * as failures from './failures.ts';
import type { Interruptions } from './interruptions.ts';
import type { Pending } from './pending.ts';
import type { Router } from './router.ts';
import type { RequestFailure } from './sink.ts';

const nothing: Uint8Array = new Uint8Array();

export interface AnswersDeps {
  readonly limits: Limits;
  readonly attempts: Attempts;
  readonly completion: Completion;
  readonly deadlines: Deadlines;
  readonly interruptions: Interruptions;
  readonly router: Router;
}

/** The answers of connections to requests that they have: whole ones, chunks, and that the request was not wanted. */
export class Answers {
  readonly #limits: Limits;
  readonly #attempts: Attempts;
  readonly #completion: Completion;
  readonly #deadlines: Deadlines;
  readonly #interruptions: Interruptions;
  readonly #router: Router;

  constructor(deps: AnswersDeps) {
    this.#limits = deps.limits;
    this.#attempts = deps.attempts;
    this.#completion = deps.completion;
    this.#deadlines = deps.deadlines;
    this.#interruptions = deps.interruptions;
    this.#router = deps.router;
  }

  /** Takes a message of `peer` about a request that it has. @param pieces the rest of its payload */
  take(pending: Pending, peer: Peer, response: ForwardResponse, pieces: Pieces, now: number): void {
    const place = chunkOfResponse(response);
    if (pending.state === 'answering') {
      if (pending.rest instanceof AnswerStream && pending.rest.isOfMessages)
        this.#message(pending, pending.rest, response, pieces);
      else this.#nextChunk(pending, response, place, pieces);
    } else if (place !== undefined && !(response.notProcessed && !pending.accepted)) {
      this.#firstChunk(pending, peer, response, place, pieces);
    } else {
      response.payload = together(response.payload, pieces);
      if (response.notProcessed && !pending.accepted) this.#declined(pending, response, now);
      else if (peer.can.streams && isStreamOfMessages(response) && errorOf(response) === undefined) {
        this.#firstMessage(pending, peer, response);
      } else this.#answered(pending, response);
    }
  }

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

  #firstChunk(pending: Pending, peer: Peer, head: ForwardResponse, place: ChunkPlace, pieces: Pieces): void {
    const isOpen = peer.can.streams && isOpenEnded(head);
    const rest = new AnswerStream(peer, pending.requestId, this.#limits, isOpen ? 'open' : 'bounded');
    pending.state = 'answering';
    const failure = this.#noted(pending, rest, place, sizeOf(pieces, head.payload));
    if (failure !== undefined) {
      this.#interruptions.breakOff(pending, failure);
      return;
    }
    pending.rest = rest;
    pending.head = head;
    if (pieces.length === 0) head.payload = ownBytes(head.payload);
    if (isOpen) this.#deadlines.lift(pending);
    else this.#deadlines.putOff(pending);
    this.#completion.answering(pending, { head, rest });
    for (const piece of pieces) this.#completion.tell(() => rest.deliver(piece, false));
  }

  #firstMessage(pending: Pending, peer: Peer, response: ForwardResponse): void {
    const rest = new AnswerStream(peer, pending.requestId, this.#limits, 'messages');
    const head = { ...response, payload: nothing };
    pending.state = 'answering';
    pending.rest = rest;
    pending.head = head;
    // Its service may not look at what the caller has set. What a gateway says that passes a request on is no caller's.
    const { headers } = pending.request;
    if (callerProtocols.of(pending.request).timeoutOf(headers) === undefined) this.#deadlines.lift(pending);
    this.#completion.answering(pending, { head, rest });
    this.#message(pending, rest, response, []);
  }

  /** A message of a stream, or its end; an end may hold the last message, and an answer that is of no stream is an end. */
  #message(pending: Pending, rest: AnswerStream, response: ForwardResponse, pieces: Pieces): void {
    if (pending.state !== 'answering') return;
    const isEnd = !isStreamOfMessages(response) || response.streamingInfo?.isStreamEnd === true;
    const payload = ownBytes(together(response.payload, pieces));
    const error = errorOf(response);
    if (error !== undefined) {
      this.#attempts.leave(pending, 'duplicate');
      this.#completion.failed(pending, { error, head: response });
      return;
    }
    const isMessage = !isEnd || payload.length > 0;
    if (isMessage) rest.count(payload.length);
    if (!isEnd && rest.unconsumed > this.#limits.slowCallerBytes) {
      this.#interruptions.breakOff(pending, failures.slowCaller(this.#limits.slowCallerBytes));
      return;
    }
    if (isEnd) {
      this.#attempts.leave(pending, 'duplicate');
      this.#completion.ended(pending, response, rest.received);
    }
    if (isMessage) this.#completion.tell(() => rest.deliver(payload, false));
    if (isEnd) this.#completion.tell(() => rest.deliver(nothing, true, response));
  }

  #nextChunk(
    pending: Pending,
    response: ForwardResponse,
    place: ChunkPlace | undefined,
    pieces: Pieces,
  ): void {
    const { rest, head } = pending;
    if (!(rest instanceof AnswerStream) || head === undefined) return;
    const payload = pieces.length === 0 ? ownBytes(response.payload) : response.payload;
    if (place === undefined || response.errorMessage !== '') {
      const error = errorOf(response);
      if (error !== undefined) {
        this.#attempts.leave(pending, 'duplicate');
        this.#completion.failed(pending, { error });
        return;
      }
    }
    // A whole answer after the first chunk is a first chunk that comes twice.
    const failure = this.#noted(
      pending,
      rest,
      place ?? { index: 0, last: true, totalSize: undefined },
      sizeOf(pieces, payload),
    );
    const last = place?.last === true;
    if (failure !== undefined) {
      this.#interruptions.breakOff(pending, failure);
    } else if (!last && rest.unconsumed > this.#limits.slowCallerBytes) {
      this.#interruptions.breakOff(pending, failures.slowCaller(this.#limits.slowCallerBytes));
    } else {
      if (last) {
        this.#attempts.leave(pending, 'duplicate');
        // A stream says at its end that it has failed; its bytes say it to the caller.
        this.#completion.ended(pending, endedHead(head, response), rest.received);
      } else this.#deadlines.putOff(pending);
      const whole = [payload, ...pieces];
      whole.forEach((piece, index) => {
        const isEnd = last && index === whole.length - 1;
        this.#completion.tell(() => rest.deliver(piece, isEnd, isEnd ? response : undefined));
      });
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
}

/** The error that a response says, as its gRPC status has it; undefined where it went well. */
function errorOf(response: ForwardResponse): TwirpError | undefined {
  const { code, message } = grpcStatusOf(response);
  return code === grpcCode.ok ? undefined : new TwirpError(twirpCodeOf(code), message);
}
