import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tracked, TwirpError, type Context } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { createHandler, createServer } from '@pipit/runtime/node';
import { connectGateway, type GatewayConnection } from '@pipit/gateway/connector';
import { describe, expect, onTestFinished, test } from 'vitest';
import { frameOf } from '../../packages/runtime/src/protocol/frame.ts';
import { Feed } from '../../packages/runtime/test/fixture/feed.twirp.ts';
import { Text } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { grpcStreamer } from '../../packages/runtime/test/fixture/grpc-caller.ts';
import { untilStill } from '../../packages/runtime/test/fixture/serve.ts';
import { feed } from '../../packages/runtime/test/stream/doors.ts';
import { apiKey, startGateway, type TestGateway, type TestGatewayOptions } from './gateway.ts';

const path = '/api/pipit.test.v1.Feed/';
const json = { 'content-type': 'application/json' };

interface Behind extends TestGateway {
  readonly connection: GatewayConnection;
  readonly url: (method: string) => string;
  readonly client: ReturnType<typeof feedAt>;
}

const feedAt = (baseUrl: string, fetch = globalThis.fetch) => createClient(Feed, { baseUrl, fetch });

/** Feed behind a gateway, with the methods a test needs. */
async function behind(methods: Partial<Feed>, options?: TestGatewayOptions): Promise<Behind> {
  const rig = await startGateway(options);
  const connection = await connected(rig, feed(methods));
  const client = feedAt(rig.origin);
  return { ...rig, connection, client, url: (method) => `${rig.origin}${path}${method}` };
}

async function connected(
  { target }: TestGateway,
  services: ReturnType<typeof feed>,
): Promise<GatewayConnection> {
  const connection = connectGateway({ url: `http://${target}`, apiKey, services });
  onTestFinished(() => connection.close());
  await connection.ready;
  return connection;
}

const aborted = ({ signal }: Context): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', resolve));

/** Each asks for one kind of answer; what the handler does depends on the text. */
const methods: Partial<Feed> = {
  async *watch({ text }, { responseHeaders, responseTrailers }) {
    responseHeaders.set('X-Own', 'a head');
    if (text === 'refuse') throw new TwirpError('not_found', 'gone', { meta: { what: 'it' } });
    if (text === 'nothing') return;
    yield { text, count: 1 };
    await new Promise(setImmediate);
    yield tracked('two', { text: 'x'.repeat(200_000), count: 2 });
    responseTrailers.append('X-Tail', 'a tail');
    if (text === 'fail') throw new TwirpError('malformed', 'no', { meta: { a: 'b' } });
  },
  async *follow({ text }, { lastEventId }) {
    yield tracked('1', { text, count: Number(lastEventId ?? 0) });
  },
  async *export({ text }) {
    if (text === 'none') return;
    yield { contentType: 'text/csv', filename: 'all.csv', data: Buffer.from('a,b\n') };
    await new Promise(setImmediate);
    yield { data: Buffer.from('1,2\n'.repeat(50_000)) };
  },
};

interface Asked {
  readonly method: string;
  readonly verb?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
}

const binary = (text: string): Uint8Array => Text.encode({ text }).slice();
const texts = ['hi', 'fail', 'refuse', 'nothing'];
const framed = (type: string, frames: (text: string) => string | Uint8Array): [string, Asked][] =>
  texts.map((text) => [
    `${type} ${text}`,
    { method: 'Watch', headers: { 'content-type': type }, body: frames(text) },
  ]);

/** Every kind of stream that an HTTP caller can ask for. */
const asked: readonly [string, Asked][] = [
  ...texts.map((text): [string, Asked] => [
    `NDJSON ${text}`,
    { method: 'Watch', headers: json, body: `{"text":"${text}"}` },
  ]),
  ...texts.map((text): [string, Asked] => [
    `server-sent events ${text}`,
    { method: 'Watch', headers: { ...json, accept: 'text/event-stream' }, body: `{"text":"${text}"}` },
  ]),
  [
    'frames by Accept',
    { method: 'Watch', headers: { ...json, accept: 'application/connect+json' }, body: '{"text":"hi"}' },
  ],
  [
    'a form',
    { method: 'Watch', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: 'text=hi' },
  ],
  ['a form that is wrong', { method: 'Watch', headers: json, body: '{' }],
  [
    'GET, resumed',
    {
      method: 'Follow?text=hi',
      verb: 'GET',
      headers: { accept: 'text/event-stream', 'last-event-id': '6' },
    },
  ],
  ['HEAD', { method: 'Follow?text=hi', verb: 'HEAD' }],
  ['GET that is not open', { method: 'Watch?text=hi', verb: 'GET' }],
  ...framed('application/protobuf', binary),
  ...framed('application/connect+proto', (text) => frameOf(0, binary(text))),
  ...framed('application/connect+json', (text) => frameOf(0, Buffer.from(`{"text":"${text}"}`))),
  ...framed('application/grpc-web+proto', (text) => frameOf(0, binary(text))),
  ...framed('application/grpc-web-text', (text) => Buffer.from(frameOf(0, binary(text))).toString('base64')),
  [
    'gzip by Connect',
    {
      method: 'Watch',
      headers: { 'content-type': 'application/connect+proto', 'connect-accept-encoding': 'gzip' },
      body: frameOf(0, binary('hi')),
    },
  ],
  [
    'gzip by gRPC-Web',
    {
      method: 'Watch',
      headers: { 'content-type': 'application/grpc-web+proto', 'grpc-accept-encoding': 'gzip' },
      body: frameOf(0, binary('hi')),
    },
  ],
  ['a download', { method: 'Export', headers: json, body: '{}' }],
  ['a download without messages', { method: 'Export', headers: json, body: '{"text":"none"}' }],
  [
    'the messages of a download',
    {
      method: 'Export',
      headers: { 'content-type': 'application/connect+proto' },
      body: frameOf(0, binary('hi')),
    },
  ],
];

/** By gRPC, over HTTP/2. */
const askedByGrpc: readonly [string, Asked][] = [
  ...framed('application/grpc', (text) => frameOf(0, binary(text))),
  ...framed('application/grpc+json', (text) => frameOf(0, Buffer.from(`{"text":"${text}"}`))),
  [
    'gzip',
    {
      method: 'Watch',
      headers: { 'content-type': 'application/grpc', 'grpc-accept-encoding': 'gzip' },
      body: frameOf(0, binary('hi')),
    },
  ],
  ...[
    ['the messages of a download', 'Export', {}, frameOf(0, binary('hi'))],
    ['no such method', 'Nothing', {}, frameOf(0, binary('hi'))],
    ['no message', 'Watch', {}, ''],
    ['two messages', 'Watch', {}, Buffer.concat([frameOf(0, binary('hi')), frameOf(0, binary('hi'))])],
    ['an unknown compression', 'Watch', { 'grpc-encoding': 'br' }, frameOf(1, binary('hi'))],
    ['an unknown format', 'Watch', { 'content-type': 'application/grpc+thrift' }, frameOf(0, binary('hi'))],
  ].map(([name, method, headers, body]): [string, Asked] => [
    name as string,
    {
      method: method as string,
      headers: { 'content-type': 'application/grpc', ...(headers as object) },
      body: body as Uint8Array,
    },
  ]),
  [
    'another verb',
    {
      method: 'Watch',
      verb: 'PUT',
      headers: { 'content-type': 'application/grpc' },
      body: frameOf(0, binary('hi')),
    },
  ],
];

/** Of one hop only, or different each time. */
const ofTheHop = new Set(['connection', 'keep-alive', 'date']);

async function answer(origin: string, { method, verb = 'POST', headers, body }: Asked): Promise<object> {
  const sent = request(`${origin}${path}${method}`, {
    method: verb,
    headers: { 'x-trace-id': 'a-trace', ...headers },
  });
  sent.end(body);
  const [got] = (await once(sent, 'response')) as [IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of got) chunks.push(chunk as Buffer);
  return {
    status: got.statusCode,
    headers: Object.fromEntries(Object.entries(got.headers).filter(([name]) => !ofTheHop.has(name))),
    body: Buffer.concat(chunks).toString('latin1'),
  };
}

/** The same over HTTP/2, with the trailers. */
async function http2Answer(origin: string, { method, verb = 'POST', headers, body }: Asked): Promise<object> {
  const session = connect(origin);
  onTestFinished(() => session.destroy());
  const stream = session.request({
    ':method': verb,
    ':path': `${path}${method}`,
    'x-trace-id': 'a-trace',
    te: 'trailers',
    ...headers,
  });
  let trailers: IncomingHttpHeaders = {};
  stream.on('trailers', (got: IncomingHttpHeaders) => (trailers = got));
  stream.end(body);
  const [{ date: _, ...head }] = (await once(stream, 'response')) as [IncomingHttpHeaders];
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return { headers: { ...head }, body: Buffer.concat(chunks).toString('latin1'), trailers: { ...trailers } };
}

async function direct(): Promise<string> {
  const server = createServer(createHandler({ services: feed(methods) }));
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a stream is the same through the gateway as direct', () => {
  test.each(asked)('%s', async (_, ask) => {
    const { origin } = await behind(methods);
    expect(await answer(origin, ask)).toEqual(await answer(await direct(), ask));
  });

  test.each(askedByGrpc)('by gRPC: %s', async (_, ask) => {
    const { origin } = await behind(methods);
    const got = await http2Answer(origin, ask);
    expect(got).toEqual(await http2Answer(await direct(), ask));
    expect(got).toMatchObject({ trailers: { 'grpc-status': expect.any(String) as string } });
  });
});

describe('through the gateway', () => {
  test.for([
    ['NDJSON', { ...json }, JSON.stringify({ text: 'fail' })],
    ['Connect', { 'content-type': 'application/connect+json' }, frameOf(0, Buffer.from('{"text":"fail"}'))],
  ] as const)('a failure behind the head counts as one, by %s', async ([, headers, body]) => {
    const { url, codes } = await behind(methods);
    const response = await fetch(url('Watch'), { method: 'POST', headers, body: Buffer.from(body) });
    expect(response.status).toBe(200);
    await response.text();
    // The code that gRPC has for `malformed`.
    await expect.poll(() => codes).toEqual(['invalid_argument']);
  });

  test('a message comes when it is yielded, and a client has all of them', async () => {
    const heard: (() => void)[] = [];
    const { client } = await behind({
      async *follow() {
        for (let count = 1; count <= 3; count++) {
          yield { count };
          // Goes on only when the caller has it.
          await new Promise<void>((resolve) => heard.push(resolve));
        }
      },
    });
    const got: number[] = [];
    for await (const { count } of client.follow({})) {
      got.push(count);
      await expect.poll(() => heard.length).toBe(count);
      heard.at(-1)!();
    }
    expect(got).toEqual([1, 2, 3]);
  });

  test('a reader that stalls stops the handler, others go on, and one that leaves ends it', async () => {
    let made = 0;
    let ended = 0;
    const { url, gateway, client } = await behind({
      async *watch() {
        try {
          for (; ; made++) yield { text: 'x'.repeat(1_000) };
        } finally {
          ended++;
        }
      },
      async *follow() {
        yield { count: 7 };
      },
    });
    const sent = request(url('Watch'), { method: 'POST', headers: json });
    sent.on('error', () => undefined).end('{}');
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.pause();
    await untilStill(() => made);
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(50_000);
    for await (const { count } of client.follow({})) expect(count).toBe(7);
    expect(gateway.admin.stats().inFlight).toBeGreaterThan(0);
    response.destroy();
    await expect.poll(() => ended).toBe(1);
  });

  test('neither a silence nor a length is a fault', async () => {
    let goOn!: () => void;
    const silence = new Promise<void>((resolve) => (goOn = resolve));
    const { client, codes } = await behind(
      {
        async *follow() {
          yield { count: 1 };
          await silence;
          yield { count: 2 };
        },
        // A download has no head before its first message.
        // oxlint-disable-next-line require-yield
        async *export(_request, context) {
          await aborted(context);
        },
      },
      { limits: { defaultDeadline: 3_000, longestDeadline: 3_000 } },
    );
    const messages = client.follow({})[Symbol.asyncIterator]();
    expect((await messages.next()).value).toMatchObject({ count: 1 });
    // Longer than any other request may take: this one begins later, and waits to its end.
    const parts = client.export({})[Symbol.asyncIterator]();
    await expect(parts.next()).rejects.toMatchObject({ code: 'deadline_exceeded' });
    goOn();
    expect((await messages.next()).value).toMatchObject({ count: 2 });
    expect((await messages.next()).done).toBe(true);
    await expect.poll(() => codes).toEqual(['deadline_exceeded', 'ok']);
  });

  test('the caller’s own deadline ends it, as it does direct', async () => {
    const { url } = await behind({
      async *watch(_request, context) {
        yield { count: 1 };
        await aborted(context);
      },
    });
    const response = await fetch(url('Watch'), {
      method: 'POST',
      headers: { ...json, 'x-request-timeout-ms': '2000' },
      body: '{}',
    });
    expect(await response.text()).toMatch(
      /"count":1.*\n\{"error":\{"code":"deadline_exceeded","msg":"the deadline has passed"\}\}\n$/,
    );
  });

  test.each(['application/grpc', 'application/grpc-web+proto'])(
    'the deadline of a caller by %s ends it, as it does direct',
    async (type) => {
      const { origin } = await behind({
        async *watch(_request, context) {
          yield { count: 1 };
          await aborted(context);
        },
      });
      const headers = { 'content-type': type, 'grpc-timeout': '1500m' };
      const answered = await http2Answer(origin, {
        method: 'Watch',
        headers,
        body: frameOf(0, binary('hi')),
      });
      const { body, trailers } = answered as { body: string; trailers: Record<string, string> };
      const end = Object.entries(trailers).map(([name, value]) => `${name}: ${value}`);
      expect(body + end.join('')).toMatch(/grpc-status: 4.*grpc-message: the deadline has passed/s);
    },
  );

  test('a caller by gRPC who leaves ends it; one whose service dies has what came, and hears why it is not more', async () => {
    let ended = 0;
    const { origin, registry } = await behind({
      async *follow({ text }, context) {
        try {
          yield { text, count: 1 };
          await aborted(context);
        } finally {
          ended++;
        }
      },
    });
    const follow = grpcStreamer(origin);
    const left = follow('/pipit.test.v1.Feed/Follow', binary('a')).on('error', () => undefined);
    await once(left, 'data');
    left.cancel();
    await expect.poll(() => ended).toBe(1);
    const broken = follow('/pipit.test.v1.Feed/Follow', binary('b'));
    await once(broken, 'data');
    const failed = once(broken, 'error');
    await registry.destroy();
    expect(await failed).toMatchObject([
      { code: 14, details: expect.stringContaining('outcome unknown') as string },
    ]);
  });

  test('a service that dies breaks it off', async () => {
    const signals: AbortSignal[] = [];
    const { client, crash } = await behind({
      async *follow(_request, context) {
        signals.push(context.signal);
        yield { count: 1 };
        await aborted(context);
      },
    });
    const messages = client.follow({})[Symbol.asyncIterator]();
    await messages.next();
    await crash();
    await expect(messages.next()).rejects.toMatchObject({ code: 'unavailable' });
    await expect.poll(() => signals[0]!.aborted).toBe(true);
  });

  test.each([
    ['service', ({ connection }: Behind) => connection.close()],
    ['gateway', ({ gateway }: Behind) => gateway.drain()],
  ])('a %s that shuts down ends it with `unavailable`, and waits for nobody', async (_, stop) => {
    let ended = 0;
    const rig = await behind({
      async *watch(_request, context) {
        try {
          yield { count: 1 };
          await aborted(context);
        } finally {
          ended++;
        }
      },
    });
    const response = await fetch(rig.url('Watch'), { method: 'POST', headers: json, body: '{}' });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toContain('"count":1');
    await stop(rig);
    let rest = '';
    for (let part = await reader.read(); !part.done; part = await reader.read()) rest += part.value;
    expect(rest).toMatch(/^\{"error":\{"code":"unavailable","msg":"[^"]+"\}\}\n$/);
    expect(ended).toBe(1);
    // The connector would dial it again.
    await rig.crash();
  });

  test('a download is larger than any other body, and flat', async () => {
    const size = 1024 * 1024;
    let made = 0;
    const { client } = await behind({
      async *export({ count }) {
        for (; made < count; made++) yield { contentType: 'x/y', filename: 'f', data: new Uint8Array(size) };
      },
    });
    let bytes = 0;
    let most = 0;
    for await (const part of client.export({ count: 80 })) {
      bytes += part.data.length;
      most = Math.max(most, made * size - bytes);
    }
    expect(bytes).toBe(80 * size);
    expect(most).toBeLessThan(24 * size);
  });

  test('a download that fails is broken off', async () => {
    const { url } = await behind({
      async *export() {
        yield { data: Buffer.from('half') };
        await new Promise(setImmediate);
        throw new TwirpError('aborted', 'no more');
      },
    });
    const response = await fetch(url('Export'), { method: 'POST', headers: json, body: '{}' });
    await expect(response.text()).rejects.toThrow();
  });

  test('services call streams of others through their own connection, and leave them', async () => {
    let ended = 0;
    const rig = await behind({
      async *follow({ count }) {
        try {
          for (let i = 1; i <= (count || Infinity); i++) yield { count: i, text: 'x'.repeat(1_000) };
        } finally {
          ended++;
        }
      },
    });
    const caller = await connected(rig, []);
    const client = feedAt('http://gateway', caller.fetch);
    let got = 0;
    for await (const { count } of client.follow({ count: 500 })) expect(count).toBe(++got);
    expect(got).toBe(500);
    for await (const { count } of client.follow({})) if (count === 3) break;
    await expect.poll(() => ended).toBe(2);
  });
});
