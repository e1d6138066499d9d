import { afterEach, describe, expect, test } from 'vitest';
import {
  PayloadFormat,
  type ForwardRequestInit,
  type MetadataEntryInit,
} from '../../../src/protocol/registry.pb.ts';
import type { Transcoder } from '../../../src/transcode/transcoder.ts';
import type { Observer } from '../../../src/server/observer.ts';
import { turn } from '../../virtual-clock.ts';
import { echo, ScriptedService } from './scripted-service.ts';
import { ask, expectNothingLeft, testGateway, type TestGateway } from './test-gateway.ts';

const rev1 = { protocolRevision: 1, capabilities: ['http', 'chunks', 'window', 'cancel', 'drain'] };
const HTTP = PayloadFormat.PAYLOAD_FORMAT_HTTP;

let under: TestGateway | undefined;
function start(...options: Parameters<typeof testGateway>): TestGateway {
  under = testGateway(...options);
  return under;
}
afterEach(async () => {
  if (under) await expectNothingLeft(under);
  under = undefined;
});

/** A service `a.A` and one of revision 0 and of revision 1 that call it. */
async function three(
  ...options: Parameters<typeof testGateway>
): Promise<TestGateway & Record<'service' | 'old' | 'fresh', ScriptedService>> {
  const all = start(...options);
  const service = await new ScriptedService(all.gateway).register({
    apiKey: 'good',
    services: ['a.A'],
    ...rev1,
  });
  const old = await new ScriptedService(all.gateway).register({ apiKey: 'good' });
  const fresh = await new ScriptedService(all.gateway).register({ apiKey: 'good', ...rev1 });
  return { ...all, service, old, fresh };
}

function call(requestId: string, more: ForwardRequestInit = {}): ForwardRequestInit {
  return { requestId, methodPath: '/a.A/Do', payload: new Uint8Array([1, 2, 3]), ...more };
}

describe("a service's own call", () => {
  test('reaches another service and comes back; revision 0 is answered 200, revision 1 with grpc_status too', async () => {
    const { service, old, fresh } = await three();
    service.onRequest = ({ requestId, payload }) => {
      service.respond({ requestId, payload, headers: { 'x-from': 'a' } });
    };
    old.request(
      call('1', { headers: { 'X-Mine': 'yes', connection: 'close', authorization: 'Bearer gwk_a_b' } }),
    );
    fresh.request(call('1'));
    await turn();
    expect(old.responses).toMatchObject([
      { requestId: '1', statusCode: 200, payload: new Uint8Array([1, 2, 3]), headers: { 'x-from': 'a' } },
    ]);
    expect(old.responses[0]!.grpcStatus).toBeUndefined();
    expect(fresh.responses).toMatchObject([{ statusCode: 200, grpcStatus: 0 }]);
    const { headers, caller, methodPath, requestId } = service.requests[0]!;
    expect(headers).toEqual({
      'x-mine': 'yes',
      'x-trace-id': expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
    expect([caller, methodPath]).toEqual(['192.0.2.1', '/a.A/Do']);
    expect(requestId).not.toBe('1');
  });

  test('keeps its key to itself, however it writes it', async () => {
    const { service, fresh } = await three();
    const entry = (key: string, value: string): MetadataEntryInit => ({ key, value: Buffer.from(value) });
    fresh.request(
      call('1', {
        headers: { Authorization: 'bearer  gwk_a_b' },
        metadata: [
          entry('authorization', 'Bearer gwk_a_b'),
          entry('X-Mine', 'a'),
          entry('connection', 'x-y'),
        ],
      }),
    );
    await turn();
    const { headers, metadata } = service.requests[0]!;
    expect(Object.keys(headers)).not.toContain('authorization');
    expect(metadata.map(({ key }) => key)).toEqual(['X-Mine']);
  });

  test.each([
    [{ statusCode: 0, errorMessage: 'oh' }, 500, 2],
    [{ statusCode: 404, errorMessage: 'oh' }, 404, 5],
    [{ statusCode: 12, errorMessage: 'oh' }, 501, 12],
    [{ grpcStatus: 16, errorMessage: 'oh' }, 401, 16],
    [{ statusCode: 999, errorMessage: 'oh' }, 500, 2],
  ])('that fails with %j is told in both dialects', async (answer, statusCode, grpcStatus) => {
    const { service, old, fresh } = await three();
    service.onRequest = ({ requestId }) => service.respond({ requestId, ...answer });
    old.request(call('1'));
    fresh.request(call('1'));
    await turn();
    expect(old.responses).toMatchObject([{ statusCode, errorMessage: 'oh', grpcStatus: undefined }]);
    expect(fresh.responses).toMatchObject([{ statusCode, errorMessage: 'oh', grpcStatus }]);
  });

  test('to a service nobody registered is unimplemented, to a bad path invalid_argument', async () => {
    const { old } = await three();
    old.request(call('1', { methodPath: '/b.B/Do' }));
    old.request(call('2', { methodPath: 'nonsense' }));
    old.request(call('', {}));
    await turn();
    expect(old.responses.map(({ requestId, statusCode }) => [requestId, statusCode])).toEqual([
      ['1', 501],
      ['2', 400],
      ['', 400],
    ]);
  });

  test('needs the right to call, and the refusal names the service', async () => {
    const violations: string[] = [];
    const observer: Observer = { violation: (_, what) => violations.push(what) };
    const { gateway, keys, service } = await three({ observers: [observer] });
    keys.add('poor', { call: ['b.*'] });
    const poor = await new ScriptedService(gateway).register({ apiKey: 'poor' });
    poor.request(call('1'));
    await turn();
    expect(poor.responses).toMatchObject([{ statusCode: 403 }]);
    expect(poor.responses[0]!.errorMessage).toContain('a.A');
    expect(violations).toEqual(['tried to call a.A']);
    expect(service.requests).toEqual([]);
  });

  test('under an id that is in use is refused; the first one is answered; two services may use the same id', async () => {
    const { service, old, fresh } = await three();
    old.request(call('same'));
    old.request(call('same'));
    fresh.request(call('same'));
    await turn();
    expect(old.responses).toMatchObject([{ requestId: 'same', statusCode: 409 }]);
    for (const { requestId } of service.requests) service.respond({ requestId, statusCode: 200 });
    await turn();
    expect(service.requests).toHaveLength(2);
    expect(old.responses.map(({ statusCode }) => statusCode)).toEqual([409, 200]);
    expect(fresh.responses.map(({ statusCode }) => statusCode)).toEqual([200]);
    old.request(call('same'));
    await turn();
    expect(service.requests).toHaveLength(3);
  });

  test('carries its deadline, and is told when it has passed', async () => {
    const { clock, service, old } = await three();
    old.request(call('1', { timeoutSeconds: 3 }));
    await turn();
    expect(service.requests[0]).toMatchObject({ timeoutSeconds: 3, timeoutMs: 3_000 });
    await clock.pass(3_100, 100);
    expect(old.responses).toMatchObject([{ requestId: '1', statusCode: 504 }]);
  });

  test('may be cancelled', async () => {
    const { gateway, service, fresh } = await three();
    fresh.request(call('1'));
    await turn();
    fresh.say({ case: 'cancel', value: { requestId: '1' } });
    await turn();
    expect(service.all('cancel')).toMatchObject([{ requestId: service.requests[0]!.requestId }]);
    expect(gateway.admin.stats()).toMatchObject({ inFlight: 0, calls: 0 });
    service.respond({ requestId: service.requests[0]!.requestId, statusCode: 200 });
    await turn();
    expect(fresh.responses).toEqual([]);
  });

  test('ends with its connection', async () => {
    const { gateway, service, fresh } = await three();
    fresh.request(call('1'));
    await turn();
    fresh.streams.lose();
    await turn();
    expect(service.all('cancel')).toHaveLength(1);
    expect(gateway.admin.stats()).toMatchObject({ inFlight: 0, calls: 0 });
  });

  test('may go to itself', async () => {
    const { service } = await three();
    echo(service);
    service.request(call('1'));
    await turn();
    expect(service.responses).toMatchObject([{ requestId: '1', statusCode: 200 }]);
  });

  test('in numbers holds the service back, which is let go when they are answered, else closed', async () => {
    const { gateway, clock, service, fresh, old } = await three({ limits: { maxInFlightPerConnection: 10 } });
    const beat = (): void => {
      for (const peer of [service, old, fresh]) peer.heartbeat();
    };
    for (let i = 0; i < 40; i++) fresh.request(call(String(i)));
    await turn();
    expect(fresh.streams.server.paused).toBe(true);
    expect(gateway.admin.stats().calls).toBe(11);
    echo(service);
    for (const { requestId } of service.requests) service.respond({ requestId, statusCode: 200 });
    await turn();
    expect(fresh.streams.server.paused).toBe(false);
    expect(fresh.responses.map(({ statusCode }) => statusCode)).toEqual(Array(40).fill(200));

    service.onRequest = undefined;
    for (let i = 0; i < 40; i++) fresh.request(call(`again ${i}`, { timeoutSeconds: 300 }));
    await turn();
    for (let i = 0; i < 11; i++) {
      expect(fresh.closed).toBeUndefined();
      beat();
      await clock.pass(3_000);
    }
    expect(fresh.closed?.code).toBe(8);
    expect([old.closed, service.closed]).toEqual([undefined, undefined]);
  });
});

describe('a service that does not read', () => {
  /** A gateway that allows little, a service `a.A` that echoes, and a peer of which nothing is read. */
  async function deaf(): Promise<TestGateway & { service: ScriptedService; peer: ScriptedService }> {
    const all = start({ limits: { maxBacklog: 10_000 } });
    const rest = { apiKey: 'good', services: ['b.B'] };
    const service = echo(
      await new ScriptedService(all.gateway).register({ apiKey: 'good', services: ['a.A'] }),
    );
    const peer = await new ScriptedService(all.gateway, { window: 1_000 }).register(rest);
    peer.streams.client.pause();
    return { ...all, service, peer };
  }

  test('the answers to its calls is held back', async () => {
    const { clock, peer } = await deaf();
    for (let i = 0; i < 20; i++) peer.request(call(String(i), { payload: new Uint8Array(1_000) }));
    await turn();
    expect(peer.streams.server.paused).toBe(true);
    peer.streams.client.resume();
    await turn();
    await clock.pass(1_000);
    expect(peer.streams.server.paused).toBe(false);
    expect(peer.responses).toHaveLength(20);
  });

  test('its requests is not: what it answers comes through', async () => {
    const { gateway, clock, peer } = await deaf();
    const body = new Uint8Array(6_000);
    const [first, second] = [0, 1].map(() => ask(gateway, 'b.B', { body }));
    expect(gateway.admin.stats().backlog).toBeGreaterThan(10_000);
    await clock.pass(1_000);
    expect(peer.streams.server.paused).toBe(false);
    peer.streams.client.resume();
    echo(peer);
    await turn();
    expect([first?.answer, second?.answer]).toMatchObject([{ statusCode: 200 }, { statusCode: 200 }]);
  });
});

describe('in chunks', () => {
  const big = Uint8Array.from({ length: 300_000 }, (_, i) => i % 251);

  function chunk(requestId: string, index: number, size = 64 * 1024): ForwardRequestInit {
    const from = index * size;
    const payload = big.slice(from, from + size);
    const streamingInfo = {
      sequenceNumber: index,
      isStreamEnd: from + size >= big.length,
      chunkSize: payload.length,
    };
    return index === 0
      ? call(requestId, { payload, streamingInfo, totalSize: big.length })
      : { requestId, payload, streamingInfo };
  }

  test('a large call is put together and acknowledged, and its large answer comes in chunks', async () => {
    const { service, fresh } = await three();
    for (let i = 0; i < 5; i++) fresh.request(chunk('1', i));
    await turn();
    expect(fresh.all('window').reduce((sum, { bytes }) => sum + bytes, 0)).toBe(big.length);
    // The service takes it in chunks too, two at a time.
    const { requestId } = service.requests[0]!;
    for (let taken = 0; taken < 5; taken++) {
      service.say({ case: 'window', value: { requestId, bytes: 64 * 1024 } });
      await turn();
    }
    expect(Buffer.concat(service.requests.map(({ payload }) => payload)).equals(big)).toBe(true);
    for (let i = 0, at = 0; at < big.length; i++, at += 50_000) {
      const payload = big.slice(at, at + 50_000);
      const last = at + 50_000 >= big.length;
      const responseStreamInfo = {
        isStreamed: true,
        chunkIndex: i,
        isFinalChunk: last,
        chunkSize: payload.length,
      };
      service.respond({ requestId, ...(i === 0 && { statusCode: 200 }), payload, responseStreamInfo });
    }
    for (let taken = 0; taken < 5; taken++) {
      await turn();
      fresh.say({ case: 'window', value: { requestId: '1', bytes: 64 * 1024 } });
    }
    await turn();
    expect(Buffer.concat(fresh.responses.map(({ payload }) => payload)).equals(big)).toBe(true);
    expect(fresh.responses[0]).toMatchObject({ statusCode: 200, grpcStatus: 0 });
    expect(fresh.responses.at(-1)?.responseStreamInfo?.isFinalChunk).toBe(true);
  });

  test.each([
    ['missing', [0, 2]],
    ['doubled', [0, 1, 1]],
  ])('a %s chunk fails that call only', async (_, indexes) => {
    const { service, fresh } = await three();
    echo(service);
    for (const index of indexes) fresh.request(chunk('1', index));
    fresh.request(chunk('1', 3));
    fresh.request(call('2'));
    await turn();
    expect(fresh.responses.map(({ requestId, statusCode }) => [requestId, statusCode])).toEqual([
      ['1', 400],
      ['2', 200],
    ]);
  });

  test('one that never ends is given up at its deadline, one of a caller that goes at once', async () => {
    const { gateway, clock, fresh } = await three();
    fresh.request({ ...chunk('1', 0), timeoutSeconds: 5 });
    fresh.request(chunk('2', 0));
    await clock.pass(6_000);
    expect(fresh.responses).toMatchObject([{ requestId: '1', statusCode: 504 }]);
    fresh.streams.client.end();
    await turn();
    expect(fresh.closed?.code).toBe(0);
    expect(gateway.admin.stats().calls).toBe(0);
  });

  test('a total over the limit fails that call only', async () => {
    const { fresh, service } = await three({ limits: { maxBodyBytes: 200_000 } });
    fresh.request(chunk('1', 0));
    await turn();
    expect(fresh.responses).toMatchObject([{ requestId: '1', statusCode: 429 }]);
    echo(service);
    fresh.request(call('2'));
    await turn();
    expect(fresh.responses).toHaveLength(2);
  });

  test('an answer that the caller cannot take is told as too large, and its stream lives', async () => {
    const { gateway, service, old } = await three({ limits: { legacyMessageBytes: 200_000 } });
    service.onRequest = ({ requestId }) => service.respond({ requestId, statusCode: 200, payload: big });
    old.request(call('1'));
    await turn();
    expect(old.responses).toMatchObject([{ requestId: '1', statusCode: 429, payload: new Uint8Array() }]);
    expect(old.responses[0]!.errorMessage).toContain('too large');
    expect(gateway.admin.connections()).toHaveLength(3);
  });
});

describe('an HTTP call of a service', () => {
  const http = { payloadFormat: HTTP, verb: 'POST', target: '/api/a.A/Do?x=1', prefix: '/api' };

  test('reaches a service that takes HTTP as it is, and so does the answer', async () => {
    const { service, fresh } = await three();
    service.onRequest = ({ requestId }) => {
      service.respond({
        requestId,
        statusCode: 302,
        headers: { location: '/x' },
        metadata: [{ key: 'set-cookie', value: Buffer.from('a=1') }],
        payload: Buffer.from('moved'),
        payloadFormat: HTTP,
      });
    };
    fresh.request(call('1', { ...http, headers: { 'content-type': 'application/json' } }));
    await turn();
    expect(service.requests).toMatchObject([{ ...http, headers: { 'content-type': 'application/json' } }]);
    expect(fresh.responses).toMatchObject([
      {
        statusCode: 302,
        headers: { location: '/x' },
        metadata: [{ key: 'set-cookie' }],
        payloadFormat: HTTP,
      },
    ]);
    expect(fresh.responses[0]!.grpcStatus).toBeUndefined();
  });

  test('reaches a service of protobuf through its descriptors, and errors are those of HTTP', async () => {
    const transcoder: Transcoder = {
      schema: () => undefined,
      has: () => true,
      method: (service, method) =>
        method !== 'Do'
          ? undefined
          : {
              service,
              name: 'do',
              noSideEffects: true,
              isStream: false,
              isDownload: false,
              toDownload: () => ({}),
              toProtobuf: (codec, body, form) =>
                Buffer.from(`${codec} ${Buffer.from(body).toString()} ${form?.query}`),
              toHttp: (codec, payload) => ({
                status: 201,
                contentType: 'application/json',
                headers: [['X-Content-Type-Options', 'nosniff']],
                body: Buffer.from(`${codec}: ${Buffer.from(payload).toString()}`),
              }),
              toJson: (payload) => payload,
            },
    };
    const { gateway, fresh } = await three({ transcoder: () => transcoder });
    const plain = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['p.P'] });
    plain.onRequest = ({ requestId, methodPath, payload }) => {
      const answer = methodPath === '/p.P/do' ? { payload } : { statusCode: 404, errorMessage: 'no' };
      plain.respond({ requestId, ...answer });
    };
    const json = { ...http, target: '/api/p.P/Do', headers: { 'content-type': 'application/json' } };
    const body = Buffer.from('{}');
    fresh.request(call('json', { ...json, methodPath: '/p.P/Do', payload: body }));
    fresh.request(
      call('get', {
        ...http,
        methodPath: '/p.P/Do',
        verb: 'GET',
        target: '/api/p.P/Do?x=1',
        payload: new Uint8Array(),
      }),
    );
    fresh.request(
      call('none', { ...json, methodPath: '/p.P/Other', target: '/api/p.P/Other', payload: body }),
    );
    fresh.request(call('put', { ...json, methodPath: '/p.P/Do', verb: 'PUT', payload: body }));
    fresh.request(
      call('xml', { ...json, methodPath: '/p.P/Do', headers: { 'content-type': 'text/xml' }, payload: body }),
    );
    await turn();
    const told = (id: string): [number, string] => {
      const { statusCode, payload } = fresh.responses.find(({ requestId }) => requestId === id)!;
      return [statusCode, Buffer.from(payload).toString()];
    };
    expect(told('json')).toEqual([201, 'json: json {} undefined']);
    expect(told('get')).toEqual([201, 'form: form  x=1']);
    expect(told('none')).toEqual([404, expect.stringContaining('no handler for path') as string]);
    expect(told('put')).toEqual([404, expect.stringContaining('only POST is allowed') as string]);
    expect(told('xml')).toEqual([404, expect.stringContaining('unexpected Content-Type') as string]);
    const ok = fresh.responses.find(({ requestId }) => requestId === 'json')!;
    expect(ok.headers).toMatchObject({
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
    });
  });

  test('to a service of protobuf without descriptors passes protobuf, and says what is missing for JSON', async () => {
    const { gateway, fresh } = await three();
    const plain = await new ScriptedService(gateway).register({ apiKey: 'good', services: ['p.P'] });
    plain.onRequest = ({ requestId, payload }) => {
      plain.respond(
        payload[0] === 1 ? { requestId, payload } : { requestId, statusCode: 5, errorMessage: 'gone' },
      );
    };
    const target = '/api/p.P/Do';
    const protobuf = {
      ...http,
      target,
      methodPath: '/p.P/Do',
      headers: { 'content-type': 'application/protobuf' },
    };
    fresh.request(call('1', protobuf));
    fresh.request(call('2', { ...protobuf, payload: new Uint8Array([2]) }));
    fresh.request(call('3', { ...protobuf, headers: { 'content-type': 'application/json' } }));
    await turn();
    const byId = fresh.responses.toSorted((a, b) => a.requestId.localeCompare(b.requestId));
    expect(byId.map(({ statusCode }) => statusCode)).toEqual([200, 404, 501]);
    expect(byId[0]!.headers['content-type']).toBe('application/protobuf');
    expect(JSON.parse(Buffer.from(byId[1]!.payload).toString())).toEqual({ code: 'not_found', msg: 'gone' });
    expect(JSON.parse(Buffer.from(byId[2]!.payload).toString())).toMatchObject({
      msg: expect.stringContaining('descriptors') as string,
    });
  });

  test('that fails gets the Twirp error of HTTP callers', async () => {
    const { fresh } = await three();
    fresh.request(call('1', { ...http, methodPath: '/b.B/Do' }));
    await turn();
    const [answer] = fresh.responses;
    expect(answer).toMatchObject({ statusCode: 501, headers: { 'content-type': 'application/json' } });
    expect(JSON.parse(Buffer.from(answer!.payload).toString())).toMatchObject({ code: 'unimplemented' });
  });
});
