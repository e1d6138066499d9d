import type { Http2ServerResponse, ServerHttp2Stream } from 'node:http2';
import { grpcHeaders, refuse, sendStatus } from '../stream/answer.ts';
import { frame } from '../stream/frames.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';
import { writeGrpcHead, writeGrpcStatus } from './grpc-answer.ts';
import type { HealthReply } from './health.ts';

/** At the callers' port, over node's compatible API. */
export class ResponseHealthReply implements HealthReply {
  readonly #response: Http2ServerResponse;

  constructor(response: Http2ServerResponse) {
    this.#response = response;
  }

  message(message: Uint8Array): void {
    if (!this.#response.headersSent) writeGrpcHead(this.#response);
    for (const piece of frame([message])) this.#response.write(piece);
  }

  end(status: GrpcStatus): void {
    writeGrpcStatus(this.#response, status);
  }

  onClose(listener: () => void): void {
    this.#response.once('close', listener);
  }
}

/** At the services' port, over node's streams. */
export class StreamHealthReply implements HealthReply {
  readonly #stream: ServerHttp2Stream;

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream;
  }

  message(message: Uint8Array): void {
    if (this.#stream.destroyed) return;
    if (!this.#stream.headersSent) this.#stream.respond(grpcHeaders, { waitForTrailers: true });
    for (const piece of frame([message])) this.#stream.write(piece);
  }

  end(status: GrpcStatus): void {
    if (!this.#stream.headersSent) {
      refuse(this.#stream, status);
      return;
    }
    this.#stream.once('wantTrailers', () => sendStatus(this.#stream, status));
    this.#stream.end();
  }

  onClose(listener: () => void): void {
    this.#stream.once('close', listener);
  }
}
