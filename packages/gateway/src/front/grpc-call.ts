import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Key } from '../keys/key-ring.ts';
import type { ForwardRequestInit } from '../protocol/registry.pb.ts';
import { grpcCodeOf, outcomeOf } from '../protocol/status.ts';
import type { Call, CallFailure, PeerAnswer } from '../server/call.ts';
import type { Peer } from '../server/peer.ts';
import { forwardRequest } from './forward-request.ts';
import type { Front } from './front-options.ts';
import { writeGrpcAnswer } from './grpc-answer.ts';
import { requestHeaders } from './request-headers.ts';
import { responseHeaders } from './response-headers.ts';
import type { ServicePath } from './service-path.ts';
import { grpcTimeout } from './timeout.ts';
import { wholePayload } from './whole-answer.ts';

/** The largest message a gRPC caller is answered with, in bytes. */
const largestMessage = 64 * 1024 * 1024;

/** One unary call of gRPC, and its answer. */
export class GrpcCall implements Call {
  readonly service: string;
  readonly method: string;
  readonly caller: string;
  readonly key: Key | undefined;
  readonly traceId: string;
  readonly timeout: number | undefined;
  readonly safe: boolean = false;
  readonly size: number;
  readonly #front: Front;
  readonly #request: Http2ServerRequest;
  readonly #response: Http2ServerResponse;
  readonly #message: Uint8Array;

  constructor(
    front: Front,
    request: Http2ServerRequest,
    response: Http2ServerResponse,
    path: ServicePath,
    facts: { caller: string; key: Key | undefined; traceId: string },
    message: Uint8Array,
  ) {
    this.#front = front;
    this.#request = request;
    this.#response = response;
    this.#message = message;
    this.service = path.service;
    this.method = path.method;
    this.caller = facts.caller;
    this.key = facts.key;
    this.traceId = facts.traceId;
    this.timeout = grpcTimeout(request.headers['grpc-timeout']?.toString());
    this.size = message.length;
  }

  requestFor(peer: Peer): ForwardRequestInit {
    const { headers, metadata } = requestHeaders(this.#request, this.caller, this.traceId, this.#front);
    const method = peer.transcoder?.method(this.service, this.method)?.name ?? this.method;
    return forwardRequest(
      `/${this.service}/${method}`,
      headers,
      metadata,
      this.#message,
      this.caller,
      undefined,
    );
  }

  answered(answer: PeerAnswer): void {
    const { head } = answer;
    const headers = this.#headersOf(answer);
    const trailers = responseHeaders({}, head.trailers);
    // The one of gRPC's own names that is a service's to say.
    const details = head.trailers.find(({ key }) => key.toLowerCase() === 'grpc-status-details-bin');
    if (details !== undefined)
      trailers['grpc-status-details-bin'] = Buffer.from(details.value).toString('base64');
    const outcome = outcomeOf(head);
    if (outcome.code !== 0) {
      writeGrpcAnswer(this.#response, outcome, undefined, headers, trailers);
      return;
    }
    wholePayload(
      answer,
      largestMessage,
      (payload) => writeGrpcAnswer(this.#response, outcome, payload, headers, trailers),
      (error) => this.failed({ error }),
    );
  }

  failed({ error, retryAfter }: CallFailure): void {
    const trailers = retryAfter === undefined ? {} : { 'grpc-retry-pushback-ms': String(retryAfter * 1_000) };
    const status = { code: grpcCodeOf(error.code), message: error.msg };
    writeGrpcAnswer(this.#response, status, undefined, { 'x-trace-id': this.traceId }, trailers);
  }

  #headersOf({ head }: PeerAnswer): OutgoingHttpHeaders {
    const headers = responseHeaders(head.headers, head.metadata);
    delete headers['content-type'];
    headers['x-trace-id'] ??= this.traceId;
    return headers;
  }
}
