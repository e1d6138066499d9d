import { unavailable } from '@pipit/runtime';
import { doorOf, Protocols } from '@pipit/runtime/door';
import { expect, test } from 'vitest';
import { ForwardedCall } from '../../src/connector/forwarded-call.ts';
import { failureOf } from '../../src/connector/responses.ts';
import { ForwardRequest, PayloadFormat } from '../../src/protocol/registry.pb.ts';

test.each([
  ['application/json', 503, '{"code":"unavailable","msg":"full"}', {}],
  ['application/proto', 503, '{"code":"unavailable","message":"full"}', {}],
  ['application/grpc-web', 200, 'grpc-status: 14\r\ngrpc-message: full\r\n', { grpcStatus: 14 }],
  ['application/grpc', 200, '', { grpcStatus: 14 }],
])('a call by %s that the connector turns away is answered in its own shape', (type, status, text, more) => {
  const request = ForwardRequest.create({
    payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
    verb: 'POST',
    headers: { 'content-type': type },
  });
  const call = new ForwardedCall(request, undefined, doorOf({}));
  const failure = failureOf(call, new Protocols(), unavailable('full'), true);
  expect(failure).toMatchObject({ statusCode: status, notProcessed: true, ...more });
  expect(Buffer.from(failure.payload!).toString()).toContain(text);
  const trailers = failure.trailers?.map(({ key, value }) => `${key}: ${Buffer.from(value!).toString()}`);
  expect(trailers).toEqual(
    type === 'application/grpc' ? ['grpc-status: 14', 'grpc-message: full'] : undefined,
  );
});
