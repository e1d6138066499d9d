import { describe, expect, test } from 'vitest';
import { turn } from '../../virtual-clock.ts';
import { ForwardResponse, StreamingInfo_StreamType } from '../../../src/protocol/registry.pb.ts';
import { nothingLeft, World } from './harness.ts';

describe('a request and its answer', () => {
  test('go to the connection and back', async () => {
    const world = new World();
    const service = world.service();
    const call = world.call({ payload: Buffer.from('hello'), headers: { accept: 'x' } });
    await turn();
    expect(service.request).toMatchObject({
      methodPath: '/test.Echo/Say',
      headers: { accept: 'x' },
      timeoutSeconds: 30,
      timeoutMs: 30_000,
      attempt: 1,
      caller: '198.51.100.7',
    });
    expect(Buffer.from(service.request.payload).toString()).toBe('hello');
    expect(world.forwarder.pendingOf(service.peer)).toBe(1);
    world.clock.advance(250);
    service.answer(undefined, { handlerUs: 1_500 });
    await turn();
    expect(call.code).toBe('ok');
    expect(call.received.toString()).toBe(service.request.requestId);
    expect(world.settled).toEqual([
      {
        service: 'test.Echo',
        method: 'Say',
        code: 'ok',
        traceId: 'trace',
        caller: '198.51.100.7',
        keyId: undefined,
        connectionId: 'c1',
        attempts: 1,
        queueMs: 0,
        totalMs: 250,
        handlerMs: 1.5,
        requestBytes: 5,
        responseBytes: 22,
      },
    ]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('revision 0 is sent nothing but what the guide names', async () => {
    const world = new World();
    const old = world.service({ revision: 0 });
    world.call({ payload: Buffer.from('hello'), timeout: 1_001 });
    await turn();
    const { requestId, methodPath, headers, payload, timeoutSeconds, streamingInfo, ...extensions } =
      old.request;
    expect({ methodPath, headers, timeoutSeconds, streamingInfo }).toEqual({
      methodPath: '/test.Echo/Say',
      headers: {},
      timeoutSeconds: 2,
      streamingInfo: undefined,
    });
    expect(requestId).toMatch(/^[\w-]{22}$/u);
    expect(payload).toHaveLength(5);
    expect(extensions).toEqual({
      timeoutMs: 0,
      metadata: [],
      attempt: 0,
      caller: '',
      payloadFormat: 0,
      verb: '',
      target: '',
      prefix: '',
      totalSize: 0,
    });
  });

  test('that cannot be said to the peer fail with what was thrown', () => {
    const world = new World();
    const transcoder = {
      has: () => true,
      schema: () => undefined,
      method: () => {
        throw new Error('no');
      },
    };
    world.service({ can: { http: false }, transcoder });
    expect(world.call({ dialect: 'http' }).code).toBe('internal');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('idle is told once nothing is under way', async () => {
    const world = new World();
    const service = world.service();
    await world.forwarder.idle();
    world.call();
    const idle = world.forwarder.idle().then(() => world.forwarder.inFlight);
    await turn();
    service.answer();
    expect(await idle).toBe(0);
  });
});

describe('answers nobody waits for', () => {
  test('a second one is dropped and counted', async () => {
    const world = new World();
    const service = world.service();
    const call = world.call();
    await turn();
    service.answer(undefined, { statusCode: 200 });
    service.answer(undefined, { statusCode: 500 });
    await turn();
    expect(call.told).toBe(1);
    expect(call.answer?.head.statusCode).toBe(200);
    expect(world.strays).toEqual(['duplicate']);
  });

  test('one after the deadline is dropped and counted', async () => {
    const world = new World();
    const service = world.service();
    const call = world.call({ timeout: 500 });
    await turn();
    world.clock.advance(500);
    expect(call.code).toBe('deadline_exceeded');
    service.answer();
    await turn();
    expect(call.told).toBe(1);
    expect(world.strays).toEqual(['late']);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('one to an unknown id is dropped; more than a hundred a minute close the connection', async () => {
    const world = new World();
    const service = world.service();
    const other = world.service();
    for (let n = 0; n < 100; n += 1) service.answer(`invented-${n}`);
    await turn();
    expect(service.failed).toBeUndefined();
    await world.pass(60_000);
    for (let n = 0; n < 100; n += 1) service.answer(`invented-${n}`);
    await turn();
    expect(service.failed).toBeUndefined();
    service.answer('invented');
    await turn();
    expect(service.failed?.code).toBe(3);
    expect(world.strays).toEqual(Array.from({ length: 201 }, () => 'unknown'));
    expect(other.failed).toBeUndefined();
  });

  test('one from another connection is ignored; the third closes it', async () => {
    const world = new World();
    const asked = world.service();
    const call = world.call();
    const other = world.service();
    await turn();
    const { requestId } = asked.request;
    other.answer(requestId, { payload: Buffer.from('forged') });
    other.answer(requestId);
    await turn();
    expect(other.failed).toBeUndefined();
    expect(call.told).toBe(0);
    asked.answer(requestId);
    await turn();
    expect(call.received.toString()).toBe(requestId);
    // The same id again, now that the request is over: still another's.
    other.answer(requestId);
    await turn();
    expect(other.failed?.code).toBe(7);
    expect(world.strays).toEqual(['foreign', 'foreign', 'foreign']);
    expect(world.violations).toHaveLength(3);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('ids are forgotten after a while', async () => {
    const world = new World();
    const service = world.service();
    world.call();
    await turn();
    service.answer();
    await world.pass(100_000);
    service.answer();
    await turn();
    expect(world.strays).toEqual(['unknown']);
  });

  test('whose chunk came in pieces is told piece by piece, and not after its caller is gone', async () => {
    const world = new World();
    const service = world.service();
    const call = world.call({});
    await turn();
    const { requestId } = service.request;
    const chunk = (chunkIndex: number, isFinalChunk: boolean, ...texts: string[]): void => {
      const [payload = Buffer.alloc(0), ...rest] = texts.map((text) => Buffer.from(text));
      const responseStreamInfo = { isStreamed: true, chunkIndex, isFinalChunk };
      const response = ForwardResponse.create({ requestId, statusCode: 200, payload, responseStreamInfo });
      world.forwarder.response(service.peer, response, rest);
    };
    chunk(0, false, 'a', 'bc');
    chunk(1, false, 'd', 'e', 'f');
    expect(call.received.toString()).toBe('abcdef');
    const { chunks } = call;
    const push = chunks.push.bind(chunks);
    chunks.push = (...bytes) => {
      call.handle?.cancel();
      return push(...bytes);
    };
    chunk(2, false, 'g', 'h');
    expect(call.received.toString()).toBe('abcdefg');
    await turn();
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});

describe('a stream of messages', () => {
  const streamingInfo = { streamType: StreamingInfo_StreamType.SERVER_STREAMING };
  const streams = { can: { http: false } };

  test('has no deadline that its caller has not set: one that a gateway sets which passes it on ends at the first', async () => {
    const world = new World();
    const service = world.service(streams);
    const call = world.call({ timeout: 5_000 });
    await turn();
    const { requestId } = service.request;
    service.answer(requestId, { streamingInfo, payload: Uint8Array.of(1) });
    await world.pass(600_000);
    expect(call.broken).toBeUndefined();
    service.answer(requestId, {
      streamingInfo: { ...streamingInfo, isStreamEnd: true },
      payload: new Uint8Array(),
    });
    await turn();
    expect([call.received, call.complete]).toEqual([Buffer.of(1), true]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('ends at the deadline that its caller has set', async () => {
    const world = new World();
    const service = world.service(streams);
    const call = world.call({ timeout: 5_000, headers: { 'x-request-timeout-ms': '5000' } });
    await turn();
    service.answer(undefined, { streamingInfo, payload: Uint8Array.of(1) });
    await world.pass(6_000);
    expect(call.broken).toMatchObject({ code: 'deadline_exceeded' });
    expect(service.cancels).toHaveLength(1);
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});
