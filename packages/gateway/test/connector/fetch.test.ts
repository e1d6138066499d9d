import { createClient } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { Probe, Text } from '../../../runtime/test/fixture/probe.twirp.ts';
import {
  PayloadFormat,
  type ForwardRequest,
  type ForwardResponseInit,
} from '../../src/protocol/registry.pb.ts';
import { turn } from '../virtual-clock.ts';
import { connected, scene, type GatewayEnd, type Scene } from './scripted-gateway.ts';

const url = 'http://gateway/api/pipit.test.v1.Probe/say';

/** The one call that has reached the gateway. */
async function asked(gateway: GatewayEnd): Promise<ForwardRequest> {
  await expect.poll(() => gateway.all('request')).not.toEqual([]);
  return gateway.only('request');
}

function answer({ gateway }: Scene, request: ForwardRequest, init: ForwardResponseInit): void {
  const { requestId } = request;
  const payloadFormat = PayloadFormat.PAYLOAD_FORMAT_HTTP;
  gateway.send({ case: 'response', value: { requestId, statusCode: 200, payloadFormat, ...init } });
}

describe('a call through the connection', () => {
  test('goes to the gateway as it was made, and comes back as a Response', async () => {
    const made = await connected();
    const pending = made.connection.fetch(`${url}?count=1`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-own': 'é', 'x-request-timeout-ms': '1500' },
      body: '{"text":"a"}',
    });
    const request = await asked(made.gateway);
    expect(request).toMatchObject({
      methodPath: '/pipit.test.v1.Probe/say',
      prefix: '/api',
      target: '/api/pipit.test.v1.Probe/say?count=1',
      verb: 'POST',
      timeoutMs: 1500,
      timeoutSeconds: 2,
      payloadFormat: PayloadFormat.PAYLOAD_FORMAT_HTTP,
      headers: { 'content-type': 'application/json', 'x-own': 'é' },
    });
    expect(Buffer.from(request.payload).toString()).toBe('{"text":"a"}');
    answer(made, request, {
      statusCode: 201,
      headers: { 'content-type': 'text/plain' },
      metadata: ['a=1', 'b=2'].map((value) => ({ key: 'set-cookie', value: Buffer.from(value) })),
      payload: Buffer.from('done'),
    });
    const response = await pending;
    expect([response.status, response.headers.get('content-type')]).toEqual([201, 'text/plain']);
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await response.text()).toBe('done');
  });

  test.each(['json', 'protobuf'] as const)('serves the generated client in %s', async (format) => {
    const made = await connected();
    const client = createClient(Probe, { baseUrl: 'http://gateway', fetch: made.connection.fetch, format });
    const pending = client.say({ text: 'hi' });
    const request = await asked(made.gateway);
    const payload = format === 'json' ? Buffer.from('{"text":"hi!"}') : Text.encode({ text: 'hi!' });
    answer(made, request, { headers: { 'content-type': `application/${format}` }, payload });
    expect(await pending).toMatchObject({ text: 'hi!' });
  });

  test('fails in the client with the error the gateway tells', async () => {
    const made = await connected();
    const client = createClient(Probe, { baseUrl: 'http://gateway', fetch: made.connection.fetch });
    const pending = client.say({});
    const request = await asked(made.gateway);
    answer(made, request, {
      statusCode: 503,
      headers: { 'content-type': 'application/json' },
      payload: Buffer.from('{"code":"unavailable","msg":"nobody is there"}'),
    });
    await expect(pending).rejects.toMatchObject({ code: 'unavailable', msg: 'nobody is there' });
  });

  test('may be answered in protobuf, by a gateway that knows nothing else', async () => {
    const made = await connected({}, {}, { protocolRevision: 0, capabilities: [] });
    const options = { baseUrl: 'http://gateway', fetch: made.connection.fetch };
    const client = createClient(Probe, { ...options, format: 'protobuf' });
    const plain = PayloadFormat.PAYLOAD_FORMAT_PROTOBUF;
    const pending = client.say({});
    const first = await asked(made.gateway);
    expect(first).toMatchObject({ payloadFormat: plain, verb: '', target: '', prefix: '' });
    answer(made, first, { payloadFormat: plain, payload: Text.encode({ text: 'hi' }) });
    expect(await pending).toMatchObject({ text: 'hi' });
    made.gateway.received.length = 0;
    const failing = client.say({});
    const second = await asked(made.gateway);
    answer(made, second, { payloadFormat: plain, statusCode: 404, errorMessage: 'no such text' });
    await expect(failing).rejects.toMatchObject({ code: 'not_found', msg: 'no such text' });
    await expect(createClient(Probe, options).say({})).rejects.toMatchObject({ code: 'unimplemented' });
  });

  test('has no body where HTTP has none', async () => {
    const made = await connected();
    for (const [method, statusCode] of [
      ['HEAD', 200],
      ['GET', 204],
      ['GET', 304],
    ] as const) {
      made.gateway.received.length = 0;
      const pending = made.connection.fetch(url, { method });
      answer(made, await asked(made.gateway), { statusCode, payload: Buffer.from('x') });
      const response = await pending;
      expect([response.status, response.body]).toEqual([statusCode, null]);
    }
  });

  test('rejects where there is no connection, and where it is lost', async () => {
    const alone = scene();
    const failed = { name: 'TypeError', message: 'fetch failed' };
    await expect(alone.connection.fetch(url)).rejects.toMatchObject(failed);
    const made = await connected();
    const pending = made.connection.fetch(url);
    await asked(made.gateway);
    made.gateway.streams.lose();
    await expect(pending).rejects.toMatchObject(failed);
  });

  test('rejects an answer that is none', async () => {
    const made = await connected();
    const pending = made.connection.fetch(url);
    answer(made, await asked(made.gateway), { statusCode: 7 });
    await expect(pending).rejects.toMatchObject({ message: 'fetch failed' });
  });

  test('can be aborted: the gateway is told, a late answer dropped', async () => {
    const made = await connected();
    const controller = new AbortController();
    const pending = made.connection.fetch(url, { signal: controller.signal });
    const request = await asked(made.gateway);
    controller.abort(new Error('not any more'));
    await expect(pending).rejects.toThrow('not any more');
    await turn();
    expect(made.gateway.only('cancel').requestId).toBe(request.requestId);
    answer(made, request, {});
    await turn();
    expect(made.connection.state).toBe('connected');
    await expect(made.connection.fetch(url, { signal: controller.signal })).rejects.toThrow('not any more');
  });

  test('of several connections takes the one with the fewest calls', async () => {
    const made = await connected({}, { connections: 2 });
    for (let call = 0; call < 4; call += 1) made.connection.fetch(url).catch(() => undefined);
    await expect.poll(() => made.dialled.map((gateway) => gateway.all('request').length)).toEqual([2, 2]);
    for (const gateway of made.dialled) gateway.streams.lose();
    await turn();
  });
});

describe('a large call', () => {
  const chunk = (
    made: Scene,
    request: ForwardRequest,
    index: number,
    bytes: Uint8Array,
    last: boolean,
  ): void =>
    answer(made, request, {
      payload: bytes,
      responseStreamInfo: {
        isStreamed: true,
        chunkIndex: index,
        isFinalChunk: last,
        chunkSize: bytes.length,
      },
    });

  test('goes out in chunks, two at a time', async () => {
    const made = await connected();
    const body = Buffer.alloc(200_000, 'x');
    made.connection.fetch(url, { method: 'POST', body }).catch(() => undefined);
    await expect.poll(() => made.gateway.all('request')).toHaveLength(2);
    const { requestId, totalSize } = made.gateway.all('request')[0] as ForwardRequest;
    expect(totalSize).toBe(200_000);
    for (let count = 3; count <= 4; count += 1) {
      made.gateway.send({ case: 'window', value: { requestId, bytes: 65_536 } });
      await turn();
      expect(made.gateway.all('request')).toHaveLength(count);
    }
    const sent = Buffer.concat(made.gateway.all('request').map(({ payload }) => payload));
    expect(sent.equals(body)).toBe(true);
  });

  test('is refused here where the gateway takes no chunks', async () => {
    const made = await connected({}, {}, { capabilities: ['http'], maxMessageBytes: 100_000 });
    const pending = made.connection.fetch(url, { method: 'POST', body: Buffer.alloc(200_000) });
    await expect(pending).rejects.toMatchObject({ message: 'fetch failed', cause: { name: 'RangeError' } });
    expect(made.connection.state).toBe('connected');
  });

  test('gets its answer in chunks, which are acknowledged as they are read', async () => {
    const made = await connected();
    const pending = made.connection.fetch(url);
    const request = await asked(made.gateway);
    chunk(made, request, 0, Buffer.from('one '), false);
    const response = await pending;
    chunk(made, request, 1, Buffer.from('two '), false);
    await turn();
    expect(made.gateway.all('window')).toEqual([]);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const read = async (): Promise<string> => Buffer.from((await reader.read()).value ?? []).toString();
    expect(await read()).toBe('one ');
    await turn();
    expect(made.gateway.only('window')).toMatchObject({ requestId: request.requestId, bytes: 4 });
    chunk(made, request, 2, Buffer.from('three'), true);
    expect([await read(), await read()]).toEqual(['two ', 'three']);
    expect(await reader.read()).toMatchObject({ done: true });
  });

  test.each([
    ['missing', 2],
    ['doubled', 0],
  ])('breaks off where a chunk is %s', async (_, index) => {
    const made = await connected();
    const pending = made.connection.fetch(url);
    const request = await asked(made.gateway);
    chunk(made, request, 0, Buffer.from('one '), false);
    const response = await pending;
    chunk(made, request, index, Buffer.from('two '), false);
    await expect(response.text()).rejects.toMatchObject({ name: 'TypeError' });
    await turn();
    expect(made.gateway.only('cancel').requestId).toBe(request.requestId);
  });

  test('breaks off where the connection is lost', async () => {
    const made = await connected();
    const pending = made.connection.fetch(url);
    chunk(made, await asked(made.gateway), 0, Buffer.from('one '), false);
    const response = await pending;
    made.gateway.streams.lose();
    await expect(response.text()).rejects.toMatchObject({ name: 'TypeError' });
  });

  test('is cancelled where nobody reads the answer', async () => {
    const made = await connected();
    const pending = made.connection.fetch(url);
    const request = await asked(made.gateway);
    chunk(made, request, 0, Buffer.from('one '), false);
    await (await pending).body?.cancel();
    await turn();
    expect(made.gateway.only('cancel').requestId).toBe(request.requestId);
  });
});
