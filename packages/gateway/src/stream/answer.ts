import { constants, type ServerHttp2Stream } from 'node:http2';
import { grpcCode } from '../protocol/grpc-code.ts';
import { frame } from './frames.ts';
import { statusHeaders } from './grpc-status.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';

/** Of every answer of gRPC. */
export const grpcHeaders: Readonly<Record<string, string | number>> = {
  ':status': 200,
  'content-type': 'application/grpc',
  'grpc-accept-encoding': 'identity',
};

/** Ends an answer with its status, when it wants its trailers. */
export function sendStatus(stream: ServerHttp2Stream, status: GrpcStatus): void {
  if (stream.destroyed) return;
  stream.sendTrailers(statusHeaders(status));
  // The call is over, whether or not the caller has ended its half (RFC 9113, 8.1); at once, the reset would
  // overtake the trailers.
  setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}

/** Ends a call with a status only. */
export function refuse(stream: ServerHttp2Stream, status: GrpcStatus): void {
  if (stream.destroyed) return;
  stream.respond({ ...grpcHeaders, ...statusHeaders(status) }, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** Ends what is not a call of gRPC with an HTTP status. */
export function refuseHttp(stream: ServerHttp2Stream, status: number): void {
  if (stream.destroyed) return;
  stream.respond({ ':status': status }, { endStream: true });
  stream.close(constants.NGHTTP2_NO_ERROR);
}

/** Ends a call that went well with its one message. */
export function answer(stream: ServerHttp2Stream, message: Uint8Array): void {
  if (stream.destroyed) return;
  stream.on('wantTrailers', () => {
    sendStatus(stream, { code: grpcCode.ok, message: '' });
  });
  stream.respond(grpcHeaders, { waitForTrailers: true });
  for (const piece of frame([message])) stream.write(piece);
  stream.end();
  // What the caller asked does not matter.
  stream.resume();
}
