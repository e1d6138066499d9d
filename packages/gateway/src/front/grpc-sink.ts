import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { TwirpError } from '@pipit/runtime';
import { budgets } from '../protocol/budgets.ts';
import { grpcCode } from '../protocol/grpc-code.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';
import type { ForwardResponse } from '../protocol/registry.pb.ts';
import { grpcCodeOf, grpcStatusOf } from '../protocol/status.ts';
import { headersTooLarge } from '../server/requests/failures.ts';
import type { IncomingRequest } from '../server/requests/incoming-request.ts';
import type { PeerAnswer, RequestFailure, Sink } from '../server/requests/sink.ts';
import { ignorePayload, wholePayload } from '../server/requests/whole-payload.ts';
import { writePayload, writeWhole } from './body-writer.ts';
import type { Front } from './front-options.ts';
import { messageHead, setGrpcStatus, writeGrpcHead, writeGrpcStatus } from './grpc-answer.ts';
import { responseHeaders } from './response-headers.ts';
import type { UnreadAnswer } from './unread-answer.ts';

/** The largest answer that is put together here because its service does not say how large it will be, in bytes. */
const largestUnsaid = 64 * 1024 * 1024;

/** The gRPC response in which a unary call's outcome is written. */
export class GrpcSink implements Sink {
  readonly #front: Front;
  readonly #request: IncomingRequest;
  readonly #response: Http2ServerResponse;
  readonly #unread: UnreadAnswer;

  constructor(front: Front, request: IncomingRequest, response: Http2ServerResponse, unread: UnreadAnswer) {
    this.#front = front;
    this.#request = request;
    this.#response = response;
    this.#unread = unread;
  }

  answered(answer: PeerAnswer): void {
    const { head, rest } = answer;
    const response = this.#response;
    const { gateway, stallTimeout } = this.#front;
    const delivery = { stallTimeout, unread: this.#unread };
    const headers = this.#headersOf(head);
    const trailers = trailersOf(head);
    if (headers === undefined || trailers === undefined) {
      ignorePayload(answer);
      this.failed(headersTooLarge(this.#request.service));
      return;
    }
    const status = grpcStatusOf(head);
    if (status.code !== grpcCode.ok) {
      writeGrpcStatus(response, status, headers, trailers);
      return;
    }
    setGrpcStatus(response, status, trailers);
    const fail = (error: TwirpError): void => writeGrpcStatus(response, statusOf(error), headers);
    if (rest?.totalSize !== undefined) {
      writeGrpcHead(response, headers);
      response.write(messageHead(rest.totalSize));
      // A message that breaks off is not one to the caller; the trailers say why.
      writePayload(response, answer, delivery, fail);
      return;
    }
    const send = (payload: Uint8Array): void => {
      writeGrpcHead(response, headers);
      writeWhole(response, Buffer.concat([messageHead(payload.length), payload]), delivery);
    };
    wholePayload(answer, largestUnsaid, gateway.unread, send, fail);
  }

  failed({ error, retryAfter }: RequestFailure): void {
    const trailers = retryAfter === undefined ? {} : { 'grpc-retry-pushback-ms': String(retryAfter * 1_000) };
    writeGrpcStatus(this.#response, statusOf(error), { 'x-trace-id': this.#request.traceId }, trailers);
  }

  #headersOf(head: ForwardResponse): OutgoingHttpHeaders | undefined {
    const headers = responseHeaders(head.headers, head.metadata);
    if (headers === undefined) return undefined;
    delete headers['content-type'];
    // The frame is made here.
    delete headers['grpc-encoding'];
    headers['x-trace-id'] ??= this.#request.traceId;
    return headers;
  }
}

function statusOf(error: TwirpError): GrpcStatus {
  return { code: grpcCodeOf(error.code), message: error.msg };
}

/** Undefined for too many. */
function trailersOf({ trailers }: ForwardResponse): OutgoingHttpHeaders | undefined {
  const all = responseHeaders({}, trailers);
  if (all === undefined) return undefined;
  // The one of gRPC's own names that is a service's to say.
  const details = trailers.find(({ key }) => key.toLowerCase() === 'grpc-status-details-bin');
  if (details !== undefined) {
    // Base64 has four characters for three bytes.
    if (details.value.length > (budgets.answerHeaders.bytes * 3) / 4) return undefined;
    all['grpc-status-details-bin'] = Buffer.from(details.value).toString('base64');
  }
  return all;
}
