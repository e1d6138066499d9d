import { gunzipSync, gzipSync } from 'node:zlib';
import { TwirpError } from '@pipit/runtime';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { anyPack } from '@pipit/runtime/wkt';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../src/protocol/frame.ts';
import { Text } from '../fixture/probe.twirp.ts';
import { doors, feedUrl } from '../stream/doors.ts';

const hi = Text.encode({ text: 'hi' }).slice();
const long = 'long '.repeat(1_000);

type Frame = [flags: number, payload: Buffer];

/** The frames of a whole body. */
function framesIn(body: Buffer): Frame[] {
  const frames: Frame[] = [];
  for (let at = 0; at < body.length;) {
    const end = at + 5 + body.readUInt32BE(at + 1);
    expect(end).toBeLessThanOrEqual(body.length);
    frames.push([body[at]!, body.subarray(at + 5, end)]);
    at = end;
  }
  return frames;
}

describe.each(doors)('on the wire of the %s', (_, serve) => {
  async function send(
    fetch: typeof globalThis.fetch,
    body: Uint8Array,
    type: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
    const response = await fetch(feedUrl('Watch'), {
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body: body as never,
    });
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    };
  }

  const told = async (count = 1): Promise<typeof globalThis.fetch> =>
    serve({
      async *watch({ text }, { responseTrailers }) {
        for (let i = 0; i < count; i++) yield { text };
        responseTrailers.append('X-Tail', 'one');
        responseTrailers.append('X-Tail', 'two');
        if (text === 'fail') {
          throw new TwirpError('malformed', 'no', { details: [anyPack(StringValue, { value: 'why' })] });
        }
      },
    });

  test('Connect ends with a frame of JSON: trailers, and the error with its details', async () => {
    const fetch = await told();
    const good = await send(fetch, frameOf(0, Buffer.from('{"text":"hi"}')), 'application/connect+json');
    expect(good).toMatchObject({ status: 200, headers: { 'content-type': 'application/connect+json' } });
    expect(framesIn(good.body).map(([flags, payload]) => [flags, payload.toString()])).toEqual([
      [0, '{"text":"hi","count":0,"ids":[]}'],
      [2, '{"metadata":{"x-tail":["one","two"]}}'],
    ]);
    const request = Text.encode({ text: 'fail' });
    const bad = await send(fetch, frameOf(0, request), 'application/connect+proto; charset=utf-8');
    expect(bad).toMatchObject({ status: 200, headers: { 'content-type': 'application/connect+proto' } });
    const [first, last] = framesIn(bad.body);
    expect(first).toEqual([0, Buffer.from(request)]);
    expect([last![0], JSON.parse(last![1].toString())]).toEqual([
      2,
      {
        error: {
          code: 'invalid_argument',
          message: 'no',
          details: [{ type: 'google.protobuf.StringValue', value: 'CgN3aHk' }],
        },
        metadata: { 'x-tail': ['one', 'two'] },
      },
    ]);
  });

  test('gRPC-Web ends with a frame of trailers, in pieces of base64 where it is text', async () => {
    const fetch = await told(2);
    const binary = await send(fetch, frameOf(0, hi), 'application/grpc-web+proto');
    expect(binary).toMatchObject({ status: 200, headers: { 'content-type': 'application/grpc-web+proto' } });
    const frames = [
      [0, Buffer.from(hi)],
      [0, Buffer.from(hi)],
      [0x80, Buffer.from('x-tail: one\r\nx-tail: two\r\ngrpc-status: 0\r\n')],
    ];
    expect(framesIn(binary.body)).toEqual(frames);
    const asked = Buffer.from(Buffer.from(frameOf(0, hi)).toString('base64'));
    const text = await send(fetch, asked, 'application/grpc-web-text');
    expect(text.headers['content-type']).toBe('application/grpc-web-text');
    const pieces = text.body.toString().match(/[^=]+=*/g)!;
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece, 'base64')));
    expect(framesIn(bytes)).toEqual(frames);
  });

  test.each([
    ['connect+proto', 'connect-content-encoding', 'connect-accept-encoding'],
    ['grpc-web', 'grpc-encoding', 'grpc-accept-encoding'],
  ])('%s is compressed both ways, a small message is not', async (type, encoding, accepts) => {
    const fetch = await serve({
      async *watch({ text }) {
        yield { text };
        yield { text: long };
        yield { text: long.repeat(100) };
      },
    });
    const request = frameOf(1, gzipSync(hi));
    const answer = await send(fetch, request, `application/${type}`, {
      [encoding]: 'gzip',
      [accepts]: 'gzip',
    });
    expect(answer.headers[encoding]).toBe('gzip');
    const [small, large, largest, last] = framesIn(answer.body);
    expect(small).toEqual([0, Buffer.from(hi)]);
    for (const [frame, text] of [
      [large, long],
      [largest, long.repeat(100)],
    ] as const) {
      expect(frame![0]).toBe(1);
      expect(Text.decode(gunzipSync(frame![1])).text).toBe(text);
    }
    expect(last![0]).toBe(type === 'grpc-web' ? 0x80 : 2);

    const plain = await send(fetch, frameOf(0, hi), `application/${type}`);
    expect(plain.headers[encoding]).toBeUndefined();
    expect(framesIn(plain.body).map(([flags]) => flags)).toEqual([0, 0, 0, last![0]]);
  });

  const two = Buffer.concat([frameOf(0, hi), frameOf(0, hi)]);
  test.each<[what: string, body: Uint8Array, headers: Record<string, string>, code: string]>([
    ['no message', new Uint8Array(), {}, 'unimplemented'],
    ['two messages', two, {}, 'unimplemented'],
    ['half a message', frameOf(0, hi).subarray(0, 7), {}, 'invalid_argument'],
    ['a message that is none', frameOf(0, Buffer.of(0xff)), {}, 'invalid_argument'],
    ['the end of a stream', frameOf(2, Buffer.from('{}')), {}, 'invalid_argument'],
    ['a flag without a compression', frameOf(1, gzipSync(hi)), {}, 'internal'],
    ['an unknown compression', frameOf(0, hi), { 'connect-content-encoding': 'zstd' }, 'unimplemented'],
    ['what is not gzip', frameOf(1, hi), { 'connect-content-encoding': 'gzip' }, 'invalid_argument'],
    ['another version', frameOf(0, hi), { 'connect-protocol-version': '2' }, 'invalid_argument'],
    [
      'a bomb',
      frameOf(1, gzipSync(Buffer.alloc(1e7))),
      { 'connect-content-encoding': 'gzip' },
      'resource_exhausted',
    ],
  ])('Connect: %s is told in the last frame', async (_what, body, headers, code) => {
    const answer = await send(await told(), body, 'application/connect+proto', headers);
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/connect+proto' } });
    const [[flags, payload], ...more] = framesIn(answer.body) as [Frame, ...Frame[]];
    expect([flags, more]).toEqual([2, []]);
    expect(JSON.parse(payload.toString())).toMatchObject({ error: { code } });
  });

  test('an unknown compression is told with those that are known', async () => {
    const fetch = await told();
    const headers = { 'connect-content-encoding': 'zstd', 'grpc-encoding': 'zstd' };
    const connect = await send(fetch, frameOf(0, hi), 'application/connect+proto', headers);
    expect(connect.headers['connect-accept-encoding']).toBe('gzip, identity');
    const grpcWeb = await send(fetch, frameOf(0, hi), 'application/grpc-web', headers);
    expect(grpcWeb.headers['grpc-accept-encoding']).toBe('gzip, identity');
  });

  test.each([
    ['application/connect+thrift', {}],
    ['application/proto', {}],
    ['application/json', { 'connect-protocol-version': '1' }],
  ])('%s is no type of a stream', async (type, headers) => {
    const { status, body } = await send(await told(), hi, type, headers);
    expect(status).toBe(415);
    expect(JSON.parse(body.toString())).toEqual({
      code: 'unknown',
      message: `Content-Type "${type}" is not supported: application/connect+json and application/connect+proto are`,
    });
  });

  test('a stream of Connect is not asked for by GET', async () => {
    const fetch = await told();
    const response = await fetch(`${feedUrl('Follow')}?connect=v1&encoding=json&message=%7B%7D`);
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('an unknown method is 404', async () => {
    const fetch = await told();
    const response = await fetch(feedUrl('Nowhere'), {
      method: 'POST',
      headers: { 'content-type': 'application/connect+json' },
      body: frameOf(0, Buffer.from('{}')) as never,
    });
    expect(response.status).toBe(404);
    expect(framesIn(Buffer.from(await response.arrayBuffer()))[0]![1].toString()).toContain(
      '"unimplemented"',
    );
  });

  test('the time that a caller gives is that of the stream', async () => {
    const fetch = await serve({
      async *watch() {
        yield { text: 'hi' };
        await new Promise(() => undefined);
      },
    });
    const connect = await send(fetch, frameOf(0, hi), 'application/connect+proto', {
      'connect-timeout-ms': '50',
    });
    expect(framesIn(connect.body).map(([flags]) => flags)).toEqual([0, 2]);
    expect(connect.body.toString()).toContain('"deadline_exceeded"');
    const grpcWeb = await send(fetch, frameOf(0, hi), 'application/grpc-web', { 'grpc-timeout': '50m' });
    expect(framesIn(grpcWeb.body).map(([flags]) => flags)).toEqual([0, 0x80]);
    expect(grpcWeb.body.toString()).toContain('grpc-status: 4\r\n');
  });
});
