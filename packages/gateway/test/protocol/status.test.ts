import { describe, expect, test } from 'vitest';
import { ForwardResponse, PayloadFormat, type ForwardResponseInit } from '../../src/protocol/registry.pb.ts';
import { grpcCodeOf } from '@pipit/runtime/door';
import { answerCodeOf, httpDialectOf, grpcStatusOf, twirpCodeOf } from '../../src/protocol/status.ts';

const codeOf = (init: ForwardResponseInit): number => grpcStatusOf(ForwardResponse.create(init)).code;

describe('status_code of services', () => {
  test.each([
    [0, '', 0],
    [0, 'it broke', 2],
    [1, '', 1],
    [5, 'no such user', 5],
    [12, '', 12],
    [16, '', 16],
    [17, '', 2],
    [99, '', 2],
    [-1, '', 2],
    [100, '', 2],
    [200, '', 0],
    [200, 'a note', 0],
    [204, '', 0],
    [302, '', 2],
    [400, '', 3],
    [401, '', 16],
    [403, '', 7],
    [404, '', 5],
    [408, '', 4],
    [409, '', 6],
    [412, '', 9],
    [418, '', 9],
    [429, '', 8],
    [499, '', 1],
    [500, '', 13],
    [501, '', 12],
    [502, '', 14],
    [503, '', 14],
    [504, '', 4],
    [507, '', 13],
    [600, '', 2],
    [999, '', 2],
  ])('%i with message %j is gRPC code %i', (statusCode, errorMessage, code) => {
    expect(codeOf({ statusCode, errorMessage })).toBe(code);
  });

  test('grpc_status wins, also with 0', () => {
    expect(codeOf({ statusCode: 500, errorMessage: 'x', grpcStatus: 0 })).toBe(0);
    expect(codeOf({ statusCode: 200, grpcStatus: 7 })).toBe(7);
    expect(codeOf({ grpcStatus: 17 })).toBe(2);
    expect(codeOf({ grpcStatus: -1 })).toBe(2);
  });

  test('the message is the service’s, or names the status', () => {
    const of = (init: ForwardResponseInit): string => grpcStatusOf(ForwardResponse.create(init)).message;
    expect(of({ statusCode: 404, errorMessage: 'no such user' })).toBe('no such user');
    expect(of({ statusCode: 999 })).toBe('the service answered status 999');
    expect(of({ statusCode: 200, errorMessage: 'a note' })).toBe('');
  });
});

describe('codes', () => {
  // With the HTTP status in which calling services of revision 0 are told.
  test.each([
    [1, 'canceled', 499],
    [2, 'unknown', 500],
    [3, 'invalid_argument', 400],
    [4, 'deadline_exceeded', 504],
    [5, 'not_found', 404],
    [6, 'already_exists', 409],
    [7, 'permission_denied', 403],
    [8, 'resource_exhausted', 429],
    [9, 'failed_precondition', 400],
    [10, 'aborted', 409],
    [11, 'out_of_range', 400],
    [12, 'unimplemented', 501],
    [13, 'internal', 500],
    [14, 'unavailable', 503],
    [15, 'data_loss', 500],
    [16, 'unauthenticated', 401],
  ] as const)('gRPC code %i is Twirp’s %s and back, and the status %i', (code, name, status) => {
    expect(twirpCodeOf(code)).toBe(name);
    expect(grpcCodeOf(name)).toBe(code);
    expect(httpDialectOf(code)).toBe(status);
  });

  test('the two that gRPC has not have the nearest', () => {
    expect(grpcCodeOf('malformed')).toBe(3);
    expect(grpcCodeOf('bad_route')).toBe(12);
    expect([twirpCodeOf(0), twirpCodeOf(17)]).toEqual(['unknown', 'unknown']);
  });

  test('calling services of revision 0 get 200 or an error status that means the same', () => {
    expect(httpDialectOf(0)).toBe(200);
    for (const code of [1, 3, 4, 5, 6, 7, 8, 12, 13, 14, 16]) {
      expect(codeOf({ statusCode: httpDialectOf(code) })).toBe(code);
    }
    expect(httpDialectOf(99)).toBe(500);
  });

  test('an answer in format HTTP is told by its status', () => {
    const http = { payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP };
    expect(answerCodeOf(ForwardResponse.create({ ...http, statusCode: 304 }))).toBe('ok');
    expect(answerCodeOf(ForwardResponse.create({ ...http, statusCode: 404 }))).toBe('not_found');
    expect(answerCodeOf(ForwardResponse.create({ statusCode: 304 }))).toBe('unknown');
  });
});
