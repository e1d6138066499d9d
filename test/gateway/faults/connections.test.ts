import { randomBytes } from 'node:crypto';
import { connectGateway } from '@pipit/gateway/connector';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { startRelay } from '../../../packages/gateway/test/relay.ts';
import { grpc, http, type HttpAnswer } from '../callers.ts';
import { apiKey, connected, startGateway, type TestGateway } from '../gateway.ts';
import { LegacyPeer, legacyService, type LegacyAnswerer, type LegacyMessage } from '../legacy-peer.ts';

const path = '/post.PostService/GetPost';
const ok: LegacyAnswerer = ({ requestId }) => ({ requestId, statusCode: 200 });
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const ask = ({ origin }: TestGateway): Promise<HttpAnswer> =>
  http(`${origin}/api${path}`, 'application/protobuf', '');
const messageOf = ({ body }: HttpAnswer): string => (JSON.parse(String(body)) as { msg: string }).msg;

describe('a service that goes', () => {
  test.each(['its stream', 'the network'])(
    'with %s while requests are in its handler: outcome unknown, at once',
    async (what) => {
      const started = await startGateway();
      const relay = await startRelay({ port: started.port });
      onTestFinished(() => relay.close());
      const service = await legacyService(
        `127.0.0.1:${relay.port}`,
        apiKey,
        ['post.PostService'],
        () => undefined,
      );
      const answers = [ask(started), ask(started), ask(started)];
      const call = grpc(started.callers, path, Buffer.of());
      for (let index = 0; index < 4; index++) await service.next('request');
      if (what === 'its stream') service.destroy();
      else relay.reset();
      for (const answer of await Promise.all(answers)) {
        expect([answer.status, messageOf(answer)]).toEqual([503, expect.stringContaining('outcome unknown')]);
      }
      expect(await call).toMatchObject({ code: 14, details: expect.stringContaining('outcome unknown') });
    },
  );

  test('by ending its half: answers it has sent count, the rest is told at once, the stream ends in order', async () => {
    const started = await startGateway();
    const service = await legacyService(started.target, apiKey, ['post.PostService']);
    const [first, second] = [ask(started), ask(started)];
    const { request } = await service.next('request');
    await service.next('request');
    service.send({ response: { requestId: request?.requestId ?? '', statusCode: 200 } });
    service.end();
    expect(new Set((await Promise.all([first, second])).map(({ status }) => status))).toEqual(
      new Set([200, 503]),
    );
    expect(await service.ended).toMatchObject({ code: 0 });
  });

  test('without a word: it is noticed by PING, and so is what was under way', async () => {
    const started = await startGateway({ services: { keepalive: { interval: 100, timeout: 100 } } });
    const relay = await startRelay({ port: started.port });
    onTestFinished(() => relay.close());
    const service = await legacyService(`127.0.0.1:${relay.port}`, apiKey, ['post.PostService']);
    const answer = ask(started);
    await service.next('request');
    relay.blackhole();
    expect((await answer).status).toBe(503);
    await connected(started.gateway, 0);
  });

  test('without a word and comes back under its id: the old connection takes only itself away', async () => {
    const { target, port, gateway, closed } = await startGateway();
    const relay = await startRelay({ port });
    onTestFinished(() => relay.close());
    const options = {
      apiKey,
      services: [Echo.serve({ hello: ({ message }) => ({ data: { message } }) })],
      connectionId: 'echo-1',
      instanceId: 'one process',
      log: silent,
    };
    const old = connectGateway({ ...options, url: `http://127.0.0.1:${relay.port}` });
    onTestFinished(() => old.close());
    await old.ready;
    relay.blackhole();
    const fresh = connectGateway({ ...options, url: `http://${target}` });
    onTestFinished(() => fresh.close());
    await fresh.ready;
    expect(gateway.admin.connections()).toMatchObject([{ id: 'echo-1', state: 'ready' }]);
    // Its end comes through now.
    relay.refuse();
    relay.reset();
    await expect.poll(() => gateway.admin.stats().connections.closed).toBe(0);
    expect(closed).toEqual([expect.stringContaining('taken this connection_id over')]);
    expect(gateway.admin.connections()).toMatchObject([{ id: 'echo-1', state: 'ready' }]);
    expect(gateway.serviceHealth('user.v0.Echo')).toBe('serving');
  });
});

describe('a service that misbehaves', () => {
  /** One that behaves, whose requests must not notice. */
  async function beside(started: TestGateway): Promise<() => Promise<void>> {
    const good = await legacyService(started.target, apiKey, ['post.PostService'], ok);
    return async () => {
      expect((await ask(started)).status).toBe(200);
      expect(good.received.at(-1)).toMatchObject({ request: { methodPath: path } });
    };
  }

  test('sends no register first', async () => {
    const started = await startGateway();
    const expectServed = await beside(started);
    for (const first of [
      { heartbeat: { timestamp: 1, connectionId: 'x' } },
      { response: { requestId: 'x' } },
      {},
    ]) {
      const peer = new LegacyPeer(started.target);
      peer.send(first);
      expect(await peer.ended).toMatchObject({ code: 3 });
    }
    await expectServed();
  });

  test('sends nothing', async () => {
    const started = await startGateway({ limits: { registerTimeout: 100 } });
    const expectServed = await beside(started);
    const peer = new LegacyPeer(started.target);
    expect(await peer.ended).toMatchObject({ code: 4 });
    await expectServed();
  });

  test('sends random bytes', async () => {
    const started = await startGateway();
    const expectServed = await beside(started);
    for (let round = 0; round < 20; round++) {
      const peer = await legacyService(started.target, apiKey, []);
      // Field 2, and fewer bytes than it says; or whatever comes.
      peer.sendBytes(round === 0 ? Buffer.from([0x12, 0x7f, 1]) : randomBytes(1 + round * 10));
      if (round === 0) expect(await peer.ended).toMatchObject({ code: 13 });
      else peer.destroy();
    }
    await expectServed();
  });

  test('floods with heartbeats', async () => {
    const started = await startGateway();
    const expectServed = await beside(started);
    const peer = await legacyService(started.target, apiKey, []);
    const [{ status }] = peer.received as [LegacyMessage];
    for (let sent = 0; sent < 10_000; sent++) {
      peer.send({ heartbeat: { timestamp: sent, connectionId: status?.connectionId ?? '' } });
    }
    expect(await peer.ended).toMatchObject({ code: 8, details: expect.stringContaining('heartbeats') });
    await expectServed();
  });

  test('floods with answers nobody asked for', async () => {
    const started = await startGateway();
    const expectServed = await beside(started);
    const peer = await legacyService(started.target, apiKey, []);
    for (let sent = 0; sent < 1_000; sent++)
      peer.send({ response: { requestId: `r${sent}`, statusCode: 200 } });
    expect(await peer.ended).toMatchObject({ code: 3 });
    expect(new Set(started.strays)).toEqual(new Set(['unknown']));
    await expectServed();
  });

  test('floods with calls of its own: it is held back, others are served, and its calls too', async () => {
    const limits = { maxInFlightPerConnection: 10 };
    const started = await startGateway({ limits });
    const expectServed = await beside(started);
    const peer = await legacyService(started.target, apiKey, []);
    for (let sent = 0; sent < 1_000; sent++)
      peer.send({ request: { requestId: `r${sent}`, methodPath: path } });
    const statuses = new Set<number | undefined>();
    for (let got = 0; got < 1_000; got++) statuses.add((await peer.next('response')).response?.statusCode);
    // What is more than is taken is told so, and nothing else.
    for (const status of statuses) expect([200, 429]).toContain(status);
    expect(statuses).toContain(200);
    await expectServed();
  });

  test('answers twice, late, and for others', async () => {
    const started = await startGateway();
    const { origin, strays, violations, target } = started;
    const service = await legacyService(target, apiKey, ['post.PostService']);
    const other = await legacyService(target, apiKey, ['post.OtherService']);
    const late = http(`${origin}/api${path}`, 'application/protobuf', '', {
      headers: { 'x-request-timeout-ms': '50' },
    });
    const { request: first } = await service.next('request');
    expect((await late).status).toBe(408);
    service.send({ response: { requestId: first?.requestId ?? '', statusCode: 200 } });
    const answer = ask(started);
    const { request: second } = await service.next('request');
    const response = { requestId: second?.requestId ?? '', statusCode: 200 };
    other.send({ response: { ...response, payload: Buffer.from('forged') } });
    await expect.poll(() => strays).toContain('foreign');
    service.send({ response: { ...response, payload: Buffer.from('right') } });
    service.send({ response: { ...response, payload: Buffer.from('again') } });
    expect(String((await answer).body)).toBe('right');
    await expect.poll(() => strays.toSorted()).toEqual(['duplicate', 'foreign', 'late']);
    expect(violations).toEqual([expect.stringContaining('another connection was asked')]);
  });
});

describe('the wall clock', () => {
  afterEach(() => void vi.useRealTimers());

  test.each([1, -1])('is set by %i hour: nobody is given up', async (hours) => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const started = await startGateway({ limits: { suspectAfter: 30_000, closeAfter: 60_000 } });
    await legacyService(started.target, apiKey, ['post.PostService'], ok);
    vi.setSystemTime(Date.now() + hours * 3_600_000);
    // Beyond the next look at all connections.
    await expect.poll(() => started.gateway.admin.connections()[0]?.connectedFor).toBeGreaterThan(1_200);
    expect(started.gateway.admin.stats().connections).toMatchObject({ ready: 1, suspect: 0 });
    expect((await ask(started)).status).toBe(200);
  });
});
