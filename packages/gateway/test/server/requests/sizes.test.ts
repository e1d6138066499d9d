import { describe, expect, test } from 'vitest';
import { ChunkAssembler, chunkOfRequest } from '../../../src/protocol/chunks.ts';
import { ConnectionMessage, type ForwardRequest } from '../../../src/protocol/registry.pb.ts';
import { turn } from '../../virtual-clock.ts';
import { nothingLeft, World, type Service } from './harness.ts';

const KiB = 1024;

function bytes(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, index) => index % 251));
}

/** Takes what comes in chunks, and says so, until the whole is there. */
async function assemble(service: Service, id: string): Promise<Buffer> {
  const assembler = new ChunkAssembler(1e9);
  for (let next = 0; ; next += 1) {
    await turn();
    const request = service.requests.filter(({ requestId }) => requestId === id)[next] as ForwardRequest;
    const place = chunkOfRequest(request);
    const whole = place && assembler.add(place, request.payload);
    if (whole) return Buffer.from(whole);
    service.say({ messageType: { case: 'window', value: { requestId: id, bytes: request.payload.length } } });
  }
}

describe('large requests', () => {
  test('go in chunks to those who take them', async () => {
    const world = new World({ chunkBytes: 1_000 });
    const service = world.service();
    const payload = bytes(10_500);
    const call = world.call({ payload });
    await turn();
    expect(service.requests).toHaveLength(2);
    expect(service.requests[0]).toMatchObject({
      methodPath: '/test.Echo/Say',
      totalSize: 10_500,
      attempt: 1,
    });
    const whole = await assemble(service, service.request.requestId);
    expect(whole.equals(payload)).toBe(true);
    service.answer();
    await turn();
    expect(call.code).toBe('ok');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('to others are whole up to what they take, and not written beyond', async () => {
    const world = new World();
    const old = world.service({ revision: 0, maxMessageBytes: 100 * KiB });
    const fits = world.call({ payload: bytes(99 * KiB) });
    const refused = world.call({ payload: bytes(100 * KiB) });
    expect(refused.failure).toMatchObject({ error: { code: 'resource_exhausted' }, status: 413 });
    await turn();
    expect(old.requests).toHaveLength(1);
    old.answer();
    await turn();
    expect([fits.code, old.failed]).toEqual(['ok', undefined]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('the limit holds to the byte, headers included', async () => {
    const maxMessageBytes = 3_000;
    const headers = { a: 'x'.repeat(500), b: 'é'.repeat(100) };
    const sizeFor = (payload: number): number => {
      const value = {
        requestId: 'x'.repeat(22),
        methodPath: '/test.Echo/Say',
        headers,
        payload: bytes(payload),
        timeoutSeconds: 30,
      };
      return ConnectionMessage.encode({ messageType: { case: 'request', value } }).length;
    };
    const world = new World();
    const old = world.service({ revision: 0, maxMessageBytes });
    for (let payload = 2_000; payload < 2_400; payload += 1) {
      const call = world.call({ payload: bytes(payload), headers });
      const isTaken = call.failure === undefined;
      // A few bytes are held back for what says which chunk it is.
      if (sizeFor(payload) > maxMessageBytes) expect(isTaken).toBe(false);
      if (sizeFor(payload) <= maxMessageBytes - 64) expect(isTaken).toBe(true);
    }
    await turn();
    expect(old.requests.length).toBeGreaterThan(100);
  });

  test('with larger headers than the peer takes are refused too', () => {
    const world = new World();
    world.service({ maxMessageBytes: 200 * KiB });
    const headers = { big: 'x'.repeat(200 * KiB) };
    expect(world.call({ headers }).failure?.status).toBe(413);
    expect(world.call({ headers, payload: bytes(100 * KiB) }).failure?.status).toBe(413);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('of more than the gateway takes are refused', () => {
    const world = new World({ maxBodyBytes: 1_000 });
    world.service();
    expect(world.call({ payload: bytes(1_001) }).failure?.status).toBe(413);
  });

  test('that nobody waits for any more are not sent on', async () => {
    const world = new World({ chunkBytes: 1_000 });
    const service = world.service();
    const call = world.call({ payload: bytes(10_000) });
    await turn();
    call.handle?.cancel();
    const { requestId } = service.request;
    service.say({ messageType: { case: 'window', value: { requestId, bytes: 2_000 } } });
    await turn();
    expect(service.requests).toHaveLength(2);
    expect(service.cancels).toMatchObject([{ requestId }]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('do not hold small ones up', async () => {
    const world = new World({ chunkBytes: 64 * KiB });
    // The stream is full after every chunk.
    const service = world.service({ window: 32 * KiB });
    world.call({ payload: Buffer.alloc(32 * 1024 * KiB), timeout: 300_000 });
    await turn();
    for (let n = 0; n < 100; n += 1) {
      const call = world.call({ method: 'Small' });
      const before = service.requests.length;
      await turn();
      const at = service.requests
        .slice(before)
        .findIndex(({ methodPath }) => methodPath === '/test.Echo/Small');
      expect(at).toBe(0);
      service.answer(service.requests[before]?.requestId);
      const { requestId } = service.requests[0] as ForwardRequest;
      service.say({ messageType: { case: 'window', value: { requestId, bytes: 64 * KiB } } });
      await turn();
      expect(call.code).toBe('ok');
    }
  });
});

describe('answers in chunks', () => {
  const setUp = async (
    options: Parameters<World['service']>[0] = {},
    callOptions: Parameters<World['call']>[0] = {},
    limits: ConstructorParameters<typeof World>[0] = { chunkBytes: 1_000 },
  ): Promise<{ world: World; service: Service; call: ReturnType<World['call']>; id: string }> => {
    const world = new World(limits);
    const service = world.service(options);
    const call = world.call(callOptions);
    await turn();
    return { world, service, call, id: service.request.requestId };
  };

  test('are read as they come, and acknowledged as they are consumed', async () => {
    const { world, service, call, id } = await setUp();
    const payload = bytes(2_500);
    service.chunk(id, 0, payload.subarray(0, 1_000), false, 2_500);
    await turn();
    expect(call.answer?.rest?.totalSize).toBe(2_500);
    expect(service.windows).toMatchObject([{ requestId: id, bytes: 1_000 }]);
    expect(world.forwarder.pendingOf(service.peer)).toBe(1);
    service.chunk(id, 1, payload.subarray(1_000, 2_000));
    service.chunk(id, 2, payload.subarray(2_000), true);
    await turn();
    expect(call.received.equals(payload)).toBe(true);
    expect([call.complete, call.told]).toEqual([true, 1]);
    expect(service.windows).toMatchObject([{ bytes: 1_000 }, { bytes: 1_000 }]);
    expect(world.settled).toMatchObject([{ code: 'ok', responseBytes: 2_500 }]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('are acknowledged in portions', async () => {
    const { service, call, id } = await setUp({}, { reads: false });
    service.chunk(id, 0, bytes(1_000));
    await turn();
    for (let n = 0; n < 9; n += 1) call.rest?.consumed(100);
    await turn();
    expect(service.windows.map((window) => window.bytes)).toEqual([500]);
    call.rest?.consumed(100);
    await turn();
    expect(service.windows.map((window) => window.bytes)).toEqual([500, 500]);
  });

  test('in one chunk are whole', async () => {
    const { service, call, id } = await setUp();
    service.chunk(id, 0, bytes(10), true, 10);
    await turn();
    expect(call.answer?.rest).toBeUndefined();
    expect(call.received).toHaveLength(10);
  });

  test.each<[string, (service: Service, id: string) => void]>([
    ['missing', (service, id) => service.chunk(id, 2, bytes(10))],
    ['doubled', (service, id) => service.chunk(id, 0, bytes(10))],
    ['more than was said', (service, id) => service.chunk(id, 1, bytes(1_000))],
    ['last too early', (service, id) => service.chunk(id, 1, bytes(10), true)],
    ['a whole answer', (service, id) => service.answer(id)],
  ])('%s: only that request fails', async (_, fault) => {
    const { world, service, call, id } = await setUp();
    const other = world.call();
    await turn();
    const otherId = service.request.requestId;
    service.chunk(id, 0, bytes(10), false, 100);
    fault(service, id);
    service.answer(otherId);
    await turn();
    expect(call.broken).toMatchObject({ code: 'internal' });
    expect(service.cancels).toMatchObject([{ requestId: id }]);
    expect(other.code).toBe('ok');
    expect(service.failed).toBeUndefined();
    service.chunk(id, 1, bytes(10));
    await turn();
    expect(call.chunks).toEqual([]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('that do not begin at the beginning fail before the caller is told anything', async () => {
    const { world, service, call, id } = await setUp();
    service.chunk(id, 1, bytes(10));
    await turn();
    expect(call.code).toBe('internal');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('that never end do so with the deadline', async () => {
    const { world, service, call, id } = await setUp({}, { timeout: 5_000 });
    service.chunk(id, 0, bytes(10));
    await turn();
    world.clock.advance(5_000);
    expect(call.broken).toMatchObject({ code: 'deadline_exceeded' });
    expect([call.told, call.complete]).toEqual([1, false]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('of a caller without a deadline go on for as long as chunks come, up to the longest', async () => {
    const { world, service, call, id } = await setUp();
    for (let index = 0; index < 14; index += 1) {
      service.chunk(id, index, bytes(10));
      await turn();
      world.clock.advance(20_000);
    }
    expect(call.broken).toBeUndefined();
    service.chunk(id, 14, bytes(10));
    await turn();
    world.clock.advance(20_000);
    expect(call.broken).toMatchObject({ code: 'deadline_exceeded' });
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('of more than the gateway takes fail alone', async () => {
    const limits = { chunkBytes: 1_000, maxBodyBytes: 1_500 };
    const { world, service, call, id } = await setUp({}, {}, limits);
    service.chunk(id, 0, bytes(1_000));
    service.chunk(id, 1, bytes(1_000));
    await turn();
    expect(call.broken).toMatchObject({ code: 'internal' });
    const whole = world.call();
    await turn();
    service.answer(undefined, { payload: bytes(1_501) });
    await turn();
    expect(whole.code).toBe('internal');
    expect(service.failed).toBeUndefined();
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('a caller that does not read costs only its own request', async () => {
    const limits = { slowCallerBytes: 5_000 };
    const { world, service, call, id } = await setUp({ can: { window: false } }, { reads: false }, limits);
    for (let index = 0; index < 5; index += 1) service.chunk(id, index, bytes(1_000));
    await turn();
    expect(call.broken).toBeUndefined();
    service.chunk(id, 5, bytes(1_000));
    await turn();
    expect(call.broken).toMatchObject({ code: 'resource_exhausted' });
    expect(service.windows).toEqual([]);
    expect(service.cancels).toMatchObject([{ requestId: id }]);
    const other = world.call();
    await turn();
    service.answer();
    await turn();
    expect(other.code).toBe('ok');
    expect(world.leftovers()).toEqual(nothingLeft);
  });

  test('a caller that goes stops them', async () => {
    const { world, service, call, id } = await setUp();
    service.chunk(id, 0, bytes(10));
    await turn();
    call.handle?.cancel();
    service.chunk(id, 1, bytes(10));
    await turn();
    expect(service.cancels).toMatchObject([{ requestId: id }]);
    expect([call.chunks.length, call.broken]).toEqual([0, undefined]);
    expect(world.settled).toMatchObject([{ code: 'canceled' }]);
    expect(world.leftovers()).toEqual(nothingLeft);
  });
});

describe('a service that does not read', () => {
  test('gets no more requests, and after 30 seconds is closed', async () => {
    const world = new World({ maxBacklog: 10_000 });
    const slow = world.service({ window: 1_000, revision: 0 });
    slow.pause();
    const calls = Array.from({ length: 12 }, () => world.call({ payload: bytes(1_000) }));
    expect(world.forwarder.pendingOf(slow.peer)).toBe(10);
    const other = world.service();
    await turn();
    expect(other.requests).toHaveLength(2);
    await world.pass(20_000);
    expect(slow.failed).toBeUndefined();
    await world.pass(12_000);
    expect(slow.failed?.code).toBe(8);
    expect(calls.slice(0, 10).every(({ told }) => told === 1)).toBe(true);
    expect(world.forwarder.pendingOf(slow.peer)).toBe(0);
  });

  test('has all of that time from its first message on, however old the gateway is', async () => {
    const world = new World();
    await world.pass(600_000);
    const slow = world.service({ window: 1_000, revision: 0 });
    slow.pause();
    world.call({ timeout: 300_000 });
    await world.pass(29_000);
    expect(slow.failed).toBeUndefined();
    slow.resume();
    await world.pass(60_000);
    slow.pause();
    world.call({ timeout: 300_000 });
    await world.pass(29_000);
    expect(slow.failed).toBeUndefined();
    await world.pass(3_000);
    expect(slow.failed?.code).toBe(8);
  });

  test('is not one that reads slowly', async () => {
    const world = new World();
    const slow = world.service({ window: 500 });
    for (let n = 0; n < 4; n += 1) {
      slow.pause();
      world.call({ payload: bytes(400), timeout: 300_000 });
      world.call({ payload: bytes(400), timeout: 300_000 });
      await world.pass(25_000);
      slow.resume();
      await turn();
    }
    expect(slow.failed).toBeUndefined();
    expect(slow.requests).toHaveLength(8);
  });
});
