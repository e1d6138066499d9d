import { createJsonClient, type JsonMethod, unwrap } from '@pipit/runtime/json-client';
import { BusinessError, invalidArgument, TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { enter, fetch, lookUp, say, type TextJson } from '../fixture/probe.json.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { serve } from '../fixture/serve.ts';

describe('the JSON client', () => {
  test('sends what it is given and gives what comes, as JSON', async () => {
    const seen: unknown[] = [];
    const origin = await rawServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString();
      seen.push([request.method, request.url, request.headers['content-type'], body]);
      response.end('{"text":"x","added":{"later":[1]}}');
    });
    const call = createJsonClient({ baseUrl: `${origin}/`, prefix: 'twirp' });
    expect(await call(lookUp, { text: 'é', ids: [1] })).toEqual({ text: 'x', added: { later: [1] } });
    expect(seen).toEqual([
      ['POST', '/twirp/pipit.test.v1.Probe/look_up', 'application/json', '{"text":"é","ids":[1]}'],
    ]);
  });

  test('calls our server', async () => {
    const call = createJsonClient({ baseUrl: await serve({ say: (request) => request }) });
    const response: TextJson = await call(say, { text: 'hi', count: null, ids: [1, 2] });
    expect(response).toEqual({ text: 'hi', count: 0, ids: [1, 2] });
  });

  test('throws the server’s error', async () => {
    const refuse = (): never => {
      throw invalidArgument('text', 'is rude', { meta: { word: 'drat' } });
    };
    const call = createJsonClient({ baseUrl: await serve({ say: refuse }) });
    const error: unknown = await call(say, {}).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TwirpError);
    expect(error).toMatchObject({ code: 'invalid_argument', meta: { argument: 'text', word: 'drat' } });
  });

  test('gets a download as its message, with the bytes', async () => {
    const file = { contentType: 'text/csv', data: Buffer.from('a,b'), filename: 'ä.csv', status: 201 };
    const call = createJsonClient({ baseUrl: await serve({ fetch: () => file }) });
    const { data, ...rest } = await call(fetch, {});
    expect(new TextDecoder().decode(data)).toBe('a,b');
    expect(rest).toEqual({ content_type: 'text/csv', filename: 'ä.csv', status: 201 });
  });

  test('has its envelopes unwrapped', async () => {
    const answers = [
      () => ({ data: { text: 'in' } }),
      () => ({}),
      (): never => {
        throw new BusinessError(100, 'Need Login');
      },
    ];
    const call = createJsonClient({ baseUrl: await serve({ enter: () => answers.shift()!() }) });
    const { text }: TextJson = unwrap(await call(enter, {}));
    expect(text).toBe('in');
    expect(unwrap(await call(enter, {}))).toEqual({});
    const refused = await call(enter, {});
    expect(() => unwrap(refused)).toThrow(BusinessError);
  });

  test('says what an answer is that is no JSON', async () => {
    const origin = await rawServer((_request, response) => response.end('<h1>Welcome</h1>'));
    await expect(createJsonClient({ baseUrl: origin })(say, {})).rejects.toMatchObject({
      code: 'internal',
      msg: expect.stringMatching(/^failed to unmarshal response: /),
    });
  });

  test.each(['[]', '"x"', 'null', '1', ''])('takes no %j for a message', async (body) => {
    const origin = await rawServer((_request, response) => response.end(body));
    await expect(createJsonClient({ baseUrl: origin })(say, {})).rejects.toMatchObject({
      code: 'internal',
      msg: 'failed to unmarshal response: not an object',
    });
  });

  test('takes the JSON of a message that is a value of its own', async () => {
    const now: JsonMethod<object, string> = { service: 'clock.v1.Clock', name: 'Now', kind: 'value' };
    const origin = await rawServer((_request, response) => response.end('"2026-01-02T03:04:05Z"'));
    expect(await createJsonClient({ baseUrl: origin })(now, {})).toBe('2026-01-02T03:04:05Z');
  });

  test('has deadlines, retries, headers, hooks and interceptors', async () => {
    let calls = 0;
    const tokens: unknown[] = [];
    const origin = await rawServer((request, response) => {
      tokens.push(request.headers.authorization);
      if (++calls === 1) response.writeHead(503).end('{"code":"unavailable","msg":"nap"}');
      else if (calls === 2) response.end('{"text":"at last"}');
    });
    const order: unknown[] = [];
    const call = createJsonClient({
      baseUrl: origin,
      headers: () => ({ authorization: 'Bearer 1' }),
      retries: 1,
      interceptors: [
        async (request, { service, method }, next) => {
          order.push(`${service}/${method.name}`);
          return next(request);
        },
      ],
      hooks: [{ error: (_call, { code }) => void order.push(code) }],
    });
    expect(await call(lookUp, {})).toEqual({ text: 'at last' });
    expect(tokens).toEqual(['Bearer 1', 'Bearer 1']);
    await expect(call(say, {}, { timeoutMs: 30 })).rejects.toMatchObject({ code: 'deadline_exceeded' });
    expect(order).toEqual([
      'pipit.test.v1.Probe/look_up',
      'unavailable',
      'pipit.test.v1.Probe/say',
      'deadline_exceeded',
    ]);
  });

  test('takes no request of another method’s type', async () => {
    const call = createJsonClient({ baseUrl: 'http://127.0.0.1:1' });
    // @ts-expect-error: a Text has no such field
    await expect(call(say, { test: 'x' })).rejects.toThrow(TwirpError);
    // @ts-expect-error: nor this one beside those it has
    await expect(call(say, { text: 'x', test: 'x' })).rejects.toThrow(TwirpError);
    // @ts-expect-error: a list of numbers
    await expect(call(say, { ids: ['x'] })).rejects.toThrow(TwirpError);
  });

  test('gets what the other client gets', async () => {
    const baseUrl = await serve({ say: () => ({ text: 'x', ids: [1] }) });
    expect(await createJsonClient({ baseUrl })(say, {})).toEqual(
      await createClient(Probe, { baseUrl }).say({}),
    );
  });
});
