import { once } from 'node:events';
import { connect } from 'node:net';
import { connectGateway } from '@pipit/gateway/connector';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startRelay } from '../../../packages/gateway/test/relay.ts';
import { Probe } from '../../../packages/runtime/test/fixture/probe.twirp.ts';
import { grpc, http, type HttpAnswer } from '../callers.ts';
import { apiKey, connected, startGateway, type TestGateway } from '../gateway.ts';
import { legacyBytes, legacyService, type LegacyAnswerer } from '../legacy-peer.ts';

const MiB = 1024 * 1024;
const path = '/post.PostService/GetPost';
const echo: LegacyAnswerer = ({ requestId, payload = Buffer.of() }) => ({
  requestId,
  statusCode: 200,
  payload,
});
/** Nobody's time is up, however busy the machine is. */
const patient = { queueTimeout: 200_000, defaultDeadline: 200_000 };
const silent = { debug() {}, info() {}, warn() {}, error() {} };

const ask = ({ origin }: TestGateway, body: string | Uint8Array = ''): Promise<HttpAnswer> =>
  http(`${origin}/api${path}`, 'application/protobuf', body);

describe('what is too large', () => {
  test('as a request is refused before it is written: the largest fits, and the stream lives', async () => {
    // A peer with the limits that its library has by default: it would end the stream at 4 MiB.
    const started = await startGateway({ front: { bodyLimit: 16 * MiB } });
    const service = await legacyService(started.target, apiKey, ['post.PostService'], ({ requestId }) => ({
      requestId,
      statusCode: 200,
    }));
    const { legacyMessageBytes } = started.gateway.limits;
    expect((await ask(started, Buffer.alloc(legacyMessageBytes - 1_024))).status).toBe(200);
    const largest = service.received.at(-1);
    expect(legacyBytes(largest ?? {}).length).toBeGreaterThan(legacyMessageBytes - 1_024);
    for (const size of [legacyMessageBytes, 4 * MiB, 8 * MiB]) {
      expect((await ask(started, Buffer.alloc(size))).status).toBe(413);
      expect(await grpc(started.callers, path, Buffer.alloc(size))).toMatchObject({ code: 8 });
    }
    expect(service.received).toHaveLength(2);
    expect((await ask(started)).status).toBe(200);
  });

  test('as an answer over the hard limit ends its own stream; others live, and it may come back', async () => {
    const started = await startGateway();
    const other = await legacyService(started.target, apiKey, ['post.OtherService'], echo);
    const service = await legacyService(started.target, apiKey, ['post.PostService'], ({ requestId }) => ({
      requestId,
      statusCode: 200,
      payload: Buffer.alloc(6 * MiB),
    }));
    expect((await ask(started)).status).toBe(503);
    expect(await service.ended).toMatchObject({ code: 8 });
    await legacyService(started.target, apiKey, ['post.PostService'], echo);
    expect((await ask(started)).status).toBe(200);
    expect(other.received).toHaveLength(1);
  });

  test('as an answer over the limit of bodies fails that request only', async () => {
    const started = await startGateway({ limits: { maxBodyBytes: MiB } });
    await legacyService(started.target, apiKey, ['post.PostService'], ({ requestId, payload }) => ({
      requestId,
      statusCode: 200,
      payload: Buffer.alloc(payload?.length === 0 ? MiB + 1 : MiB),
    }));
    const [large, fits] = await Promise.all([ask(started), ask(started, Buffer.of(1))]);
    expect([large.status, fits.status]).toEqual([500, 200]);
    expect(fits.body.length).toBe(MiB);
    expect(started.gateway.admin.stats().connections).toMatchObject({ ready: 1 });
  });
});

describe('who does not read', () => {
  test('as a service is passed over, then closed; what it had fails, others get the rest', async () => {
    const limits = { ...patient, maxBacklog: MiB, slowReaderAfter: 2_000 };
    const started = await startGateway({ limits });
    const slow = await legacyService(started.target, apiKey, ['post.PostService']);
    slow.pause();
    // More than its library reads ahead, which are 16 messages whatever their size.
    const stuck = Array.from({ length: 60 }, () => ask(started, Buffer.alloc(MiB / 2)));
    await expect.poll(() => started.gateway.admin.stats().backlog).toBeGreaterThan(MiB);
    await legacyService(started.target, apiKey, ['post.PostService'], echo);
    // The one that is full is not asked.
    for (let index = 0; index < 5; index++) expect((await ask(started)).status).toBe(200);
    const statuses = (await Promise.all(stuck)).map(({ status }) => status);
    // Those that it may have seen are lost, those it cannot have seen went to the other one.
    expect(new Set(statuses)).toEqual(new Set([200, 503]));
    await connected(started.gateway, 1);
    expect(started.closed).toEqual([expect.stringContaining('slow reader')]);
    expect(started.gateway.admin.stats()).toMatchObject({ backlog: 0 });
    // Once it reads again it learns why.
    slow.resume();
    expect(await slow.ended).toMatchObject({ code: 8, details: expect.stringContaining('slow reader') });
  });

  test('as a caller loses its answer; others get theirs', async () => {
    const started = await startGateway({ front: { stallTimeout: 300 } });
    const [chunks, data] = [600, Buffer.alloc(64 * 1024)];
    const service = await legacyService(started.target, apiKey, ['post.PostService']);
    service.serve(({ requestId, payload }) => {
      if (payload?.length === 0) return { requestId, statusCode: 200 };
      for (let index = 0; index < chunks; index++) {
        const responseStreamInfo = {
          isStreamed: true,
          chunkIndex: index,
          isFinalChunk: index === chunks - 1,
        };
        service.send({ response: { requestId, statusCode: 200, payload: data, responseStreamInfo } });
      }
      return undefined;
    });
    const { hostname, port } = new URL(started.origin);
    const caller = connect(Number(port), hostname);
    onTestFinished(() => void caller.destroy());
    caller.on('error', () => undefined).pause();
    const head = `POST /api${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/protobuf`;
    caller.write(`${head}\r\nContent-Length: 1\r\n\r\n1`);
    await service.next('request');
    for (let index = 0; index < 5; index++) expect((await ask(started)).status).toBe(200);
    await expect.poll(() => started.callersConnected()).toBe(0);
    // What it got is not all, and it is told by the end of its connection.
    let got = 0;
    caller.on('data', (chunk: Buffer) => (got += chunk.length)).resume();
    await once(caller, 'close');
    expect(got).toBeLessThan(chunks * data.length);
  });
});

describe('a flood of callers', () => {
  test('is shed early: what is taken is answered, the rest is told when to come again', async () => {
    const limits = { ...patient, maxInFlightPerConnection: 20, queuePerService: 20 };
    const started = await startGateway({ limits });
    const asked: string[] = [];
    const service = await legacyService(started.target, apiKey, ['post.PostService'], ({ requestId }) => {
      asked.push(requestId);
      return undefined;
    });
    const flood = Array.from({ length: 400 }, () => ask(started));
    const { codes } = started;
    // Nothing has been answered, and nobody's time is up: those that do not fit are told so all the same.
    await expect.poll(() => codes).toEqual(Array(360).fill('resource_exhausted'));
    expect(asked).toHaveLength(20);
    service.serve(({ requestId }) => ({ requestId, statusCode: 200 }));
    for (const requestId of asked) service.send({ response: { requestId, statusCode: 200 } });
    const answers = await Promise.all(flood);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(40);
    for (const { status, headers } of answers) if (status === 429) expect(headers['retry-after']).toBe('1');
    expect((await ask(started)).status).toBe(200);
  });
});

describe('a large body beside small ones', () => {
  test('on a narrow line holds none of them up', async () => {
    const started = await startGateway();
    const relay = await startRelay({ port: started.port });
    onTestFinished(() => relay.close());
    const data = Buffer.alloc(8 * MiB);
    const connection = connectGateway({
      url: `http://127.0.0.1:${relay.port}`,
      apiKey,
      log: silent,
      services: [
        Probe.serve({
          say: (request) => request,
          lookUp: (request) => request,
          enter: (request) => ({ data: request }),
          fetch: () => ({ contentType: 'application/octet-stream', data }),
        }),
      ],
    });
    onTestFinished(() => connection.close());
    await connection.ready;
    relay.throttle(MiB);
    const url = (method: string): string => `${started.origin}/api/pipit.test.v1.Probe/${method}`;
    let isHere = false;
    const file = http(url('Fetch'), 'application/json', '{}').then(({ body }) => {
      isHere = true;
      return body;
    });
    await expect.poll(() => relay.bytes).toBeGreaterThan(MiB / 2);
    for (let index = 0; index < 10; index++) {
      const small = await http(url('say'), 'application/json', `{"text":"${index}"}`);
      expect(JSON.parse(String(small.body))).toMatchObject({ text: `${index}` });
    }
    // One that waited for the large one would have come after it.
    expect(isHere).toBe(false);
    relay.resume();
    expect((await file).length).toBe(data.length);
  });
});
