import { constants } from 'node:http2';
import { grpcCode } from '../protocol/grpc-code.ts';
import { budgets } from '../protocol/budgets.ts';
import type { GrpcStatus } from '../protocol/message-stream.ts';

/** A text for the grpc-message header: UTF-8, percent-encoded outside of printable ASCII (PROTOCOL-HTTP2.md). */
function encodeGrpcMessage(text: string): string {
  // encodeURIComponent throws on half a surrogate pair.
  return text.toWellFormed().replace(/[^ -$&-~]+/g, encodeURIComponent);
}

/** The text of a grpc-message header. What is not well encoded stays as it is. */
function decodeGrpcMessage(header: string): string {
  try {
    return decodeURIComponent(header);
  } catch {
    return header;
  }
}

/** The longest there may be, not cut within a character: a longer one would cost the caller its connection. */
function cutGrpcMessage(encoded: string): string {
  const { bytes } = budgets.errorText;
  if (encoded.length <= bytes) return encoded;
  let kept = encoded.slice(0, bytes).replace(/%[0-9A-F]?$/, '');
  // A character has four bytes at most, each of which has three characters here.
  while (decodeGrpcMessage(kept) === kept && kept.endsWith('%', kept.length - 2)) kept = kept.slice(0, -3);
  return kept;
}

/** The status as headers: of a trailer block, or of an answer that has no other. */
export function statusHeaders(status: GrpcStatus): Record<string, string> {
  const headers: Record<string, string> = { 'grpc-status': String(status.code) };
  if (status.message !== '') headers['grpc-message'] = cutGrpcMessage(encodeGrpcMessage(status.message));
  return headers;
}

/** The status that headers hold, where they hold one. */
export function statusOfHeaders(
  headers: Readonly<Record<string, string | string[] | number | undefined>>,
): GrpcStatus | undefined {
  const status = headers['grpc-status'];
  if (status === undefined) return undefined;
  const code = Number(status);
  const message = decodeGrpcMessage(String(headers['grpc-message'] ?? ''));
  if (Number.isInteger(code) && code >= 0) return { code, message };
  return { code: grpcCode.unknown, message: `grpc-status is not a number: ${String(status).slice(0, 100)}` };
}

const ofHttpStatus: Readonly<Record<number, number>> = {
  400: grpcCode.internal,
  401: grpcCode.unauthenticated,
  403: grpcCode.permissionDenied,
  404: grpcCode.unimplemented,
  429: grpcCode.unavailable,
  502: grpcCode.unavailable,
  503: grpcCode.unavailable,
  504: grpcCode.unavailable,
};

/** The code for an HTTP answer that has no gRPC status (grpc/doc/http-grpc-status-mapping.md). */
export function codeOfHttpStatus(status: number): number {
  return ofHttpStatus[status] ?? grpcCode.unknown;
}

const ofReset: Readonly<Record<number, number>> = {
  [constants.NGHTTP2_REFUSED_STREAM]: grpcCode.unavailable,
  [constants.NGHTTP2_CANCEL]: grpcCode.cancelled,
  [constants.NGHTTP2_ENHANCE_YOUR_CALM]: grpcCode.resourceExhausted,
  [constants.NGHTTP2_INADEQUATE_SECURITY]: grpcCode.permissionDenied,
};

/** The code for a stream that was reset (PROTOCOL-HTTP2.md, HTTP2 Transport Mapping). */
export function codeOfReset(reset: number): number {
  return ofReset[reset] ?? grpcCode.internal;
}

/** The code to reset a stream with whose status cannot be sent. */
export function resetOfCode(code: number): number {
  if (code === grpcCode.unavailable) return constants.NGHTTP2_REFUSED_STREAM;
  if (code === grpcCode.resourceExhausted) return constants.NGHTTP2_ENHANCE_YOUR_CALM;
  if (code === grpcCode.internal) return constants.NGHTTP2_INTERNAL_ERROR;
  return constants.NGHTTP2_CANCEL;
}

/** By number (RFC 9113, 7). */
const resets: readonly string[] = [
  'NO_ERROR',
  'PROTOCOL_ERROR',
  'INTERNAL_ERROR',
  'FLOW_CONTROL_ERROR',
  'SETTINGS_TIMEOUT',
  'STREAM_CLOSED',
  'FRAME_SIZE_ERROR',
  'REFUSED_STREAM',
  'CANCEL',
  'COMPRESSION_ERROR',
  'CONNECT_ERROR',
  'ENHANCE_YOUR_CALM',
  'INADEQUATE_SECURITY',
  'HTTP_1_1_REQUIRED',
];

/** For people: `CANCEL (8)`. */
export function nameOfReset(reset: number): string {
  return `${resets[reset] ?? 'an unknown code'} (${reset})`;
}

/** True for a content type of gRPC with protobuf. */
export function isGrpc(contentType: string): boolean {
  return /^application\/grpc(\+proto)?\s*(;|$)/i.test(contentType);
}
