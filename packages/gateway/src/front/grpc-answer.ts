import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { frame } from '../stream/frames.ts';
import { statusHeaders } from '../stream/grpc-status.ts';
import type { GrpcStatus } from '../stream/message-stream.ts';

/** One message of gRPC, or none, and how the call ended. @param trailers beside the status */
export function writeGrpcAnswer(
  response: Http2ServerResponse,
  status: GrpcStatus,
  message: Uint8Array | undefined,
  headers: OutgoingHttpHeaders = {},
  trailers: OutgoingHttpHeaders = {},
): void {
  if (response.stream.destroyed) return;
  // Real trailers, even where there is no message: with its compatible API node does not end a stream by its headers,
  // and clients take what comes without an end for no status.
  response.addTrailers({ ...trailers, ...statusHeaders(status) });
  response.writeHead(200, {
    ...headers,
    'content-type': 'application/grpc',
    'grpc-accept-encoding': 'identity',
  });
  if (message === undefined) {
    response.end();
    return;
  }
  for (const piece of frame([message])) response.write(piece);
  response.end();
}
