import { readFileSync } from 'node:fs';
import { createFileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, file_google_protobuf_any } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError, createClient, type CallOptions } from '@connectrpc/connect';
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from '@connectrpc/connect-node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { descriptor } from '../gen/connectrpc/conformance/v1/conformance.descriptor.ts';
import {
  ConformancePayload_RequestInfo as RequestInfo,
  ServerCompatRequest,
} from '../gen/connectrpc/conformance/v1/conformance.twirp.ts';
import { conformanceServer } from './connect-conformance-server.ts';

const file = fromBinary(FileDescriptorProtoSchema, Buffer.from(descriptor.base64, 'base64'));
const registry = createFileRegistry(file, (path) =>
  path === 'google/protobuf/any.proto' ? file_google_protobuf_any.proto : undefined,
);
type Method = (request: object, options?: CallOptions) => Promise<{ payload: { data: Uint8Array } }>;

const localhost = readFileSync(new URL('../../packages/runtime/test/fixture/localhost.pem', import.meta.url));

const transports = {
  'Connect over HTTP/1.1': [createConnectTransport, '1.1'],
  'Connect over HTTP/2': [createConnectTransport, '2'],
  'gRPC-Web over HTTP/1.1': [createGrpcWebTransport, '1.1'],
  'gRPC-Web over HTTP/2': [createGrpcWebTransport, '2'],
  gRPC: [createGrpcTransport, '2'],
} as const;

const cases = (['node', 'fastify'] as const).flatMap((door) =>
  (Object.keys(transports) as (keyof typeof transports)[]).flatMap((name) =>
    (['plain', 'TLS', 'client certificates'] as const).map((security) => ({ door, name, security })),
  ),
);

describe.each(cases)('$name at the $door door, $security', ({ door, name, security }) => {
  async function open(limit = 0): Promise<Record<'unary' | 'idempotentUnary' | 'unimplemented', Method>> {
    const { response, close } = await conformanceServer(
      ServerCompatRequest.create({
        useTls: security !== 'plain',
        messageReceiveLimit: limit,
        ...(security === 'client certificates' && { clientTlsCert: localhost }),
      }),
      door,
    );
    onTestFinished(close);
    const [transport, httpVersion] = transports[name];
    const client = security === 'client certificates' ? { cert: localhost, key: localhost } : {};
    const nodeOptions = {
      rejectUnauthorized: true,
      ca: Buffer.from(response.pemCert ?? []),
      checkServerIdentity: () => undefined,
      ...client,
    };
    const service = registry.getService('connectrpc.conformance.v1.ConformanceService');
    if (service === undefined) throw new Error('the descriptor has no ConformanceService');
    return createClient(
      service,
      transport({
        baseUrl: `${security === 'plain' ? 'http' : 'https'}://${response.host}:${response.port}`,
        httpVersion: httpVersion as '2',
        ...(security !== 'plain' && { nodeOptions }),
      }),
    ) as never;
  }

  test('answers what it is told, and tells what it was asked', async () => {
    const client = await open();
    let tail: Headers | undefined;
    const { payload } = await client.unary(
      {
        responseDefinition: {
          responseHeaders: [{ name: 'x-a', value: ['1', '2'] }],
          responseTrailers: [{ name: 'x-b', value: ['3'] }],
          response: { case: 'responseData', value: Buffer.from('data') },
        },
      },
      { headers: { 'x-asked': 'so' }, onTrailer: (trailers) => (tail = trailers) },
    );
    expect(Buffer.from(payload.data).toString()).toBe('data');
    expect(payload).toMatchObject({ requestInfo: { requests: [{ typeUrl: expect.any(String) as string }] } });
    expect(tail?.get('x-b')).toBe('3');
  });

  test('fails as it is told, with the request in the details', async () => {
    const client = await open();
    const definition = { response: { case: 'error', value: { code: 11, message: 'zu groß' } } };
    const error = await client.unary({ responseDefinition: definition }).then(
      () => undefined,
      (thrown: unknown) => ConnectError.from(thrown),
    );
    expect(error).toMatchObject({ code: Code.OutOfRange, rawMessage: 'zu groß' });
    const [detail] = (error?.details ?? []) as { type: string; value: Uint8Array }[];
    expect(detail?.type).toBe(RequestInfo.typeName);
    await expect(client.unimplemented({})).rejects.toMatchObject({ code: Code.Unimplemented });
  });

  test('takes no more than its limit', async () => {
    const client = await open(1_000);
    await expect(client.unary({ requestData: Buffer.alloc(900) })).resolves.toBeDefined();
    await expect(client.unary({ requestData: Buffer.alloc(1_100) })).rejects.toMatchObject({
      code: Code.ResourceExhausted,
    });
  });
});
