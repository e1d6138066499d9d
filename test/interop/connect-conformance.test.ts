import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, fromBinary, type DescService } from '@bufbuild/protobuf';
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
  ServerCompatResponse,
} from '../gen/connectrpc/conformance/v1/conformance.twirp.ts';
import { conformanceServer } from './connect-conformance-server.ts';
import { doorNames } from './listen.ts';

const file = fromBinary(FileDescriptorProtoSchema, Buffer.from(descriptor.base64, 'base64'));
const registry = createFileRegistry(file, (path) =>
  path === 'google/protobuf/any.proto' ? file_google_protobuf_any.proto : undefined,
);
type Payload = { payload: { data: Uint8Array } };
type Method = (request: object, options?: CallOptions) => Promise<Payload>;
type Client = Record<'unary' | 'idempotentUnary' | 'unimplemented', Method> & {
  serverStream(request: object, options?: CallOptions): AsyncIterable<Payload>;
  clientStream(requests: AsyncIterable<object>): Promise<Payload>;
};

function conformanceService(): DescService {
  const service = registry.getService('connectrpc.conformance.v1.ConformanceService');
  if (service === undefined) throw new Error('the descriptor has no ConformanceService');
  return service;
}

const localhost = readFileSync(new URL('../../packages/runtime/test/fixture/localhost.pem', import.meta.url));

const transports = {
  'Connect over HTTP/1.1': [createConnectTransport, '1.1'],
  'Connect over HTTP/2': [createConnectTransport, '2'],
  'gRPC-Web over HTTP/1.1': [createGrpcWebTransport, '1.1'],
  'gRPC-Web over HTTP/2': [createGrpcWebTransport, '2'],
  gRPC: [createGrpcTransport, '2'],
} as const;

/** The fast lane takes none of these protocols. */
const doors = doorNames.filter((door) => !door.endsWith('fast-lane'));
const cases = doors.flatMap((door) =>
  (Object.keys(transports) as (keyof typeof transports)[]).flatMap((name) =>
    (['plain', 'client certificates'] as const).map((security) => ({ door, name, security })),
  ),
);

describe.each(cases)('$name at the $door door, $security', ({ door, name, security }) => {
  async function open(limit = 0): Promise<Client> {
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
    return createClient(
      conformanceService(),
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

  test('streams what it is told, headers in front and trailers behind', async () => {
    const client = await open();
    let head: Headers | undefined;
    let tail: Headers | undefined;
    const got: string[] = [];
    const definition = {
      responseHeaders: [{ name: 'x-a', value: ['1', '2'] }],
      responseTrailers: [{ name: 'x-b', value: ['3'] }],
      responseData: [Buffer.from('one'), Buffer.from('two')],
      responseDelayMs: 1,
    };
    const stream = client.serverStream(
      { responseDefinition: definition },
      { onHeader: (headers) => (head = headers), onTrailer: (trailers) => (tail = trailers) },
    );
    for await (const { payload } of stream) got.push(Buffer.from(payload.data).toString());
    expect([got, head?.get('x-a'), tail?.get('x-b')]).toEqual([['one', 'two'], '1, 2', '3']);
  });

  test.each([[], [Buffer.from('one')]])('a stream fails as it is told: %#', async (...responseData) => {
    const client = await open();
    const error = { code: 11, message: 'zu groß' };
    let seen = 0;
    const all = async (): Promise<void> => {
      const stream = client.serverStream({ responseDefinition: { responseData, error } });
      for await (const _ of stream) seen++;
    };
    const thrown = await all().catch((reason: unknown) => ConnectError.from(reason));
    expect(thrown).toMatchObject({ code: Code.OutOfRange, rawMessage: 'zu groß' });
    expect(seen).toBe(responseData.length);
    // The request is told where no message could.
    expect((thrown as ConnectError).details).toHaveLength(responseData.length === 0 ? 1 : 0);
  });

  test('takes no stream, and says so', async () => {
    const client = await open();
    async function* nothing(): AsyncIterable<object> {}
    await expect(client.clientStream(nothing())).rejects.toMatchObject({ code: Code.Unimplemented });
  });
});

describe('the executable', () => {
  const program = fileURLToPath(new URL('../dist/interop/connect-conformance.js', import.meta.url));

  test.each(doors)('serves at the %s door what stdin says, until stdin ends', async (door) => {
    const child = spawn(process.execPath, [program, '--door', door], { stdio: ['pipe', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill());
    const exited = once(child, 'exit');
    const request = ServerCompatRequest.encode({ protocol: 1, httpVersion: 1, useTls: true });
    const length = Buffer.alloc(4);
    length.writeUInt32BE(request.length);
    child.stdin.write(Buffer.concat([length, request]));
    const { host, port, pemCert } = ServerCompatResponse.decode(await prefixed(child.stdout));
    const transport = createConnectTransport({
      baseUrl: `https://${host}:${port}`,
      httpVersion: '1.1',
      nodeOptions: { ca: Buffer.from(pemCert) },
    });
    const client = createClient(conformanceService(), transport) as unknown as Client;
    const { payload } = await client.unary({
      responseDefinition: { response: { case: 'responseData', value: Buffer.from('data') } },
    });
    expect(Buffer.from(payload.data).toString()).toBe('data');
    child.stdin.end();
    expect(await exited).toEqual([0, null]);
  });
});

/** A message with its length in front. */
async function prefixed(stream: Readable): Promise<Buffer> {
  let all = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    all = Buffer.concat([all, chunk]);
    if (all.length >= 4 && all.length >= 4 + all.readUInt32BE()) return all.subarray(4);
  }
  throw new Error('stdout ended without a message');
}
