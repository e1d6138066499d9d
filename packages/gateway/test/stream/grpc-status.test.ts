import { constants } from 'node:http2';
import { describe, expect, test } from 'vitest';
import { codeOfHttpStatus, codeOfReset, nameOfReset, resetOfCode } from '../../src/stream/grpc-status.ts';

test.each([
  [200, 2],
  [302, 2],
  [400, 13],
  [401, 16],
  [402, 2],
  [403, 7],
  [404, 12],
  [408, 2],
  [415, 2],
  [429, 14],
  [500, 2],
  [501, 2],
  [502, 14],
  [503, 14],
  [504, 14],
  [505, 2],
])('an answer of HTTP status %i without a gRPC status is gRPC code %i', (status, code) => {
  expect(codeOfHttpStatus(status)).toBe(code);
});

describe('a stream that was reset', () => {
  // RFC 9113, 7, and the code that gRPC's HTTP/2 mapping has for each.
  test.each([
    [0, 'NO_ERROR', 13],
    [1, 'PROTOCOL_ERROR', 13],
    [2, 'INTERNAL_ERROR', 13],
    [3, 'FLOW_CONTROL_ERROR', 13],
    [4, 'SETTINGS_TIMEOUT', 13],
    [5, 'STREAM_CLOSED', 13],
    [6, 'FRAME_SIZE_ERROR', 13],
    [7, 'REFUSED_STREAM', 14],
    [8, 'CANCEL', 1],
    [9, 'COMPRESSION_ERROR', 13],
    [10, 'CONNECT_ERROR', 13],
    [11, 'ENHANCE_YOUR_CALM', 8],
    [12, 'INADEQUATE_SECURITY', 7],
    [13, 'HTTP_1_1_REQUIRED', 13],
    [99, 'an unknown code', 13],
  ])('with %i is called %s, and is gRPC code %i', (reset, name, code) => {
    expect(nameOfReset(reset)).toBe(`${name} (${reset})`);
    expect(codeOfReset(reset)).toBe(code);
  });

  test.each([
    [1, constants.NGHTTP2_CANCEL],
    [4, constants.NGHTTP2_CANCEL],
    [8, constants.NGHTTP2_ENHANCE_YOUR_CALM],
    [13, constants.NGHTTP2_INTERNAL_ERROR],
    [14, constants.NGHTTP2_REFUSED_STREAM],
  ])('because of gRPC code %i is reset with %i', (code, reset) => {
    expect(resetOfCode(code)).toBe(reset);
  });
});
