import {
  constants,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2';
import { grpcCode } from '../protocol/grpc-code.ts';
import { codeOfHttpStatus, isGrpc, statusOfHeaders } from './grpc-status.ts';
import { Http2MessageStream, type Http2MessageStreamOptions } from './http2-message-stream.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';

/** The calling side: it is told the status. */
export class ClientMessageStream extends Http2MessageStream {
  readonly #stream: ClientHttp2Stream;
  #status: GrpcStatus | undefined;
  #hasEnded = false;

  constructor(stream: ClientHttp2Stream, options: Http2MessageStreamOptions) {
    super(stream, options);
    this.#stream = stream;
    stream.on('response', (headers) => this.#onResponse(headers));
    stream.on('trailers', (headers) => (this.#status ??= statusOfHeaders(headers)));
  }

  protected override abort(): void {
    this.#stream.close(constants.NGHTTP2_CANCEL);
  }

  /** The peer has ended the call, not only its half; its trailers may be told after that. */
  protected override onPeerEnded(): void {
    this.#hasEnded = true;
    this.#stream.close(constants.NGHTTP2_NO_ERROR);
  }

  protected override onReset(): void {
    // Servers may reset what is left of the call once they have said how it ended.
    if (this.#status === undefined && !this.#hasEnded) super.onReset();
  }

  protected override closeStatus(): GrpcStatus {
    if (this.#status !== undefined) return this.#status;
    if (!this.#hasEnded) return super.closeStatus();
    return { code: grpcCode.unknown, message: 'the peer ended the stream without a status' };
  }

  #onResponse(headers: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    this.#status = statusOfHeaders(headers);
    if (this.#status !== undefined) return;
    const status = headers[':status'] ?? 0;
    const type = headers['content-type'] ?? 'no content type';
    if (status === 200 && isGrpc(type)) return;
    this.#status = {
      code: status === 200 ? grpcCode.unknown : codeOfHttpStatus(status),
      message: `no gRPC answer, but HTTP ${status} with ${type}: is this the address for services?`,
    };
    this.destroy(this.#status);
  }
}
