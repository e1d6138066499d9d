import type { ServerHttp2Stream } from 'node:http2';
import { grpcCode } from '../protocol/grpc-code.ts';
import { grpcHeaders, sendStatus } from './answer.ts';
import { resetOfCode } from './grpc-status.ts';
import { Http2MessageStream, type Http2MessageStreamOptions } from './http2-message-stream.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';

/** The answering side: it has the last word, in trailers. */
export class ServerMessageStream extends Http2MessageStream {
  readonly #stream: ServerHttp2Stream;
  #status: GrpcStatus = { code: grpcCode.ok, message: '' };
  #isSaid = false;

  constructor(stream: ServerHttp2Stream, options: Http2MessageStreamOptions) {
    super(stream, options);
    this.#stream = stream;
    stream.on('wantTrailers', () => this.#sayStatus());
    // At once: clients wait for headers before they take a stream for open.
    stream.respond(grpcHeaders, { waitForTrailers: true });
  }

  protected override onEnd(status: GrpcStatus | undefined): void {
    if (status !== undefined) this.#status = status;
  }

  protected override abort(status: GrpcStatus, isIdle: boolean): void {
    this.#status = status;
    if (isIdle && !this.#stream.writableEnded) this.#stream.end();
    else if (!this.#isSaid) this.#stream.close(resetOfCode(status.code));
  }

  protected override onPeerEnded(): void {
    this.events.ended();
  }

  protected override closeStatus(): GrpcStatus {
    return this.#isSaid ? this.#status : super.closeStatus();
  }

  #sayStatus(): void {
    if (this.#stream.destroyed) return;
    this.#isSaid = true;
    sendStatus(this.#stream, this.#status);
  }
}
