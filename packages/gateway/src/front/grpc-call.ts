import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { TwirpError } from '@pipit/runtime';
import { protobufType } from '@pipit/runtime/door';
import type { Key } from '../keys/key-ring.ts';
import type { ForwardRequestInit, ForwardResponse } from '../protocol/registry.pb.ts';
import { grpcCodeOf, outcomeOf } from '../protocol/status.ts';
import type { Call, CallFailure, PeerAnswer } from '../server/requests/call.ts';
import type { Peer } from '../server/peer.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';
import type { CallerFacts } from './access.ts';
import { writePayload, writeWhole } from './body-writer.ts';
import { forwardRequest } from './forward-request.ts';
import type { Front } from './front-options.ts';
import { messageHead, setGrpcStatus, writeGrpcHead, writeGrpcStatus } from './grpc-answer.ts';
import { requestHeaders } from './request-headers.ts';
import { responseHeaders } from './response-headers.ts';
import type { ServicePath } from './service-path.ts';
import { grpcTimeout } from './timeout.ts';
import { wholePayload } from './whole-answer.ts';

/** The largest answer that is put together here because its service does not say how large it will be, in bytes. */
const largestUnsaid = 64 * 1024 * 1024;

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
    facts: CallerFacts,
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
    headers['content-type'] = protobufType;
    const method = peer.transcoder?.method(this.service, this.method)?.name ?? this.method;
    const methodPath = `/${this.service}/${method}`;
    return forwardRequest(methodPath, headers, metadata, this.#message, this.caller, undefined);
  }

  answered(answer: PeerAnswer): void {
    const { head, rest } = answer;
    const response = this.#response;
    const { stallTimeout } = this.#front;
    const headers = this.#headersOf(head);
    const trailers = trailersOf(head);
    const outcome = outcomeOf(head);
    if (outcome.code !== 0) {
      writeGrpcStatus(response, outcome, headers, trailers);
      return;
    }
    setGrpcStatus(response, outcome, trailers);
    const fail = (error: TwirpError): void => writeGrpcStatus(response, statusOf(error), headers);
    if (rest?.totalSize !== undefined) {
      writeGrpcHead(response, headers);
      response.write(messageHead(rest.totalSize));
      // A message that breaks off is no message to the caller; the trailers say why.
      writePayload(response, answer, stallTimeout, fail);
      return;
    }
    const send = (payload: Uint8Array): void => {
      writeGrpcHead(response, headers);
      writeWhole(response, Buffer.concat([messageHead(payload.length), payload]), stallTimeout);
    };
    wholePayload(answer, largestUnsaid, send, fail);
  }

  failed({ error, retryAfter }: CallFailure): void {
    const trailers = retryAfter === undefined ? {} : { 'grpc-retry-pushback-ms': String(retryAfter * 1_000) };
    writeGrpcStatus(this.#response, statusOf(error), { 'x-trace-id': this.traceId }, trailers);
  }

  #headersOf(head: ForwardResponse): OutgoingHttpHeaders {
    const headers = responseHeaders(head.headers, head.metadata);
    delete headers['content-type'];
    headers['x-trace-id'] ??= this.traceId;
    return headers;
  }
}

function statusOf(error: TwirpError): GrpcStatus {
  return { code: grpcCodeOf(error.code), message: error.msg };
}

function trailersOf({ trailers }: ForwardResponse): OutgoingHttpHeaders {
  const all = responseHeaders({}, trailers);
  // The one of gRPC's own names that is a service's to say.
  const details = trailers.find(({ key }) => key.toLowerCase() === 'grpc-status-details-bin');
  if (details !== undefined) {
    all['grpc-status-details-bin'] = Buffer.from(details.value).toString('base64');
  }
  return all;
}
