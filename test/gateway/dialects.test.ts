import { describe, expect, test } from 'vitest';
import { grpc, http } from './callers.ts';
import { apiKey, startGateway } from './gateway.ts';
import { LegacyPeer, legacyService, type LegacyMessage } from './legacy-peer.ts';

const path = '/post.PostService/GetPost';
const protobuf = 'application/protobuf';
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('status_code', () => {
  test.each([
    [200, '', 200, 'ok', 0],
    [299, 'ignored', 200, 'ok', 0],
    [0, '', 200, 'ok', 0],
    [0, 'no luck', 500, 'unknown', 2],
    [5, 'no luck', 404, 'not_found', 5],
    [12, 'no luck', 501, 'unimplemented', 12],
    [16, 'no luck', 401, 'unauthenticated', 16],
    [400, 'no luck', 400, 'invalid_argument', 3],
    [401, 'no luck', 401, 'unauthenticated', 16],
    [403, 'no luck', 403, 'permission_denied', 7],
    [404, 'no luck', 404, 'not_found', 5],
    [408, 'no luck', 408, 'deadline_exceeded', 4],
    [409, 'no luck', 409, 'already_exists', 6],
    [412, 'no luck', 412, 'failed_precondition', 9],
    [418, 'no luck', 412, 'failed_precondition', 9],
    [429, 'no luck', 429, 'resource_exhausted', 8],
    [499, 'no luck', 408, 'canceled', 1],
    [500, 'no luck', 500, 'internal', 13],
    [501, 'no luck', 501, 'unimplemented', 12],
    [502, 'no luck', 503, 'unavailable', 14],
    [503, 'no luck', 503, 'unavailable', 14],
    [504, 'no luck', 408, 'deadline_exceeded', 4],
    [599, 'no luck', 500, 'internal', 13],
    [17, 'no luck', 500, 'unknown', 2],
    [302, 'no luck', 500, 'unknown', 2],
    [999, 'no luck', 500, 'unknown', 2],
    [-1, 'no luck', 500, 'unknown', 2],
  ])(
    '%i with "%s" is %i %s over HTTP, %i over gRPC',
    async (statusCode, errorMessage, status, code, grpcCode) => {
      const { origin, callers, target } = await startGateway();
      await legacyService(target, apiKey, ['post.PostService'], ({ requestId, payload }) => ({
        requestId,
        statusCode,
        errorMessage,
        ...(payload && { payload }),
      }));
      const answer = await http(`${origin}/api${path}`, protobuf, Buffer.from([8, 1]));
      expect(answer.status).toBe(status);
      if (code === 'ok') expect(answer.body).toEqual(Buffer.from([8, 1]));
      else expect(JSON.parse(String(answer.body))).toEqual({ code, msg: errorMessage });
      const details = code === 'ok' ? '' : errorMessage;
      const body = code === 'ok' ? Buffer.from([8, 1]) : undefined;
      expect(await grpc(callers, path, Buffer.from([8, 1]))).toEqual({ code: grpcCode, details, body });
    },
  );
});

describe('a client in the field', () => {
  test('is sent nothing but what the guide names', async () => {
    const { origin, gateway, target } = await startGateway();
    const service = await legacyService(target, apiKey, ['post.PostService'], ({ requestId }) => ({
      requestId,
      statusCode: 200,
    }));
    const [{ status }] = service.received as [LegacyMessage];
    for (const timestamp of [1_700_000_000, 1_700_000_000_000, 0, -1]) {
      service.send({ heartbeat: { timestamp, connectionId: status?.connectionId ?? '' } });
    }
    await http(`${origin}/api${path}`, protobuf, '', { headers: { 'x-request-timeout-ms': '1500' } });
    const { admin } = gateway;
    admin.drain(status?.connectionId ?? '');
    await service.ended;
    expect(service.strange).toBe(0);
    expect(service.received).toMatchObject([
      { status: { status: 'CONNECTED' } },
      { request: { methodPath: path, timeoutSeconds: 2 } },
      { status: { status: 'DISCONNECTED' } },
    ]);
  });

  test('proposes an id, which it gets where it is good and nobody else has it', async () => {
    const { target } = await startGateway();
    const id = async (proposed: string): Promise<string> => {
      const peer = new LegacyPeer(target);
      const given = await peer.register(apiKey, [], proposed);
      peer.end();
      await peer.ended;
      return given;
    };
    expect(await id('post-service-1')).toBe('post-service-1');
    expect(await id('')).toMatch(uuid);
    expect(await id('with space')).toMatch(uuid);
    const first = await legacyService(target, apiKey, [], undefined, 'taken');
    expect(await id('taken')).toMatch(uuid);
    first.end();
  });

  test('sends heartbeats with its name before it is connected: they do not count, and nobody tells it', async () => {
    const { origin, gateway, target } = await startGateway({ limits: { suspectAfter: 3_000 } });
    const peer = new LegacyPeer(target);
    peer.send({ register: { apiKey, services: ['post.PostService'] } });
    peer.send({ heartbeat: { timestamp: 1, connectionId: 'post.PostService' } });
    peer.serve(({ requestId }) => ({ requestId, statusCode: 200 }));
    await peer.next('status');
    expect((await http(`${origin}/api${path}`, protobuf, '')).status).toBe(200);
    await expect.poll(() => gateway.admin.connections()[0]?.silentFor).toBeGreaterThan(100);
    peer.send({ heartbeat: { timestamp: 1, connectionId: 'post.PostService' } });
    await http(`${origin}/api${path}`, protobuf, '');
    expect(gateway.admin.connections()[0]?.silentFor).toBeGreaterThan(100);
    expect(peer.received.filter(({ status }) => status !== undefined)).toHaveLength(1);
    peer.destroy();
  });

  test('answers a heartbeat with a heartbeat: the gateway never begins', async () => {
    const { gateway, target } = await startGateway();
    const service = await legacyService(target, apiKey, ['post.PostService']);
    const [{ status }] = service.received as [LegacyMessage];
    const beat = { heartbeat: { timestamp: 1, connectionId: status?.connectionId ?? '' } };
    for (let sent = 0; sent < 5; sent++) service.send(beat);
    await expect.poll(() => gateway.admin.connections()[0]?.silentFor).toBeGreaterThan(50);
    expect(service.received).toHaveLength(1);
  });

  test('that serves nothing calls others, and is answered 200 or an HTTP status', async () => {
    const { target } = await startGateway();
    await legacyService(target, apiKey, ['post.PostService'], ({ requestId, payload }) => ({
      requestId,
      ...(payload?.length === 0
        ? { statusCode: 5, errorMessage: 'no such post' }
        : { statusCode: 0, payload: Buffer.of(7) }),
    }));
    const [one, two] = [await legacyService(target, apiKey, []), await legacyService(target, apiKey, [])];
    // Each has ids of its own.
    for (const caller of [one, two]) {
      caller.send({
        request: { requestId: 'mine-1', methodPath: path, payload: Buffer.of(1), timeoutSeconds: 5 },
      });
      caller.send({ request: { requestId: 'mine-2', methodPath: path } });
      caller.send({ request: { requestId: 'mine-3', methodPath: '/post.Nobody/GetPost' } });
    }
    for (const caller of [one, two]) {
      const answers = [
        await caller.next('response'),
        await caller.next('response'),
        await caller.next('response'),
      ];
      expect(
        answers
          .map(({ response }) => response)
          .toSorted((a, b) => (`${a?.requestId}` < `${b?.requestId}` ? -1 : 1)),
      ).toMatchObject([
        { requestId: 'mine-1', statusCode: 200, errorMessage: '', payload: Buffer.of(7) },
        { requestId: 'mine-2', statusCode: 404, errorMessage: 'no such post' },
        { requestId: 'mine-3', statusCode: 501 },
      ]);
      expect(caller.strange).toBe(0);
    }
  });

  test('subscribes to events of others', async () => {
    const { gateway, target } = await startGateway();
    const subscriber = await legacyService(target, apiKey, []);
    const publisher = await legacyService(target, apiKey, []);
    subscriber.send({ subscription: { action: 'SUBSCRIBE', eventTypes: ['post.created'] } });
    await expect.poll(() => gateway.admin.stats().subscribers).toBe(1);
    publisher.send({ event: { eventType: 'post.deleted', payload: Buffer.of(1) } });
    publisher.send({ event: { eventType: 'post.created', payload: Buffer.of(2), publisherId: 'posts' } });
    expect((await subscriber.next('event')).event).toMatchObject({
      eventType: 'post.created',
      payload: Buffer.of(2),
      // Whoever publishes cannot say that it was another.
      publisherId: expect.stringMatching(/^[\da-f-]{36}$/),
    });
  });
});
