import type { OutgoingHttpHeaders } from 'node:http';
import type { Http2ServerResponse } from 'node:http2';
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
 * Ends an answer with the status of its call. Always in real trailers, even where there is no message: with its compatible
 * API node does not end a stream by its headers, and clients take what comes without an end for no status.
 */
export function writeGrpcStatus(
  response: Http2ServerResponse,
  status: GrpcStatus,
  headers: OutgoingHttpHeaders = {},
): void {
  if (response.stream.destroyed) return;
  response.addTrailers(statusHeaders(status));
  if (!response.headersSent) writeGrpcHead(response, headers);
  response.end();
}
