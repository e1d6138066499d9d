import { unimplemented } from '@pipit/runtime';
import { isOpenEnded } from '../../protocol/chunks.ts';
import type { ForwardRequest, ForwardResponseInit } from '../../protocol/registry.pb.ts';
import type { Peer } from '../peer.ts';
import type { PeerAnswer, RequestFailure, RequestHandle, Sink } from '../requests/sink.ts';
import type { Unread } from '../requests/unread.ts';
import { wholePayload } from '../requests/whole-payload.ts';
import { failureAnswer, httpAnswer, isHttp, messageAnswer } from './service-dialect.ts';
import { ServiceStream } from './service-stream.ts';

/** The place where the outcome of a service's own call goes: back to the service, in its dialect. */
export class ServiceSink implements Sink {
  readonly #peer: Peer;
  readonly #request: ForwardRequest;
  readonly #answer: (answer: ForwardResponseInit, sink: ServiceSink) => void;
  readonly #unread: Unread;
  readonly #streamed: (sink: ServiceSink) => void;
  #stream: ServiceStream | undefined;
  #handle: RequestHandle | undefined;
  #over = false;

  /**
   * @param answer called once, unless the call is cancelled before
   * @param streamed called in place of it, behind the last chunk of an answer that was passed on as it came
   */
  constructor(
    peer: Peer,
    request: ForwardRequest,
    unread: Unread,
    answer: (answer: ForwardResponseInit, sink: ServiceSink) => void,
    streamed: (sink: ServiceSink) => void,
  ) {
    this.#peer = peer;
    this.#request = request;
    this.#unread = unread;
    this.#answer = answer;
    this.#streamed = streamed;
  }

  /** To be called with what `forward` has returned. */
  begun(handle: RequestHandle): void {
    this.#handle = handle;
    // An answer that this service cannot take is not to go on.
    if (this.#over) handle.cancel();
  }

  cancel(): void {
    this.#over = true;
    this.#stream?.stop();
    this.#handle?.cancel();
  }

  /** Chunks are put together here: they leave in chunks of the caller's own, as fast as it takes them. Those without a known end are passed on. */
  answered(answer: PeerAnswer): void {
    const { head } = answer;
    if (isOpenEnded(head)) {
      this.#passOn(answer);
      return;
    }
    wholePayload(
      answer,
      Infinity,
      this.#unread,
      (payload) => this.#pass(head, payload),
      (error) => this.failed({ error }),
    );
  }

  #passOn({ head, rest }: PeerAnswer): void {
    const request = this.#request;
    const peer = this.#peer;
    if (rest === undefined || !peer.can.streams || !isHttp(request)) {
      this.failed({ error: unimplemented('this service cannot take a stream as the answer to a call') });
      this.#handle?.cancel();
      return;
    }
    const own = httpAnswer(request, peer, head, new Uint8Array());
    this.#stream = new ServiceStream(peer.outbox, own, head.payload, rest, () => {
      if (!this.#over) this.#streamed(this);
      this.#over = true;
    });
  }

  failed(failure: RequestFailure): void {
    this.#tell(failureAnswer(this.#request, this.#peer, failure));
  }

  #pass(head: PeerAnswer['head'], payload: Uint8Array): void {
    const answer = isHttp(this.#request) ? httpAnswer : messageAnswer;
    this.#tell(answer(this.#request, this.#peer, head, payload));
  }

  #tell(answer: ForwardResponseInit): void {
    if (this.#over) return;
    this.#over = true;
    this.#answer(answer, this);
  }
}
