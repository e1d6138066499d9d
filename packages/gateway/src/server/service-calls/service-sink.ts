import type { ForwardRequest, ForwardResponseInit } from '../../protocol/registry.pb.ts';
import type { Peer } from '../peer.ts';
import type { PeerAnswer, RequestFailure, RequestHandle, Sink } from '../requests/sink.ts';
import type { Unread } from '../requests/unread.ts';
import { wholePayload } from '../requests/whole-payload.ts';
import { failureAnswer, httpAnswer, isHttp, messageAnswer } from './service-dialect.ts';

/** The place where the outcome of a service's own call goes: back to the service, in its dialect. */
export class ServiceSink implements Sink {
  readonly #peer: Peer;
  readonly #request: ForwardRequest;
  readonly #answer: (answer: ForwardResponseInit, sink: ServiceSink) => void;
  readonly #unread: Unread;
  #handle: RequestHandle | undefined;
  #over = false;

  /** @param answer called once, unless the call is cancelled before */
  constructor(
    peer: Peer,
    request: ForwardRequest,
    unread: Unread,
    answer: (answer: ForwardResponseInit, sink: ServiceSink) => void,
  ) {
    this.#peer = peer;
    this.#request = request;
    this.#unread = unread;
    this.#answer = answer;
  }

  /** To be called with what `forward` has returned. */
  begun(handle: RequestHandle): void {
    if (!this.#over) this.#handle = handle;
  }

  cancel(): void {
    this.#over = true;
    this.#handle?.cancel();
  }

  /** Chunks are put together here: they leave in chunks of the caller's own, as fast as it takes them. */
  answered(answer: PeerAnswer): void {
    const { head } = answer;
    wholePayload(
      answer,
      Infinity,
      this.#unread,
      (payload) => this.#pass(head, payload),
      (error) => this.failed({ error }),
    );
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
