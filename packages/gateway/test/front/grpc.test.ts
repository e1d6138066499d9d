import { gzipSync } from 'node:zlib';
import { once } from 'node:events';
import { Metadata } from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PayloadFormat, type ForwardResponseInit } from '../../src/protocol/registry.pb.ts';
import { authority, certificate } from '../certificates.ts';
import { clientOf, unary } from './grpc-client.ts';
import { http2To, keys, legacy, modern, nextRequest, startFront, until } from './rig.ts';

const path = '/pkg.Service/Do';
const hi = Buffer.from([0x0a, 2, 0x68, 0x69]);
const grpc = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };

function framed(message: Uint8Array, flag = 0): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flag;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

describe('a unary call of gRPC', () => {
  test.for([
    ['a peer that knows the guide only', legacy],
    ['a peer of ours', modern],
  ] as const)('reaches %s as a protobuf message, and its answer the caller', async ([, register]) => {
    const { port, connect } = await startFront();
    const service = await connect(register, ({ payload }) => ({ statusCode: 200, payload }));
    const { message, headers, status } = await unary(clientOf(port), path, hi);
    expect([status.code, status.details, message]).toEqual([0, '', hi]);
    expect(headers?.get('x-trace-id')).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/)]);
    expect(service.requests).toMatchObject([
      {
        methodPath: path,
        payload: new Uint8Array(hi),
        payloadFormat: PayloadFormat.PAYLOAD_FORMAT_PROTOBUF,
        verb: '',
        target: '',
      },
    ]);
  });

  test('goes through TLS on the port that HTTP/1.1 is on', async () => {
    const { port, connect } = await startFront({}, { server: { tls: await certificate() } });
    await connect(legacy, ({ payload }) => ({ statusCode: 200, payload }));
    const { message } = await unary(clientOf(port, (await authority()).cert), path, hi);
    expect(message).toEqual(hi);
  });

  test('may have the prefix in its path', async () => {
    const { port, connect } = await startFront();
    const service = await connect(legacy, () => ({ statusCode: 200 }));
    const { status } = await unary(clientOf(port), `/api${path}`, hi);
    expect([status.code, service.requests[0]?.methodPath]).toEqual([0, path]);
  });

  test('carries an empty message both ways', async () => {
    const { port, connect } = await startFront();
    await connect(legacy, () => ({ statusCode: 0 }));
    const { message, status } = await unary(clientOf(port), path, new Uint8Array());
    expect([status.code, message]).toEqual([0, Buffer.alloc(0)]);
  });

  test('brings its metadata to the service, and nothing of gRPC or of the gateway', async () => {
    const { port, connect } = await startFront();
    const service = await connect(modern, () => ({ statusCode: 200 }));
    const metadata = new Metadata();
    metadata.set('x-mine', 'a');
    metadata.set('x-some-bin', Buffer.from([0, 255]));
    metadata.set('authorization', `Bearer ${keys.everything}`);
    await unary(clientOf(port), path, hi, { metadata, timeout: 60_000 });
    const { headers } = service.requests[0]!;
    expect(headers).toMatchObject({
      'x-mine': 'a',
      'x-some-bin': 'AP8=',
      'content-type': 'application/protobuf',
      'user-agent': expect.stringContaining('grpc-node-js') as string,
      'x-forwarded-for': '127.0.0.1',
    });
    expect(Object.keys(headers).filter((name) => /^(grpc-|te$|:|authorization)/.test(name))).toEqual([]);
  });

  test('brings the service’s headers and trailers to the caller, legal ones only', async () => {
    const { port, connect } = await startFront();
    // google.rpc.Status of a code, a text and an Any.
    const details = Buffer.from([
      8,
      9,
      0x12,
      22,
      ...Buffer.from('no, 100 %: caf\u00e9\n'),
      0x1a,
      6,
      0x0a,
      1,
      0x61,
      0x12,
      1,
      0x62,
    ]);
    details[3] = details.length - 12;
    await connect(modern, () => ({
      statusCode: 200,
      grpcStatus: 9,
      errorMessage: 'no, 100 %: caf\u00e9\n',
      headers: { 'x-one': '1', 'content-type': 'x/y', 'grpc-encoding': 'gzip', 'x-bad': 'a\r\nb' },
      metadata: [{ key: 'x-some-bin', value: Uint8Array.of(0, 255) }],
      trailers: [
        { key: 'x-late', value: Buffer.from('a') },
        { key: 'x-late', value: Buffer.from('b') },
        { key: 'grpc-status', value: Buffer.from('0') },
        { key: 'grpc-status-details-bin', value: details },
      ],
    }));
    const { headers, status } = await unary(clientOf(port), path, hi);
    expect(headers?.get('x-one')).toEqual(['1']);
    expect(headers?.get('x-some-bin')).toEqual([Buffer.from([0, 255])]);
    expect(headers?.get('x-bad')).toEqual([]);
    expect([status.code, status.details]).toEqual([9, 'no, 100 %: caf\u00e9\n']);
    expect(status.metadata.get('x-late').join(', ')).toBe('a, b');
    expect(status.metadata.get('grpc-status-details-bin')).toEqual([details]);
  });

  test.for([
    [{ statusCode: 0, errorMessage: 'broken' }, 2, 'broken'],
    [{ statusCode: 12, errorMessage: 'not yet' }, 12, 'not yet'],
    [{ statusCode: 404, errorMessage: 'none' }, 5, 'none'],
    [{ statusCode: 503 }, 14, 'the service answered status 503'],
    [{ statusCode: 999 }, 2, 'the service answered status 999'],
    [{ statusCode: -1 }, 2, 'the service answered status -1'],
  ] as const)('ends as the service says: %o', async ([answer, code, details]) => {
    const { port, connect } = await startFront();
    await connect(legacy, () => answer);
    const { message, status } = await unary(clientOf(port), path, hi);
    expect([status.code, status.details, message]).toEqual([code, details, undefined]);
  });

  test('of a service that never connected is unimplemented; of one that is gone, unavailable', async () => {
    const { port, connect } = await startFront({}, { gateway: { limits: { queueTimeout: 20 } } });
    const client = clientOf(port);
    expect((await unary(client, '/pkg.Nobody/Do', hi)).status).toMatchObject({ code: 12 });
    const service = await connect();
    const came = nextRequest(service);
    const call = unary(client, path, hi);
    await came;
    service.streams.lose();
    expect((await call).status).toMatchObject({
      code: 14,
      details: expect.stringContaining('outcome unknown'),
    });
    expect((await unary(client, '/nothing', hi)).status).toMatchObject({ code: 12 });
  });

  test('tells the service its deadline, and ends with it', async () => {
    const { port, connect } = await startFront();
    const service = await connect();
    const session = http2To(`http://127.0.0.1:${port}`);
    const stream = session.request({ ...grpc, 'grpc-timeout': '50000u' });
    stream.end(framed(hi));
    stream.resume();
    const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
    expect(trailers).toMatchObject({
      'grpc-status': '4',
      'grpc-message': 'no answer of pkg.Service within 50 ms',
    });
    expect(service.requests[0]?.timeoutMs).toBeLessThanOrEqual(50);
  });

  test('that is cancelled is cancelled at the service', async () => {
    const { port, gateway, connect } = await startFront();
    const service = await connect();
    const came = nextRequest(service);
    let cancel = (): void => undefined;
    const call = unary(clientOf(port), path, hi, { begun: (how) => (cancel = how) });
    const { requestId } = await came;
    cancel();
    expect((await call).status.code).toBe(1);
    await until(() => service.all('cancel').some((one) => one.requestId === requestId));
    expect(gateway.admin.stats().inFlight).toBe(0);
  });

  test.for([true, false])('gives its caller an answer in chunks, sized: %s', async (sized) => {
    const { port, connect } = await startFront();
    const service = await connect();
    const whole = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, index) => index % 251));
    service.onRequest = ({ requestId }) => {
      for (let index = 0; index < 4; index += 1) {
        const first: ForwardResponseInit = index === 0 ? { statusCode: 200 } : {};
        service.respond({
          ...first,
          requestId,
          payload: whole.subarray(index * 50_000, (index + 1) * 50_000),
          responseStreamInfo: {
            isStreamed: true,
            chunkIndex: index,
            isFinalChunk: index === 3,
            ...(sized && index === 0 && { totalSize: whole.length }),
          },
        });
      }
    };
    const { message, status } = await unary(clientOf(port), path, hi);
    expect([status.code, message?.equals(whole)]).toEqual([0, true]);
  });

  test.for([true, false])('whose answer stops in the middle fails, sized: %s', async (sized) => {
    const { port, connect } = await startFront();
    const service = await connect();
    service.onRequest = ({ requestId }) => {
      const info = { isStreamed: true, chunkIndex: 0, isFinalChunk: false };
      const payload = Buffer.alloc(50_000);
      const responseStreamInfo = sized ? { ...info, totalSize: 100_000 } : info;
      service.respond({ requestId, statusCode: 200, payload, responseStreamInfo });
      setImmediate(() => service.streams.lose());
    };
    const { message, status } = await unary(clientOf(port), path, hi);
    expect([status.code, message]).toEqual([14, undefined]);
    expect(status.details).toContain('pkg.Service');
  });

  test('has a large answer in one piece', async () => {
    const { port, connect } = await startFront();
    const payload = Buffer.alloc(3_000_000, 7);
    await connect(legacy, () => ({ statusCode: 200, payload }));
    const { message } = await unary(clientOf(port), path, hi);
    expect(message?.equals(payload)).toBe(true);
  });

  test('needs a key with the right where keys are needed', async () => {
    const { port, connect } = await startFront({ access: 'key' });
    await connect({ ...modern, services: ['pkg.Allowed', 'pkg.Other'] }, () => ({ statusCode: 200 }));
    const client = clientOf(port);
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${keys.limited}`);
    const codes = [
      (await unary(client, '/pkg.Allowed/Do', hi, { metadata })).status.code,
      (await unary(client, '/pkg.Other/Do', hi, { metadata })).status.code,
      (await unary(client, '/pkg.Other/Do', hi)).status.code,
      (await unary(client, '/pkg.Nobody/Do', hi)).status.code,
    ];
    expect(codes).toEqual([0, 7, 16, 16]);
  });

  test('that is refused while it sends much leaves the connection fit for more', async () => {
    const { port, connect } = await startFront({ access: 'key' });
    await connect({ ...modern, services: ['open.Service', 'pkg.Service'] }, () => ({ statusCode: 200 }));
    const client = clientOf(port);
    for (let round = 0; round < 5; round += 1) {
      const { status } = await unary(client, path, Buffer.alloc(1_000_000));
      expect(status.code).toBe(16);
    }
    expect((await unary(client, '/open.Service/Do', hi)).status.code).toBe(0);
  });

  test('is refused early with when to try again', async () => {
    const { port, connect } = await startFront({}, { gateway: { limits: { maxInFlight: 1 } } });
    const service = await connect();
    const came = nextRequest(service);
    const client = clientOf(port);
    void unary(client, path, hi);
    await came;
    const { status } = await unary(client, path, hi);
    expect([status.code, status.metadata.get('grpc-retry-pushback-ms')]).toEqual([8, ['1000']]);
  });
});

describe('a call of gRPC that is not unary, or no call', () => {
  test.for([
    ['two messages', Buffer.concat([framed(hi), framed(hi)]), {}, '12', 'holds several messages'],
    ['no message', Buffer.alloc(0), {}, '12', 'holds no message'],
    ['half a message', framed(hi).subarray(0, 7), {}, '3', 'breaks off'],
    ['what is no gzip', framed(hi, 1), { 'grpc-encoding': 'gzip' }, '3', 'not the gzip'],
    ['an unknown encoding', framed(hi), { 'grpc-encoding': 'zstd' }, '12', 'gzip, identity are'],
    ['a compressed message of no encoding', framed(hi, 1), {}, '13', 'flagged as compressed'],
    ['bytes', Buffer.from('hello world'), {}, '3', 'unknown flags'],
    ['a verb of its own', framed(hi), { ':method': 'PUT' }, '2', 'send POST'],
    ['a message over the limit', framed(Buffer.alloc(1_001)), {}, '8', 'larger than'],
    ['a size over the limit', framed(Buffer.alloc(5_000)).subarray(0, 100), {}, '8', 'larger than'],
  ] as const)('with %s ends with the status that says so', async ([, body, headers, code, text]) => {
    const { origin, connect } = await startFront({ bodyLimit: 1_000 });
    const service = await connect(modern, () => ({ statusCode: 200 }));
    const stream = http2To(origin).request({ ...grpc, ...headers });
    stream.end(body);
    stream.resume();
    const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
    expect([trailers['grpc-status'], decodeURIComponent(trailers['grpc-message'] ?? '')]).toEqual([
      code,
      expect.stringContaining(text),
    ]);
    expect(service.requests).toEqual([]);
  });

  test('a compressed message is inflated on its way', async () => {
    const { origin, connect } = await startFront();
    const service = await connect(modern, ({ payload }) => ({ statusCode: 200, payload }));
    const stream = http2To(origin).request({ ...grpc, 'grpc-encoding': 'gzip' });
    stream.end(framed(gzipSync(hi), 1));
    stream.resume();
    const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
    expect(trailers['grpc-status']).toBe('0');
    expect(Buffer.from(service.requests[0]?.payload ?? [])).toEqual(hi);
  });

  test('over HTTP/1.1 is refused, in its headers', async () => {
    const { origin, connect } = await startFront();
    await connect(legacy, () => ({ statusCode: 200 }));
    const response = await fetch(`${origin}/api/pkg.Service/Do`, {
      method: 'POST',
      headers: { 'content-type': 'application/grpc' },
      body: framed(hi),
    });
    expect([response.status, response.headers.get('grpc-status')]).toEqual([505, '2']);
    expect(response.headers.get('grpc-message')).toMatch(/^gRPC needs HTTP\/2/);
  });
});

test('2,000 cancelled calls on one connection do not touch the others', async () => {
  const { origin, port, gateway, connect } = await startFront();
  const service = await connect({ ...modern, maxInFlight: 5_000 });
  const steady = clientOf(port);
  service.onRequest = ({ requestId, methodPath, payload }) => {
    if (methodPath.endsWith('/Echo')) service.respond({ requestId, statusCode: 200, payload });
  };
  expect((await unary(steady, '/pkg.Service/Echo', hi)).status.code).toBe(0);
  const beside = http2To(origin);
  const storm = http2To(origin);
  let cancelled = 0;
  while (cancelled < 2_000 && !storm.closed && !storm.destroyed) {
    const streams = Array.from({ length: 50 }, () => {
      const stream = storm.request(grpc);
      stream.on('error', () => undefined).end(framed(hi));
      return stream;
    });
    const before = service.requests.length;
    await until(() => storm.destroyed || storm.closed || service.requests.length > before);
    for (const stream of streams) stream.close(8);
    cancelled += streams.length;
  }
  onTestFinished(() => storm.destroy());
  expect((await unary(steady, '/pkg.Service/Echo', hi)).message).toEqual(hi);
  const stream = beside.request({ ...grpc, ':path': '/pkg.Service/Echo' });
  stream.end(framed(hi));
  stream.resume();
  const [trailers] = (await once(stream, 'trailers')) as [Record<string, string>];
  expect(trailers['grpc-status']).toBe('0');
  await until(() => gateway.admin.stats().inFlight === 0);
  expect(cancelled).toBeGreaterThanOrEqual(50);
});

test('an error after the first chunk keeps its text', async () => {
  const { port, connect } = await startFront();
  const service = await connect();
  service.onRequest = ({ requestId }) => {
    const responseStreamInfo = { isStreamed: true, chunkIndex: 0, totalSize: 20 };
    service.respond({ requestId, statusCode: 200, payload: Buffer.alloc(10), responseStreamInfo });
    service.respond({ requestId, statusCode: 9, errorMessage: 'the disk is full' });
  };
  const { status } = await unary(clientOf(port), '/pkg.Service/Do', new Uint8Array());
  expect([status.code, status.details]).toEqual([9, 'the disk is full']);
});
