import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { BusinessError, TwirpError } from '@pipit/runtime';
import { connect, createClient, unwrap, type ClientOptions } from '@pipit/runtime/client';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { createJsonClient } from '@pipit/runtime/json-client';
import { anyPack } from '@pipit/runtime/wkt';
import { describe, expect, test } from 'vitest';
import { watch } from '../fixture/feed.json.ts';
import { Feed } from '../fixture/feed.twirp.ts';
import { serviceOf } from '../fixture/foreign-callers.ts';
import { listening } from '../fixture/node-server.ts';
import { enter, fetch as fetchFile, say } from '../fixture/probe.json.ts';
import { Probe, Text } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { serve, signalled } from '../fixture/serve.ts';
import { doors } from '../stream/doors.ts';

const formats = ['json', 'protobuf'] as const;

type Message = Record<string, unknown>;
type Methods = Record<string, (request: Message, context: HandlerContext) => unknown>;

/** A server of connect-node, with the methods of Probe and Feed that a test needs. */
async function foreignServer(
  probeMethods: Methods,
  feedMethods: Methods = {},
  seen: IncomingMessage[] = [],
): Promise<ClientOptions> {
  const routes = (router: ConnectRouter): void => {
    router.service(serviceOf('pipit.test.v1.Probe'), probeMethods as never);
    router.service(serviceOf('pipit.test.v1.Feed'), feedMethods as never);
  };
  const handler = connectNodeAdapter({ routes });
  const server = createHttpServer((request, response) => {
    seen.push(request);
    handler(request, response);
  });
  const baseUrl = `http://127.0.0.1:${await listening(server)}`;
  return { baseUrl, prefix: '/', protocol: connect() };
}

async function failure(call: Promise<unknown>): Promise<TwirpError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof TwirpError) return error;
    throw error;
  }
  throw new Error('the call went well');
}

async function all<Message>(messages: AsyncIterable<Message>, into: Message[] = []): Promise<Message[]> {
  for await (const message of messages) into.push(message);
  return into;
}

describe.each(formats)('a client that speaks Connect in %s, to a server of connect-node', (format) => {
  test('calls, with headers, trailers and the time that is left', async () => {
    const seen: IncomingMessage[] = [];
    const options = await foreignServer(
      {
        say(request, { responseHeader, responseTrailer, requestHeader, timeoutMs }) {
          responseHeader.set('x-head', String(requestHeader.get('x-asked')));
          responseTrailer.set('x-tail', 'behind it');
          return { text: String(request['text']).toUpperCase(), count: timeoutMs()! > 1_000 ? 1 : 0 };
        },
      },
      {},
      seen,
    );
    let head: Headers | undefined;
    let tail: Headers | undefined;
    const client = createClient(Probe, { ...options, format, headers: { 'x-asked': 'yes' } });
    const answer = await client.say(
      { text: 'grüß dich' },
      {
        timeoutMs: 60_000,
        onResponse: ({ headers }) => void (head = headers),
        onTrailers: (trailers) => (tail = trailers),
      },
    );
    expect(answer).toEqual({ text: 'GRÜSS DICH', count: 1, ids: [] });
    expect([head?.get('x-head'), tail?.get('x-tail')]).toEqual(['yes', 'behind it']);
    expect(seen[0]?.headers).toMatchObject({
      'content-type': format === 'json' ? 'application/json' : 'application/proto',
      'connect-protocol-version': '1',
    });
    expect(seen[0]?.headers['x-request-timeout-ms']).toBeUndefined();
  });

  test('calls by GET what has no side effects, where it is told to', async () => {
    const seen: IncomingMessage[] = [];
    const options = await foreignServer({ look_up: ({ text }) => ({ text }) }, {}, seen);
    const client = createClient(Probe, { ...options, format, protocol: connect({ get: true }) });
    expect(await client.lookUp({ text: 'a+b/c?&=ü~' })).toMatchObject({ text: 'a+b/c?&=ü~' });
    const long = 'x'.repeat(9_000);
    expect(await client.lookUp({ text: long })).toMatchObject({ text: long });
    await failure(client.say({}));
    expect(seen.map(({ method }) => method)).toEqual(['GET', 'POST', 'POST']);
  });

  test('throws what the server says, with its details', async () => {
    const options = await foreignServer({
      say() {
        const error = new ConnectError('erst zahlen: 5 €', Code.FailedPrecondition, { 'x-tail': 'one' });
        error.details = [{ type: 'google.protobuf.StringValue', value: new Uint8Array([10, 1, 97]) }];
        throw error;
      },
    });
    expect(await failure(createClient(Probe, { ...options, format }).say({}))).toMatchObject({
      code: 'failed_precondition',
      msg: 'erst zahlen: 5 €',
      details: [
        { typeUrl: 'type.googleapis.com/google.protobuf.StringValue', value: new Uint8Array([10, 1, 97]) },
      ],
    });
    expect(await failure(createClient(Probe, { ...options, format }).enter({}))).toMatchObject({
      code: 'unimplemented',
    });
  });

  test('reads streams, with trailers, and errors with details', async () => {
    const options = await foreignServer(
      {},
      {
        async *watch({ count }: Message, { responseTrailer }: HandlerContext) {
          responseTrailer.append('x-tail', 'one');
          responseTrailer.append('x-tail', 'two');
          yield { text: 'first' };
          yield { ids: [1, 2] };
          if (count === 0) return;
          const error = new ConnectError('enough', Code.Aborted);
          error.details = [{ type: 'google.protobuf.StringValue', value: new Uint8Array([10, 1, 97]) }];
          throw error;
        },
      },
    );
    const client = createClient(Feed, { ...options, format });
    let tail: Headers | undefined;
    expect(await all(client.watch({}, { onTrailers: (trailers) => (tail = trailers) }))).toEqual([
      { text: 'first', count: 0, ids: [] },
      { text: '', count: 0, ids: [1, 2] },
    ]);
    expect(tail?.get('x-tail')).toBe('one, two');
    const got: object[] = [];
    expect(await failure(all(client.watch({ count: 1 }), got))).toMatchObject({
      code: 'aborted',
      msg: 'enough',
      details: [{ typeUrl: 'type.googleapis.com/google.protobuf.StringValue' }],
    });
    expect(got).toHaveLength(2);
  });

  test('ends a stream at its deadline, and when the loop is left', async () => {
    const gone = signalled();
    const options = await foreignServer(
      {},
      {
        async *watch({ count }: Message, { signal }: HandlerContext) {
          yield { text: 'first' };
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
          if (count === 1) gone.resolve();
        },
      },
    );
    const client = createClient(Feed, { ...options, format });
    expect(await failure(all(client.watch({}, { timeoutMs: 100 })))).toMatchObject({
      code: 'deadline_exceeded',
    });
    for await (const _ of client.watch({ count: 1 })) break;
    await gone.promise;
  });
});

describe.each(formats)('a client that speaks Connect in %s, to a server of ours', (format) => {
  test('gets business errors, downloads and details', async () => {
    const origin = await serve({
      enter() {
        throw new BusinessError(100, 'Need Login');
      },
      fetch: () => ({ contentType: 'text/plain', data: Buffer.from('file'), status: 404, filename: 'f' }),
      say() {
        throw new TwirpError('out_of_range', 'no', { details: [anyPack(StringValue, { value: 'why' })] });
      },
    });
    const client = createClient(Probe, { baseUrl: origin, format, protocol: connect() });
    await expect(client.enter({}).then(unwrap)).rejects.toMatchObject({ code: 100, msg: 'Need Login' });
    expect(await client.fetch({})).toMatchObject({
      contentType: 'text/plain',
      data: new Uint8Array(Buffer.from('file')),
      status: 404,
    });
    const error = await failure(client.say({}));
    expect(error.code).toBe('out_of_range');
    expect(StringValue.decode(error.details[0]!.value)).toMatchObject({ value: 'why' });
  });

  test.each(doors)('watches through the %s', async (_, open) => {
    const fetch = await open({
      async *watch({ text }, { protocol, responseTrailers }) {
        yield { text: `${protocol} ${text}` };
        responseTrailers.set('x-tail', 'behind it');
        yield { count: 2 };
      },
      async *export() {
        yield { contentType: 'text/plain', data: Buffer.from('part') };
      },
    });
    const client = createClient(Feed, { baseUrl: 'http://local', fetch, format, protocol: connect() });
    let tail: Headers | undefined;
    const got = await all(client.watch({ text: 'hi' }, { onTrailers: (trailers) => (tail = trailers) }));
    expect(got.map(({ text, count }) => [text, count])).toEqual([
      ['connect hi', 0],
      ['', 2],
    ]);
    expect(tail?.get('x-tail')).toBe('behind it');
    expect(await all(client.export({}))).toMatchObject([
      { contentType: 'text/plain', data: new Uint8Array(Buffer.from('part')) },
    ]);
  });
});

describe('the client without codecs, by Connect', () => {
  test('calls, watches and downloads', async () => {
    const server = await serve({
      say: (request) => request,
      enter: () => ({ data: { text: 'in' } }),
      fetch: () => ({ contentType: 'text/csv', data: Buffer.from('a,b') }),
    });
    const call = createJsonClient({ baseUrl: server, protocol: connect() });
    expect(await call(say, { text: 'hi', ids: [1] })).toEqual({ text: 'hi', count: 0, ids: [1] });
    expect(unwrap(await call(enter, {}))).toMatchObject({ text: 'in' });
    const { data, content_type: type } = await call(fetchFile, {});
    expect([type, new TextDecoder().decode(data)]).toEqual(['text/csv', 'a,b']);
    const [, open] = doors[0]!;
    const fetch = await open({
      async *watch() {
        yield { count: 1 };
      },
    });
    const streams = createJsonClient({ baseUrl: 'http://local', fetch, protocol: connect() });
    expect(await all(streams(watch, {}))).toEqual([{ text: '', count: 1, ids: [] }]);
  });
});

describe('an answer that is none of Connect’s', () => {
  test.each([
    [400, 'internal'],
    [401, 'unauthenticated'],
    [403, 'permission_denied'],
    [404, 'unimplemented'],
    [429, 'unavailable'],
    [503, 'unavailable'],
    [418, 'unknown'],
  ])('%i is %s', async (status, code) => {
    const baseUrl = await rawServer((_, response) => void response.writeHead(status).end('<html>'));
    const options = { baseUrl, protocol: connect() };
    expect(await failure(createClient(Probe, options).say({}))).toMatchObject({
      code,
      meta: { status_code: `${status}`, body: '<html>' },
    });
    expect(await failure(all(createClient(Feed, options).watch({})))).toMatchObject({ code });
  });

  test.each([
    ['text/html', 'unknown'],
    ['application/proto', 'internal'],
    ['', 'unknown'],
  ])('a success of type %j is %s', async (type, code) => {
    const baseUrl = await rawServer(
      (_, response) => void response.writeHead(200, type === '' ? {} : { 'content-type': type }).end('{}'),
    );
    expect(await failure(createClient(Probe, { baseUrl, protocol: connect() }).say({}))).toMatchObject({
      code,
    });
  });

  test('a stream without its last frame was broken off; one whose last frame is broken is told so', async () => {
    const answer = async (body: Buffer): Promise<TwirpError> => {
      const baseUrl = await rawServer(
        (_, response) =>
          void response.writeHead(200, { 'content-type': 'application/connect+proto' }).end(body),
      );
      const client = createClient(Feed, { baseUrl, format: 'protobuf', protocol: connect() });
      return failure(all(client.watch({})));
    };
    const message = Buffer.concat([Buffer.of(0, 0, 0, 0, 4), Text.encode({ text: 'hi' })]);
    expect(await answer(message)).toMatchObject({ code: 'unavailable' });
    expect(await answer(Buffer.concat([message, Buffer.of(2, 0, 0, 0, 1, 0x7b)]))).toMatchObject({
      code: 'internal',
      msg: 'the last frame of a stream is not valid JSON',
    });
  });

  test('is tried again where that does no harm', async () => {
    let calls = 0;
    const origin = await serve({
      lookUp({ text }) {
        if (++calls < 3) throw new TwirpError('unavailable', 'not yet');
        return { text };
      },
    });
    const client = createClient(Probe, { baseUrl: origin, retries: 2, protocol: connect({ get: true }) });
    expect(await client.lookUp({ text: 'hi' })).toMatchObject({ text: 'hi' });
  });
});
