import type { OutgoingHttpHeaders } from 'node:http';
import { internal, TwirpError } from '@pipit/runtime';
import { grpcCode, breakOff, findTwirpError, isBodiless, type HttpProtocol } from '@pipit/runtime/door';
import type { NodeResponse } from '@pipit/runtime/node';
import { grpcStatusOf, twirpCodeOf } from '../protocol/status.ts';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { PeerAnswer, RequestFailure, Sink } from '../server/requests/sink.ts';
import { headersTooLarge } from '../server/requests/failures.ts';
import { ignorePayload } from '../server/requests/whole-payload.ts';
import { dropPayload, writePayload, type Delivery, type PayloadEnd } from './body-writer.ts';
import { keepVary } from './cors.ts';
import type { Front } from './front-options.ts';
import { writeFailure } from './http-failure.ts';
import { GrpcEnd } from './grpc-end.ts';
import { responseHeaders } from './response-headers.ts';
import { grpcTrailers } from './service-trailers.ts';
import type { UnreadAnswer } from './unread-answer.ts';

/** The HTTP response in which a request's outcome is written. */
export class HttpSink implements Sink {
  readonly #front: Front;
  readonly #request: IncomingRequest;
  readonly #protocol: HttpProtocol;
  readonly #response: NodeResponse;
  readonly #unread: UnreadAnswer;

  /** @param protocol the caller's */
  constructor(
    front: Front,
    request: IncomingRequest,
    protocol: HttpProtocol,
    response: NodeResponse,
    unread: UnreadAnswer,
  ) {
    this.#front = front;
    this.#request = request;
    this.#protocol = protocol;
    this.#response = response;
    this.#unread = unread;
  }

  answered(answer: PeerAnswer): void {
    try {
      this.#write(answer);
    } catch (thrown) {
      this.#unsendable(thrown);
    }
  }

  failed(failure: RequestFailure): void {
    const { traceId, service } = this.#request;
    const headers = this.#headersOf(failure);
    if (headers === undefined) writeFailure(this.#response, headersTooLarge(service), traceId, this.#request);
    else writeFailure(this.#response, failure, traceId, this.#request, headers);
  }

  #write(answer: PeerAnswer): void {
    const { head, rest } = answer;
    const response = this.#response;
    if (isGone(response)) {
      // What is compressed here is ready later than the caller may have left.
      ignorePayload(answer);
      return;
    }
    const status = head.statusCode;
    if (status < 200 || status > 599) {
      const { code, message } = grpcStatusOf(head);
      const text = `the service answered with the HTTP status ${status}`;
      this.failed({
        error: code === grpcCode.ok ? internal(text) : new TwirpError(twirpCodeOf(code), message),
      });
      return;
    }
    const headers = responseHeaders(head.headers, head.metadata);
    const isGrpc = this.#protocol.name === 'grpc';
    const trailers = isGrpc ? grpcTrailers(head.trailers) : {};
    if (headers === undefined || trailers === undefined) {
      ignorePayload(answer);
      this.failed(headersTooLarge(this.#request.service));
      return;
    }
    headers['x-trace-id'] ??= this.#request.traceId;
    keepVary(response, headers);
    if (isBodiless(status)) {
      response.writeHead(status, headers);
      dropPayload(response, answer);
      return;
    }
    const length = rest === undefined ? head.payload.length : rest.totalSize;
    if (isGrpc) response.addTrailers(trailers);
    else if (length !== undefined) headers['content-length'] = length;
    response.writeHead(status, headers);
    const end = isGrpc ? new GrpcEnd(this.#request, this.#protocol, response) : new BodyEnd(response);
    if (this.#request.verb === 'HEAD') dropPayload(response, answer);
    else writePayload(response, answer, this.#delivery, end);
  }

  get #delivery(): Delivery {
    return { stallTimeout: this.#front.stallTimeout, unread: this.#unread };
  }

  /** Those that a service set on its error, as far as they are not said of a payload; undefined for too many. */
  #headersOf({ head }: RequestFailure): OutgoingHttpHeaders | undefined {
    if (head === undefined) return {};
    const headers = responseHeaders(head.headers, head.metadata);
    if (headers === undefined) return undefined;
    keepVary(this.#response, headers);
    delete headers['content-type'];
    delete headers['content-encoding'];
    return headers;
  }

  /** Fails a request whose answer makes no HTTP answer. */
  #unsendable(thrown: unknown): void {
    const { traceId, service } = this.#request;
    const known = findTwirpError(thrown);
    if (known === undefined) {
      this.#front.log.error({ err: thrown, traceId, service }, 'the answer of a service could not be sent');
    }
    this.failed({ error: known ?? internal('the answer of the service can not be sent', { cause: thrown }) });
  }
}

/** The end of a body that says itself whether it is whole. */
class BodyEnd implements PayloadEnd {
  readonly #response: NodeResponse;

  constructor(response: NodeResponse) {
    this.#response = response;
  }

  whole(): void {}

  broken(): void {
    breakOff(this.#response);
  }
}

function isGone(response: NodeResponse): boolean {
  return 'stream' in response ? response.stream.destroyed : response.destroyed;
}
