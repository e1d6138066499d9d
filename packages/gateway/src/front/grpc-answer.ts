import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
import { frameHeadBytes } from '../protocol/sizes.ts';
import { statusHeaders } from '../stream/grpc-status.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';

/** Writes the head of an answer. */
export function writeGrpcHead(response: Http2ServerResponse, headers: OutgoingHttpHeaders = {}): void {
  if (response.stream.destroyed) return;
  response.writeHead(200, {
    ...headers,
    'content-type': 'application/grpc',
    'grpc-accept-encoding': 'identity',
  });
}

/**
 * Sets the status of a call, to be said after what follows. Always in real trailers, even where there is no message: with
 * its compatible API node does not end a stream by its headers, and clients take what comes without an end for no
 * status.
 */
function setGrpcStatus(
  response: Http2ServerResponse,
  status: GrpcStatus,
  trailers: OutgoingHttpHeaders = {},
): void {
  response.addTrailers({ ...trailers, ...statusHeaders(status) });
}

/** An answer without a message. */
export function writeGrpcStatus(
  response: Http2ServerResponse,
  status: GrpcStatus,
  headers: OutgoingHttpHeaders = {},
  trailers: OutgoingHttpHeaders = {},
): void {
  if (response.stream.destroyed) return;
  setGrpcStatus(response, status, trailers);
  if (!response.headersSent) writeGrpcHead(response, headers);
  response.end();
}

/** The head of a message of `size` bytes. */
export function messageHead(size: number): Uint8Array {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt32BE(size, 1);
  return head;
}
