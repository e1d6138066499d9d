import { request } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Text } from '../fixture/probe.twirp.ts';
import { post, serve } from '../fixture/serve.ts';

const echo = { say: (request: Text) => request };
const url = (origin: string): string => `${origin}/api/pipit.test.v1.Probe/say`;

describe('a request body', () => {
  test('in JSON is answered in JSON, with an exact length and a bare type', async () => {
    const response = await post(
      await serve(echo),
      'say',
      '{"text":"héllo","ids":[1,2]}',
      'Application/JSON ; charset=x',
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    expect(JSON.parse(bytes.toString())).toEqual({ text: 'héllo', count: 0, ids: [1, 2] });
  });

  test('in protobuf is answered in protobuf, whatever is accepted', async () => {
    const body = Uint8Array.from(Text.encode({ text: 'hi', ids: [3] }));
    const response = await post(await serve(echo), 'say', body, 'application/protobuf', {
      accept: 'text/html',
    });
    expect(response.headers.get('content-type')).toBe('application/protobuf');
    expect(Text.decode(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      text: 'hi',
      count: 0,
      ids: [3],
    });
  });

  test('that is empty is every default in protobuf, and malformed in JSON', async () => {
    const origin = await serve(echo);
    const empty = await post(origin, 'say', '', 'application/protobuf');
    expect([empty.status, empty.headers.get('content-length')]).toEqual([200, '0']);
    expect(empty.headers.get('content-type')).toBe('application/protobuf');
    const json = await post(origin, 'say', '');
    expect(json.status).toBe(400);
    expect(await json.json()).toMatchObject({ code: 'malformed' });
  });

  test('in a form is answered in JSON; the query fills what the body leaves out', async () => {
    const origin = await serve(echo);
    const response = await post(
      origin,
      'say?count=9&ids=7&text=no',
      'text=a+b%21&ids=1,2',
      'application/x-www-form-urlencoded',
    );
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ text: 'a b!', count: 9, ids: [1, 2, 7] });
  });

  test('in JSON or protobuf leaves the query alone, even a broken one', async () => {
    const response = await post(await serve(echo), 'say?text=no&x=%zz', '{}');
    expect(await response.json()).toEqual({ text: '', count: 0, ids: [] });
  });

  test('without a type is a form of defaults when it is empty, else bad_route', async () => {
    const origin = await serve(echo);
    const empty = await fetch(url(origin), { method: 'POST' });
    expect([empty.status, await empty.json()]).toEqual([200, { text: '', count: 0, ids: [] }]);
    // Bytes, because fetch gives a string a type of its own.
    const typeless = await fetch(url(origin), { method: 'POST', body: new Uint8Array([123, 125]) });
    expect(typeless.status).toBe(404);
    expect(await typeless.json()).toEqual({
      code: 'bad_route',
      msg: 'unexpected Content-Type: ""',
      meta: { twirp_invalid_route: 'POST /api/pipit.test.v1.Probe/say' },
    });
  });

  test.each([
    'text/plain',
    'application/x-protobuf',
    'application/json, application/protobuf',
    'nonsense',
    'a/"b"',
  ])('of type %s is a bad_route naming it', async (type) => {
    const response = await post(await serve(echo), 'say', 'x', type);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      code: 'bad_route',
      msg: `unexpected Content-Type: "${type.replaceAll('"', String.raw`\"`)}"`,
    });
  });

  test('that cannot be decoded says which field and why in meta.cause', async () => {
    const origin = await serve(echo);
    const json = (await (await post(origin, 'say', '{"ids":[1,"x"]}')).json()) as { meta: { cause: string } };
    expect(json).toMatchObject({ code: 'malformed', msg: 'the json request could not be decoded' });
    expect(json.meta.cause).toContain('ids');
    const proto = await post(origin, 'say', new Uint8Array([0x0c]), 'application/protobuf');
    expect(proto.status).toBe(400);
    expect(await proto.json()).toMatchObject({
      code: 'malformed',
      msg: 'the protobuf request could not be decoded',
    });
  });

  test('of a form with a bad value names the argument, with a broken escape it is malformed', async () => {
    const origin = await serve(echo);
    const bad = await post(origin, 'say', 'count=x', 'application/x-www-form-urlencoded');
    expect(bad.status).toBe(400);
    expect(await bad.json()).toMatchObject({ code: 'invalid_argument', meta: { argument: 'count' } });
    const broken = await post(origin, 'say', 'text=%zz', 'application/x-www-form-urlencoded');
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({
      code: 'malformed',
      msg: 'the form request could not be decoded',
    });
  });
});

describe('the body limit', () => {
  const limited = { bodyLimit: 1_000 };
  const tooLarge = { code: 'resource_exhausted', msg: 'the request body is larger than 1000 bytes' };

  test('lets through what is not over it', async () => {
    const body = JSON.stringify({ text: 'x'.repeat(1_000 - '{"text":""}'.length) });
    expect((await post(await serve(echo, limited), 'say', body)).status).toBe(200);
  });

  test('is 413 resource_exhausted for every codec, by the declared length', async () => {
    const origin = await serve(echo, limited);
    for (const type of ['application/json', 'application/protobuf', 'application/x-www-form-urlencoded']) {
      const response = await post(origin, 'say', 'x'.repeat(5_000_000), type);
      expect(response.status).toBe(413);
      expect(await response.json()).toEqual(tooLarge);
    }
  });

  test('is enforced while a body of unknown length arrives', async () => {
    const origin = await serve(echo, limited);
    const call = request(url(origin), { method: 'POST', headers: { 'content-type': 'application/json' } });
    call.write('x'.repeat(1_001));
    // The request is not ended: the answer has to come before it is.
    const status = await new Promise((resolve) =>
      call.once('response', (response) => resolve(response.statusCode)),
    );
    call.destroy();
    expect(status).toBe(413);
  });

  test('of a route, set by a hook of the host, counts', async () => {
    const prepare = (app: FastifyInstance): unknown =>
      app.addHook('onRoute', (route) => {
        if (route.url.endsWith('/say')) route.bodyLimit = 1_000;
      });
    const origin = await serve(echo, {}, { prepare });
    expect((await post(origin, 'say', JSON.stringify({ text: 'x'.repeat(1_000) }))).status).toBe(413);
  });
});
