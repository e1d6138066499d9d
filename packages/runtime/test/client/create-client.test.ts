import { EncodeError, invalidArgument, TwirpError } from '@pipit/runtime';
import { createClient, type ClientInterceptor } from '@pipit/runtime/client';
import { createJsonClient } from '@pipit/runtime/json-client';
import { describe, expect, test } from 'vitest';
import { type File, Probe, type Text } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { serve, signalled } from '../fixture/serve.ts';

const echo = { say: (request: Text) => request, lookUp: (request: Text) => request };

describe.each(['json', 'protobuf'] as const)('a client that speaks %s', (format) => {
  test('calls a method and gets its message', async () => {
    const types: unknown[] = [];
    const hook = { requestReceived: (context: { headers: object }) => void types.push(context.headers) };
    const client = createClient(Probe, { baseUrl: await serve(echo, { hooks: [hook] }), format });
    expect(await client.say({ text: 'héllo', ids: [1, 2] })).toMatchObject({
      text: 'héllo',
      count: 0,
      ids: [1, 2],
    });
    expect(types).toMatchObject([{ 'content-type': `application/${format}` }]);
  });

  test('calls methods by their literal proto names', async () => {
    const client = createClient(Probe, { baseUrl: await serve(echo), format });
    expect(await client.lookUp({ text: 'x' })).toMatchObject({ text: 'x' });
  });

  test('throws the server’s error with code, msg and meta', async () => {
    const say = (): never => {
      throw invalidArgument('text', 'is rude', { meta: { word: 'drat' } });
    };
    const client = createClient(Probe, { baseUrl: await serve({ say }), format });
    const error: unknown = await client.say({}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TwirpError);
    expect(error).toMatchObject({
      code: 'invalid_argument',
      msg: 'text is rude',
      meta: { argument: 'text', word: 'drat' },
    });
  });

  test('gets a download as its message', async () => {
    const file = { contentType: 'text/csv', data: Buffer.from('a,b'), filename: 'ä "1".csv', status: 201 };
    const client = createClient(Probe, { baseUrl: await serve({ fetch: () => file }), format });
    const { contentType, data, filename, status } = await client.fetch({});
    expect([contentType, Buffer.from(data).toString(), filename, status]).toEqual([
      'text/csv',
      'a,b',
      'ä "1".csv',
      201,
    ]);
  });

  test('throws the error of a download', async () => {
    const client = createClient(Probe, { baseUrl: await serve({}), format });
    await expect(client.fetch({})).rejects.toMatchObject({ code: 'unimplemented' });
  });
});

describe('the URL', () => {
  test.each([
    ['', undefined, '/api/pipit.test.v1.Probe/say'],
    ['/', undefined, '/api/pipit.test.v1.Probe/say'],
    ['', '/', '/pipit.test.v1.Probe/say'],
    ['', 'twirp/', '/twirp/pipit.test.v1.Probe/say'],
    ['/base/', '/my/api', '/base/my/api/pipit.test.v1.Probe/say'],
  ])('of a base ending in %j and the prefix %j', async (end, prefix, path) => {
    const paths: unknown[] = [];
    const origin = await rawServer((request, response) => {
      paths.push(request.url);
      response.end('{}');
    });
    await createClient(Probe, { baseUrl: origin + end, ...(prefix === undefined ? {} : { prefix }) }).say({});
    expect(paths).toEqual([path]);
  });
});

test('a base URL may be a URL', async () => {
  const paths: unknown[] = [];
  const origin = await rawServer((request, response) => {
    paths.push(request.url);
    response.end('{}');
  });
  await createClient(Probe, { baseUrl: new URL(origin) }).say({});
  await createClient(Probe, { baseUrl: new URL('/base/', origin) }).say({});
  expect(paths).toEqual(['/api/pipit.test.v1.Probe/say', '/base/api/pipit.test.v1.Probe/say']);
});

test.each(['https://example.com?key=1', 'https://example.com/a#b', new URL('https://example.com/?key=1')])(
  'a base URL with a query or fragment is refused: %s',
  (baseUrl) => {
    const wrong = expect.objectContaining({
      name: 'TypeError',
      message: `query or fragment in baseUrl: ${String(baseUrl)}`,
    });
    expect(() => createClient(Probe, { baseUrl })).toThrow(wrong);
    expect(() => createJsonClient({ baseUrl })).toThrow(wrong);
  },
);

describe('headers', () => {
  test.each([
    ['an object', { 'x-key': '1' }],
    ['pairs', [['x-key', '1']] satisfies [string, string][]],
    ['Headers', new Headers({ 'x-key': '1' })],
    ['a function that gives Headers', () => new Headers({ 'x-key': '1' })],
  ])('may be %s, of the client and of a call', async (_, headers) => {
    const seen: unknown[] = [];
    const origin = await rawServer((request, response) => {
      seen.push(request.headers['x-key']);
      response.end('{}');
    });
    await createClient(Probe, { baseUrl: origin, headers }).say({});
    if (typeof headers !== 'function') await createClient(Probe, { baseUrl: origin }).say({}, { headers });
    expect(new Set(seen)).toEqual(new Set(['1']));
  });

  test('of the client and of the call are sent, the call’s in place of the client’s, Content-Type is ours', async () => {
    const seen: unknown[] = [];
    const origin = await rawServer((request, response) => {
      seen.push(request.headers);
      response.end('{}');
    });
    const client = createClient(Probe, {
      baseUrl: origin,
      headers: async () => ({ Authorization: 'Bearer 1', 'x-kept': 'yes' }),
    });
    await client.say({}, { headers: { authorization: 'Bearer 2', 'Content-Type': 'text/html' } });
    expect(seen).toMatchObject([
      { authorization: 'Bearer 2', 'x-kept': 'yes', 'content-type': 'application/json' },
    ]);
  });

  test('of the answer are there for who asks', async () => {
    const ids: unknown[] = [];
    const client = createClient(Probe, { baseUrl: await serve({}) });
    const onResponse = ({ headers }: Response): void => void ids.push(headers.get('x-trace-id'));
    await client.say({}, { onResponse, headers: { 'x-trace-id': 'mine' } }).catch(() => undefined);
    expect(ids).toEqual(['mine']);
  });
});

describe('what runs around a call', () => {
  test('interceptors, first outermost, and hooks inside them', async () => {
    const order: string[] = [];
    const around =
      (name: string): ClientInterceptor =>
      async (request, call, next) => {
        order.push(`${name} before ${call.service}/${call.method.name}`);
        call.headers.set(`x-${name}`, 'yes');
        const response: unknown = await next(request);
        order.push(`${name} after`);
        return response;
      };
    const client = createClient(Probe, {
      baseUrl: await serve(echo),
      interceptors: [around('a'), around('b')],
      hooks: [
        {
          requestPrepared: ({ headers }) => void order.push(`prepared ${headers.get('x-b')}`),
          responseReceived: (_call, { status }) => void order.push(`received ${status}`),
        },
        {
          requestPrepared: () => void order.push('prepared too'),
          error: (_call, { code }) => void order.push(`error ${code}`),
        },
      ],
    });
    await client.say({});
    await client.enter({}).catch(() => undefined);
    expect(order).toEqual([
      'a before pipit.test.v1.Probe/say',
      'b before pipit.test.v1.Probe/say',
      'prepared yes',
      'prepared too',
      'received 200',
      'b after',
      'a after',
      'a before pipit.test.v1.Probe/Enter',
      'b before pipit.test.v1.Probe/Enter',
      'prepared yes',
      'prepared too',
      'received 501',
      'error unimplemented',
    ]);
  });

  test('an interceptor may answer itself', async () => {
    const client = createClient(Probe, {
      baseUrl: 'http://127.0.0.1:1',
      interceptors: [async () => ({ text: 'cached' })],
    });
    expect(await client.say({})).toEqual({ text: 'cached' });
  });

  test('a hook that throws ends the call with what it throws, in place of the error too', async () => {
    const thrown = new Error('no');
    const fail = (): never => {
      throw thrown;
    };
    const baseUrl = await serve(echo);
    for (const hooks of [[{ requestPrepared: fail }], [{ responseReceived: fail }], [{ error: fail }]]) {
      await expect(createClient(Probe, { baseUrl, hooks }).enter({})).rejects.toBe(thrown);
    }
  });
});

test('a request the schema does not allow is not sent', async () => {
  const client = createClient(Probe, { baseUrl: 'http://127.0.0.1:1' });
  await expect(client.say({ ids: [0.5] })).rejects.toThrow(EncodeError);
});

describe('an answer nobody reads does not keep its connection', () => {
  test.each(['a redirect', 'a hook that throws', 'an onResponse that throws'])('%s', async (why) => {
    const closed = signalled();
    const endless = await rawServer((_request, response) => {
      response.on('close', closed.resolve);
      response.writeHead(why === 'a redirect' ? 302 : 200, { location: '/' }).write('{');
    });
    const fail = (): never => {
      throw new Error('no');
    };
    const client = createClient(Probe, {
      baseUrl: endless,
      hooks: why === 'a hook that throws' ? [{ responseReceived: fail }] : [],
    });
    const options = why === 'an onResponse that throws' ? { onResponse: fail } : {};
    await expect(client.say({}, options)).rejects.toThrow();
    await closed.promise;
  });
});

describe('a download', () => {
  const fetched = async (status: number, disposition: string): Promise<File> => {
    const origin = await rawServer((_request, response) =>
      response.writeHead(status, { 'content-disposition': disposition }).end('x'),
    );
    return createClient(Probe, { baseUrl: origin }).fetch({});
  };

  test.each([
    ['attachment; filename=a.txt', 'a.txt'],
    ['attachment; filename="a b.txt"', 'a b.txt'],
    ['attachment; filename="a.txt"; filename*=UTF-8\'\'%C3%A4.txt', 'ä.txt'],
    ['attachment; filename="a.txt"; filename*=UTF-8\'\'%C3.txt', 'a.txt'],
    ['inline', ''],
  ])('sent as %s is called %j', async (disposition, filename) => {
    expect(await fetched(200, disposition)).toMatchObject({ filename, contentType: '', status: 200 });
  });

  test('of a status that is no success is an error', async () => {
    await expect(fetched(404, 'inline')).rejects.toMatchObject({ code: 'bad_route', meta: { body: 'x' } });
  });

  test.each([200, 404])('that the server marks is the message, of status %i and JSON too', async (status) => {
    const file = { contentType: 'application/json', data: Buffer.from('{}'), status, filename: 'a.json' };
    const client = createClient(Probe, { baseUrl: await serve({ fetch: () => file }) });
    expect(await client.fetch({})).toEqual({ ...file, data: new Uint8Array(file.data) });
  });

  test.each(['application/json', 'application/protobuf', 'Application/JSON; charset=utf-8'])(
    'that has become a message of %s by a new field is an error and no file',
    async (type) => {
      const origin = await rawServer((_request, response) =>
        response.writeHead(200, { 'content-type': type }).end('{"content_type":"text/csv","data":"YQ=="}'),
      );
      await expect(createClient(Probe, { baseUrl: origin }).fetch({})).rejects.toMatchObject({
        code: 'internal',
        msg: `expected a download, got ${type}`,
      });
    },
  );
});
