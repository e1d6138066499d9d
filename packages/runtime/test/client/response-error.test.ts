import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { describe, expect, test } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';

/** The error of a client that got this answer. */
async function errorOf(
  status: number,
  body: string,
  headers: Record<string, string> = {},
  format: 'json' | 'protobuf' = 'json',
): Promise<unknown> {
  const origin = await rawServer((_request, response) => response.writeHead(status, headers).end(body));
  const error: unknown = await createClient(Probe, { baseUrl: origin, format })
    .say({})
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TwirpError);
  return error;
}

describe('an answer that is not 200', () => {
  test.each([
    [
      '{"code":"not_found","msg":"nope","meta":{"k":"v"}}',
      { code: 'not_found', msg: 'nope', meta: { k: 'v' } },
    ],
    ['{"code":"not_found"}', { code: 'not_found', msg: '', meta: {} }],
    ['{"Code":"not_found","MSG":"x"}', { code: 'not_found', msg: 'x' }],
    ['{"code":"not_found","msg":"x","meta":null}', { code: 'not_found', meta: {} }],
    ['{"code":"dataloss","msg":"x"}', { code: 'data_loss' }],
    [
      '{"code":"teapot","msg":"x"}',
      {
        code: 'internal',
        msg: 'invalid type returned from server error response: teapot',
        meta: { body: '{"code":"teapot","msg":"x"}' },
      },
    ],
  ])('with Twirp’s error %s is that error, whatever the status and type say', async (body, expected) => {
    expect(await errorOf(500, body, { 'content-type': 'text/html' })).toMatchObject(expected);
    expect(await errorOf(404, body, {}, 'protobuf')).toMatchObject(expected);
  });

  test.each([
    '{"code":"not_found","msg":"x","details":[]}',
    '{"code":"not_found","msg":1}',
    '{"code":"not_found","meta":{"k":1}}',
    '{"code":"not_found","meta":"k"}',
    '{"code":""}',
    '{"msg":"x"}',
    '{"type":"internal","msg":"x"}',
    'null',
    '[]',
    '"x"',
    '',
    '<h1>x</h1>',
  ])('with anything else is an intermediary’s: %s', async (body) => {
    expect(await errorOf(404, body)).toMatchObject({
      code: 'bad_route',
      msg: 'Error from intermediary with HTTP status code 404 "Not Found"',
      meta: { http_error_from_intermediary: 'true', status_code: '404', body },
    });
  });

  test.each([
    [400, 'internal'],
    [401, 'unauthenticated'],
    [403, 'permission_denied'],
    [404, 'bad_route'],
    [429, 'resource_exhausted'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
    [201, 'unknown'],
    [204, 'unknown'],
    [402, 'unknown'],
    [405, 'unknown'],
    [408, 'unknown'],
    [413, 'unknown'],
    [500, 'unknown'],
    [501, 'unknown'],
    [599, 'unknown'],
  ])('from an intermediary with status %i is %s', async (status, code) => {
    expect(await errorOf(status, status === 204 ? '' : 'x')).toMatchObject({
      code,
      meta: { status_code: `${status}` },
    });
  });

  test.each([301, 302, 307, 308])('of status %i is not followed', async (status) => {
    const body = '{"code":"not_found","msg":"nope"}';
    expect(await errorOf(status, body, { location: 'http://bogus/notreal' })).toMatchObject({
      code: 'internal',
      msg: expect.stringContaining('Location="http://bogus/notreal"'),
      meta: {
        http_error_from_intermediary: 'true',
        status_code: `${status}`,
        location: 'http://bogus/notreal',
      },
    });
  });
});

describe('an answer of 200', () => {
  test('that cannot be read is internal', async () => {
    for (const format of ['json', 'protobuf'] as const) {
      const error = await errorOf(200, '\u000cgarbage', {}, format);
      expect(error).toMatchObject({
        code: 'internal',
        msg: expect.stringMatching(/^failed to unmarshal response: /),
      });
    }
    expect(await errorOf(200, '')).toMatchObject({ code: 'internal' });
  });

  test('may have something after its JSON, as for Twirp’s Go client', async () => {
    const chatty = await rawServer((_request, response) => response.end('{"text":"x"}\n<!-- 3 ms -->'));
    expect(await createClient(Probe, { baseUrl: chatty }).say({})).toMatchObject({ text: 'x' });
  });

  test('may be empty in protobuf, and may have fields we do not know', async () => {
    const empty = await rawServer((_request, response) => response.end());
    expect(await createClient(Probe, { baseUrl: empty, format: 'protobuf' }).say({})).toMatchObject({
      text: '',
    });
    const newer = await rawServer((_request, response) => response.end('{"text":"x","added":{"later":[1]}}'));
    expect(await createClient(Probe, { baseUrl: newer }).say({})).toMatchObject({ text: 'x' });
  });
});

describe('a connection', () => {
  test('that is refused, or cut off in the answer, is internal', async () => {
    const gone = await rawServer((request) => void request.destroy());
    await expect(createClient(Probe, { baseUrl: gone }).say({})).rejects.toMatchObject({
      code: 'internal',
      msg: expect.stringMatching(/^failed to do request: fetch failed: ./),
    });
    for (const status of [200, 500]) {
      const cut = await rawServer((_request, response) => {
        response.writeHead(status, { 'content-length': '100' }).write('{', () => response.destroy());
      });
      await expect(createClient(Probe, { baseUrl: cut }).say({})).rejects.toMatchObject({
        code: 'internal',
        msg: expect.stringMatching(/^failed to read /),
      });
    }
  });

  test('to no URL is internal', async () => {
    await expect(createClient(Probe, { baseUrl: '127.0.0.1:1' }).say({})).rejects.toMatchObject({
      code: 'internal',
    });
  });
});

describe('what a client made and what a service said are told apart', () => {
  /** What the server goes by: the class is not exported. */
  const isOurs = (error: unknown): boolean =>
    (error as Record<symbol, unknown>)[Symbol.for('@pipit/runtime/ClientError')] === true;

  test.each([
    [404, '{"code":"not_found","msg":"nope"}', false],
    [503, '{"code":"unavailable","msg":"nap"}', false],
    [500, '{"code":"internal","msg":"boom"}', false],
    [404, '{"code":"bad_route","msg":"no handler"}', true],
    [404, '<h1>Not Found</h1>', true],
    [302, '', true],
    [500, '{"code":"teapot","msg":"x"}', true],
    [200, '<h1>Welcome</h1>', true],
  ])('%i %s', async (status, body, ours) => {
    expect(isOurs(await errorOf(status, body))).toBe(ours);
  });

  test('a connection that fails, a deadline and an abort are the client’s', async () => {
    const gone = await rawServer((request) => void request.destroy());
    const silent = await rawServer(() => undefined);
    const client = createClient(Probe, { baseUrl: silent });
    const ends = await Promise.allSettled([
      createClient(Probe, { baseUrl: gone }).say({}),
      client.say({}, { timeoutMs: 20 }),
      client.say({}, { signal: AbortSignal.abort() }),
    ]);
    expect(ends.map((end) => end.status === 'rejected' && isOurs(end.reason))).toEqual([true, true, true]);
  });
});
