import { protobufType, traceIdOf } from '@pipit/runtime/door';
import type { Key } from '../../keys/key-ring.ts';
import type {
  ForwardRequest,
  ForwardRequestInit,
  ForwardResponse,
  ForwardResponseInit,
} from '../../protocol/registry.pb.ts';
import { timeoutOf } from '../../protocol/request-timeout.ts';
import { splitMethodPath } from '../../protocol/service-name.ts';
import type { AnswerRest, Call, CallFailure, CallHandle, PeerAnswer } from '../requests/call.ts';
import type { Host } from '../host.ts';
import { HttpTranslation } from '../requests/http-translation.ts';
import type { Peer } from '../peer.ts';
import {
  failureAnswer,
  forwardable,
  forwardableEntries,
  httpAnswer,
  isHttp,
  messageAnswer,
} from './service-dialect.ts';

/** One call of a service over its own stream. */
export class ServiceCall implements Call {
  readonly service: string;
  readonly method: string;
  readonly caller: string;
  readonly key: Key;
  readonly traceId: string;
  readonly timeout: number | undefined;
  readonly safe: boolean;
  readonly size: number;
  readonly #peer: Peer;
  readonly #request: ForwardRequest;
  readonly #host: Host;
  readonly #answer: (answer: ForwardResponseInit) => void;
  /** Of a request in HTTP that went out as protobuf. */
  #translation: HttpTranslation | undefined;
  #handle: CallHandle | undefined;
  #over = false;

  /** @param answer called once, unless the call is cancelled before */
  constructor(
    peer: Peer,
    request: ForwardRequest,
    host: Host,
    answer: (answer: ForwardResponseInit) => void,
  ) {
    const path = splitMethodPath(request.methodPath);
    this.service = host.directory.resolve(path?.service ?? '') ?? path?.service ?? '';
    this.method = path?.method ?? '';
    this.caller = peer.address;
    this.key = peer.key;
    this.traceId = traceIdOf(request.headers);
    // Both sides' logs, and the answer where it is the gateway's own, hold the same id.
    request.headers['x-trace-id'] = this.traceId;
    this.timeout = timeoutOf(request);
    this.safe = isHttp(request) && (request.verb === 'GET' || request.verb === 'HEAD');
    this.size = request.payload.length;
    this.#peer = peer;
    this.#request = request;
    this.#host = host;
    this.#answer = answer;
  }

  start(): void {
    const handle = this.#host.forwarder.forward(this);
    if (!this.#over) this.#handle = handle;
  }

  cancel(): void {
    this.#over = true;
    this.#handle?.cancel();
  }

  requestFor(peer: Peer): ForwardRequestInit {
    this.#translation = undefined;
    const { payload, payloadFormat, verb, target, prefix } = this.#request;
    const headers = forwardable(this.#request.headers);
    const metadata = forwardableEntries(this.#request.metadata);
    const common = {
      methodPath: `/${this.service}/${this.method}`,
      headers,
      metadata,
      payload,
      caller: this.caller,
    };
    if (!isHttp(this.#request)) return common;
    if (peer.can.http) return { ...common, payloadFormat, verb, target, prefix };
    const { service, method } = this;
    const contentType = headers['content-type'];
    const request = { service, method, verb, target, prefix, contentType, body: payload };
    const translation = new HttpTranslation(request, peer);
    this.#translation = translation;
    headers['content-type'] = protobufType;
    return { ...common, methodPath: `/${service}/${translation.method}`, payload: translation.payload };
  }

  answered({ head, rest }: PeerAnswer): void {
    if (rest) this.#collect(head, rest);
    else this.#pass(head, head.payload);
  }

  failed(failure: CallFailure): void {
    this.#tell(failureAnswer(this.#request, this.#peer, failure));
  }

  /** Chunks are put together here: they leave in chunks of the caller's own, as fast as it takes them. */
  #collect(head: ForwardResponse, rest: AnswerRest): void {
    const chunks = [head.payload];
    rest.read({
      chunk: (bytes, last) => {
        chunks.push(bytes);
        rest.consumed(bytes.length);
        if (last) this.#pass(head, Buffer.concat(chunks));
      },
      broken: (error) => this.failed({ error }),
    });
    rest.consumed(head.payload.length);
  }

  #pass(head: ForwardResponse, payload: Uint8Array): void {
    const request = this.#request;
    this.#tell(
      isHttp(request)
        ? httpAnswer(request, this.#peer, head, payload, this.#translation)
        : messageAnswer(request, this.#peer, head, payload),
    );
  }

  #tell(answer: ForwardResponseInit): void {
    if (this.#over) return;
    this.#over = true;
    this.#answer(answer);
  }
}
