import { gzipSync } from 'node:zlib';
import { BusinessError, notFound, type Context, type Outcome } from '@pipit/runtime';
import { describe, expect, test, vi } from 'vitest';
import { File, Text } from '../../../runtime/test/fixture/probe.twirp.ts';
import { PayloadFormat, type ForwardResponse } from '../../src/protocol/registry.pb.ts';
import { turn } from '../virtual-clock.ts';
import { connected, type GatewayEnd } from './scripted-gateway.ts';

const text = (response: ForwardResponse): string => Buffer.from(response.payload).toString();
const never = (): Promise<never> => new Promise(() => undefined);
const protobuf = { payloadFormat: PayloadFormat.PAYLOAD_FORMAT_PROTOBUF, target: '', verb: '', headers: {} };

describe('a request of format HTTP', () => {
  test('is answered with the status, headers and bytes of the door', async () => {
    const { gateway } = await connected();
    gateway.request(
      'r1',
      'say',
      { text: 'hi', ids: [1, 2] },
      {
        headers: { 'content-type': 'application/json', 'x-trace-id': 'trace-1' },
      },
    );
    await turn();
    const response = gateway.response('r1');
    expect(response).toMatchObject({
      statusCode: 200,
      payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
      notProcessed: false,
      headers: { 'content-type': 'application/json', 'x-trace-id': 'trace-1' },
    });
    expect(text(response)).toBe('{"text":"hi","count":0,"ids":[1,2]}');
  });

  test('names the path as the caller wrote it in a bad route', async () => {
    const { gateway } = await connected();
    gateway.request(
      'r1',
      'nothing',
      {},
      { target: '/my/api/pipit.test.v1.Probe/nothing', prefix: '/my/api' },
    );
    await turn();
    expect(gateway.response('r1').statusCode).toBe(404);
    expect(JSON.parse(text(gateway.response('r1')))).toEqual({
      code: 'bad_route',
      msg: 'no handler for path "/my/api/pipit.test.v1.Probe/nothing"',
      meta: { twirp_invalid_route: 'POST /my/api/pipit.test.v1.Probe/nothing' },
    });
  });

  test('reads a query, and answers GET of a method without side effects', async () => {
    const { gateway } = await connected();
    const target = '/api/pipit.test.v1.Probe/look_up?text=a%20b&count=3';
    gateway.request('r1', 'look_up', new Uint8Array(), { verb: 'GET', target, headers: {} });
    await turn();
    expect(text(gateway.response('r1'))).toBe('{"text":"a b","count":3,"ids":[]}');
  });

  test('carries headers of one value, of several, and binary ones, both ways', async () => {
    let headers: unknown;
    const { gateway } = await connected({
      say: (_, context) => {
        headers = context.headers;
        context.responseHeaders.set('X-One', 'é');
        context.responseHeaders.append('Set-Cookie', 'a=1');
        context.responseHeaders.append('Set-Cookie', 'b=2');
        return {};
      },
    });
    gateway.request(
      'r1',
      'say',
      {},
      {
        metadata: [
          { key: 'x-many', value: Buffer.from('1') },
          { key: 'x-many', value: Buffer.from([0xe9]) },
          { key: 'trace-bin', value: Buffer.from([0, 255]) },
        ],
      },
    );
    await turn();
    expect(headers).toMatchObject({ 'x-many': ['1', 'é'], 'trace-bin': 'AP8=' });
    const response = gateway.response('r1');
    expect(response.headers['x-one']).toBe('é');
    const cookies = response.metadata.map(({ key, value }) => [key, Buffer.from(value).toString()]);
    expect(cookies).toEqual([
      ['set-cookie', 'a=1'],
      ['set-cookie', 'b=2'],
    ]);
  });

  test('is a download, an envelope, an error as it would be direct', async () => {
    const { gateway } = await connected({
      fetch: () => ({ contentType: 'text/csv', data: Buffer.from('a,b'), filename: 'x.csv', status: 201 }),
      enter: () => {
        throw new BusinessError(7, 'Need Login');
      },
      say: () => {
        throw notFound('no such text');
      },
    });
    for (const method of ['Fetch', 'Enter', 'say']) gateway.request(method, method, {});
    await turn();
    expect(gateway.response('Fetch')).toMatchObject({
      statusCode: 201,
      headers: {
        'content-type': 'text/csv',
        'x-content-type-options': 'nosniff',
        'content-disposition': 'attachment; filename="x.csv"',
      },
    });
    expect(text(gateway.response('Fetch'))).toBe('a,b');
    expect(gateway.response('Enter').statusCode).toBe(200);
    expect(text(gateway.response('Enter'))).toBe('{"code":7,"msg":"Need Login","data":{}}');
    expect(gateway.response('say').statusCode).toBe(404);
    expect(text(gateway.response('say'))).toBe('{"code":"not_found","msg":"no such text"}');
  });

  test('has its body limit and its compressed bodies', async () => {
    const options = { bodyLimit: 100, compressedRequests: true };
    const { gateway } = await connected({}, options);
    const body = Buffer.from(JSON.stringify({ text: 'x'.repeat(80) }));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
    gateway.request('fits', 'say', gzipSync(body), { headers });
    gateway.request('inflated', 'say', gzipSync(Buffer.alloc(1000, ' ')), { headers });
    gateway.request('plain', 'say', Buffer.alloc(101, ' '));
    await expect.poll(() => gateway.all('response')).toHaveLength(3);
    expect(gateway.response('fits').statusCode).toBe(200);
    expect(gateway.response('inflated').statusCode).toBe(413);
    expect(gateway.response('plain').statusCode).toBe(413);
    const error = '{"code":"resource_exhausted","msg":"the request body is larger than 100 bytes"}';
    expect(text(gateway.response('plain'))).toBe(error);
  });

  test('is called from the address the gateway names, and its hooks run to responseSent', async () => {
    const ran: string[] = [];
    const hooks = [
      {
        requestReceived: ({ peer }: Context) => void ran.push(`received from ${peer}`),
        responseSent: ({ status }: Context) => void ran.push(`sent ${status}`),
      },
    ];
    const { gateway } = await connected({}, { hooks });
    gateway.request('r1', 'say', {});
    await turn();
    expect(ran).toEqual(['received from 192.0.2.7', 'sent 200']);
  });
});

describe('a request of format protobuf', () => {
  test('is answered with the message, a download too', async () => {
    const { gateway } = await connected();
    gateway.request('r1', 'say', Text.encode({ text: 'hi' }), protobuf);
    gateway.request('r2', 'Fetch', Text.encode({ text: 'file' }), protobuf);
    await turn();
    expect(gateway.response('r1')).toMatchObject({
      grpcStatus: 0,
      statusCode: 200,
      payloadFormat: PayloadFormat.PAYLOAD_FORMAT_PROTOBUF,
    });
    expect(Text.decode(gateway.response('r1').payload)).toMatchObject({ text: 'hi' });
    const file = File.decode(gateway.response('r2').payload);
    expect([file.contentType, Buffer.from(file.data).toString()]).toEqual(['text/plain', 'file']);
  });

  test('fails with a gRPC code and a text', async () => {
    const { gateway } = await connected({
      say: () => {
        throw notFound('no such text');
      },
    });
    gateway.request('r1', 'say', new Uint8Array(), protobuf);
    gateway.request('r2', 'nothing', new Uint8Array(), protobuf);
    gateway.request('r3', 'look_up', Buffer.from([0xff]), protobuf);
    await turn();
    expect(gateway.response('r1')).toMatchObject({
      grpcStatus: 5,
      statusCode: 5,
      errorMessage: 'no such text',
    });
    expect(gateway.response('r2')).toMatchObject({ grpcStatus: 12 });
    expect(gateway.response('r3')).toMatchObject({ grpcStatus: 3 });
  });
});

describe('a request in chunks', () => {
  const chunk = (
    gateway: GatewayEnd,
    index: number,
    body: string,
    last: boolean,
    totalSize = 0,
    id = 'r1',
  ): void => {
    const streamingInfo = { sequenceNumber: index, isStreamEnd: last, chunkSize: body.length };
    if (index === 0) gateway.request(id, 'say', Buffer.from(body), { streamingInfo, totalSize });
    else
      gateway.send({ case: 'request', value: { requestId: id, payload: Buffer.from(body), streamingInfo } });
  };

  test('is put together, and each chunk acknowledged', async () => {
    const { gateway } = await connected();
    chunk(gateway, 0, '{"text":', false, 15);
    chunk(gateway, 1, '"long"}', true);
    await turn();
    expect(text(gateway.response('r1'))).toBe('{"text":"long","count":0,"ids":[]}');
    expect(gateway.all('window')).toMatchObject([
      { requestId: 'r1', bytes: 8 },
      { requestId: 'r1', bytes: 7 },
    ]);
  });

  test.each([
    ['missing', [0, 2]],
    ['doubled', [0, 0, 1]],
    ['reordered', [0, 2, 1]],
  ])('that is %s fails alone and may go elsewhere', async (_, indexes) => {
    const { gateway } = await connected();
    for (const index of indexes) chunk(gateway, index, '{}', false);
    gateway.request('other', 'say', { text: 'hi' });
    await turn();
    expect(gateway.response('r1')).toMatchObject({ statusCode: 500, notProcessed: true });
    expect(gateway.response('other').statusCode).toBe(200);
  });

  test('whose first chunk came before the service drains is answered all the same', async () => {
    const { gateway, connection } = await connected();
    chunk(gateway, 0, '{"text":', false, 15);
    await turn();
    const drained = connection.drain();
    await turn();
    gateway.request('late', 'say', {});
    chunk(gateway, 1, '"long"}', true);
    await drained;
    await turn();
    expect(gateway.response('r1').statusCode).toBe(200);
    expect(gateway.response('late')).toMatchObject({ statusCode: 503, notProcessed: true });
  });

  test('that is larger than the limit is told so like any other', async () => {
    const { gateway } = await connected({}, { bodyLimit: 10 });
    chunk(gateway, 0, '{"text":', false, 15);
    chunk(gateway, 1, '"long"}', true);
    await turn();
    expect(gateway.response('r1')).toMatchObject({ statusCode: 413, notProcessed: false });
  });
});

test('a prefix that is none fails the request', async () => {
  const { gateway } = await connected();
  gateway.request('r1', 'say', {}, { prefix: '/a b' });
  await turn();
  expect(gateway.response('r1')).toMatchObject({ statusCode: 500, notProcessed: true });
});

test('an error text that is no Unicode still makes an answer', async () => {
  const { gateway } = await connected({
    say: () => {
      throw notFound('half \ud800');
    },
  });
  gateway.request('r1', 'say', {});
  gateway.request('r2', 'say', new Uint8Array(), protobuf);
  await turn();
  expect(gateway.response('r1').statusCode).toBe(404);
  expect(gateway.response('r2').grpcStatus).toBe(5);
});

describe('an answer', () => {
  test('that is large goes out in chunks, two at a time, beside others', async () => {
    const long = 'x'.repeat(300 * 1024);
    const { gateway } = await connected({ fetch: () => ({ data: Buffer.from(long) }) });
    gateway.request('big', 'Fetch', {});
    await turn();
    const chunks = (): ForwardResponse[] =>
      gateway.all('response').filter(({ requestId }) => requestId === 'big');
    expect(chunks()).toHaveLength(2);
    gateway.request('small', 'say', {});
    await turn();
    expect(gateway.response('small').statusCode).toBe(200);
    while (chunks().at(-1)?.responseStreamInfo?.isFinalChunk !== true) {
      const before = chunks().length;
      const bytes = chunks().at(-1)?.payload.length ?? 0;
      gateway.send({ case: 'window', value: { requestId: 'big', bytes } });
      await turn();
      expect(chunks().length).toBeGreaterThan(before);
    }
    expect(chunks()[0]?.responseStreamInfo?.totalSize).toBe(long.length);
    expect(Buffer.concat(chunks().map(({ payload }) => payload)).toString()).toBe(long);
  });

  test('that is too large for a gateway without chunks fails alone', async () => {
    const { gateway } = await connected(
      { fetch: () => ({ data: new Uint8Array(200_000) }) },
      {},
      {
        capabilities: ['http'],
        maxMessageBytes: 150_000,
      },
    );
    gateway.request('big', 'Fetch', {});
    gateway.request('small', 'say', {});
    await turn();
    expect(gateway.response('big').statusCode).toBe(429);
    expect(JSON.parse(text(gateway.response('big')))).toMatchObject({ code: 'resource_exhausted' });
    expect(gateway.response('small').statusCode).toBe(200);
  });

  test('of a call that was cancelled stops on its way, and responseSent runs', async () => {
    const sent = vi.fn<(outcome: object) => void>();
    const { gateway } = await connected(
      { fetch: () => ({ data: new Uint8Array(300_000) }) },
      { hooks: [{ responseSent: ({ outcome }) => sent(outcome) }] },
    );
    gateway.request('big', 'Fetch', {});
    await turn();
    expect(sent).not.toHaveBeenCalled();
    gateway.send({ case: 'cancel', value: { requestId: 'big' } });
    gateway.send({ case: 'window', value: { requestId: 'big', bytes: 65536 } });
    await turn();
    expect(sent).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'canceled', delivered: false }),
    );
    expect(gateway.all('response')).toHaveLength(2);
  });
});

describe('a handler', () => {
  const waiting = (): { say: (_: unknown, context: Context) => Promise<never>; context: () => Context } => {
    let seen: Context | undefined;
    return {
      say: (_, context) => {
        seen = context;
        void context.signal;
        return never();
      },
      context: () => seen as Context,
    };
  };

  test('is told that the caller has cancelled', async () => {
    const { say, context } = waiting();
    const { gateway } = await connected({ say });
    gateway.request('r1', 'say', {});
    await turn();
    gateway.send({ case: 'cancel', value: { requestId: 'r1' } });
    await turn();
    expect(context().signal.reason).toMatchObject({ code: 'canceled' });
    expect(gateway.all('response')).toEqual([]);
  });

  test.each([
    ['that answers', false, { code: 'ok', delivered: true }],
    ['whose caller has cancelled', true, { code: 'canceled', delivered: false, fault: 'caller' }],
  ])('%s has the outcome of that, without a deadline', async (_, isCancelled, expected) => {
    const outcomes: Outcome[] = [];
    let finish = (): void => undefined;
    const { gateway } = await connected(
      { say: () => new Promise<object>((resolve) => (finish = () => resolve({}))) },
      { hooks: [{ responseSent: ({ outcome }) => void outcomes.push(outcome) }] },
    );
    gateway.request('r1', 'say', {}, { timeoutMs: 0 });
    await turn();
    if (isCancelled) gateway.send({ case: 'cancel', value: { requestId: 'r1' } });
    await turn();
    finish();
    await turn();
    expect(outcomes).toMatchObject([expected]);
  });

  test('is told that the connection is lost', async () => {
    const { say, context } = waiting();
    const { gateway, connection } = await connected({ say });
    gateway.request('r1', 'say', {});
    await turn();
    gateway.streams.lose();
    await turn();
    expect(context().signal.reason).toMatchObject({ code: 'canceled' });
    await connection.close();
  });

  test('has what is left of the time as its deadline, and the caller an answer then', async () => {
    const { say, context } = waiting();
    const { gateway } = await connected({ say });
    const headers = { 'content-type': 'application/json', 'x-request-timeout-ms': '60000' };
    const before = Date.now();
    gateway.request('r1', 'say', {}, { timeoutMs: 20, headers });
    await expect.poll(() => gateway.response('r1').statusCode).toBe(408);
    expect(context().deadline).toBeLessThan(before + 60_000);
    expect(context().signal.reason).toMatchObject({ code: 'deadline_exceeded' });
  });

  test('is not started beyond maxConcurrent; the request may go elsewhere', async () => {
    const finish: (() => void)[] = [];
    const say = (): Promise<object> => new Promise((resolve) => finish.push(() => resolve({})));
    const { gateway } = await connected({ say }, { maxConcurrent: 2 });
    expect(gateway.register.maxInFlight).toBe(2);
    for (const id of ['a', 'b', 'c']) gateway.request(id, 'say', {});
    await turn();
    expect(finish).toHaveLength(2);
    expect(gateway.response('c')).toMatchObject({ statusCode: 503, notProcessed: true });
    expect(JSON.parse(text(gateway.response('c')))).toMatchObject({ code: 'unavailable' });
    finish[0]?.();
    await turn();
    gateway.request('d', 'say', {});
    await turn();
    expect(finish).toHaveLength(3);
  });

  test('runs once where an id comes twice', async () => {
    const say = vi.fn<() => Promise<never>>(never);
    const { gateway } = await connected({ say });
    gateway.request('r1', 'say', {});
    gateway.request('r1', 'say', {});
    await turn();
    expect(say).toHaveBeenCalledOnce();
  });
});
