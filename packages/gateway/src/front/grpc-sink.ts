import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import type { TwirpError } from '@pipit/runtime';
import { grpcCode } from '../protocol/grpc-code.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';
import type { ForwardResponse } from '../protocol/registry.pb.ts';
import { grpcCodeOf, grpcStatusOf } from '../protocol/status.ts';
import type { PeerAnswer, RequestFailure, Sink } from '../server/requests/sink.ts';
import { wholePayload } from '../server/requests/whole-payload.ts';
import { writePayload, writeWhole } from './body-writer.ts';
import type { Front } from './front-options.ts';
import { messageHead, setGrpcStatus, writeGrpcHead, writeGrpcStatus } from './grpc-answer.ts';
import { responseHeaders } from './response-headers.ts';

/** The largest answer that is put together here because its service does not say how large it will be, in bytes. */
const largestUnsaid = 64 * 1024 * 1024;

/** The gRPC response in which a unary call's outcome is written. */
export class GrpcSink implements Sink {
  readonly #front: Front;
  readonly #traceId: string;
  readonly #response: Http2ServerResponse;

  constructor(front: Front, traceId: string, response: Http2ServerResponse) {
    this.#front = front;
    this.#traceId = traceId;
    this.#response = response;
  }

  answered(answer: PeerAnswer): void {
    const { head, rest } = answer;
    const response = this.#response;
    const { stallTimeout } = this.#front;
    const headers = this.#headersOf(head);
    const trailers = trailersOf(head);
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
      writePayload(response, answer, stallTimeout, fail);
      return;
    }
    const send = (payload: Uint8Array): void => {
      writeGrpcHead(response, headers);
      writeWhole(response, Buffer.concat([messageHead(payload.length), payload]), stallTimeout);
    };
    wholePayload(answer, largestUnsaid, send, fail);
  }

  failed({ error, retryAfter }: RequestFailure): void {
    const trailers = retryAfter === undefined ? {} : { 'grpc-retry-pushback-ms': String(retryAfter * 1_000) };
    writeGrpcStatus(this.#response, statusOf(error), { 'x-trace-id': this.#traceId }, trailers);
  }

  #headersOf(head: ForwardResponse): OutgoingHttpHeaders {
    const headers = responseHeaders(head.headers, head.metadata);
    delete headers['content-type'];
    headers['x-trace-id'] ??= this.#traceId;
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
