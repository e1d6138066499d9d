import { gunzipSync, gzipSync } from 'node:zlib';
import { TwirpError, type Context } from '@pipit/runtime';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { anyPack } from '@pipit/runtime/wkt';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../src/protocol/frame.ts';
import { doors } from '../fixture/at-doors.ts';
import { Text } from '../fixture/probe.twirp.ts';

const hi = Text.encode({ text: 'hi' }).slice();
const long = 'long '.repeat(400);
const frame = (payload: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> =>
  new Uint8Array(frameOf(flags, payload));
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

/** The frames of an answer of gRPC-Web: messages, and the lines of its trailers. */
function readFrames(body: Buffer): { messages: Buffer[]; flags: number[]; trailers: string[] } {
  const read = { messages: [] as Buffer[], flags: [] as number[], trailers: [] as string[] };
  for (let at = 0; at < body.length;) {
    const flags = body.readUInt8(at);
    const end = at + 5 + body.readUInt32BE(at + 1);
    const payload = body.subarray(at + 5, end);
    if (flags === 0x80) read.trailers = payload.toString('latin1').split('\r\n').slice(0, -1);
    else {
      read.messages.push(payload);
      read.flags.push(flags);
    }
    at = end;
  }
  return read;
}

describe.each(doors)('the %s door', (_, open) => {
  describe('Connect', () => {
    const json = { headers: { 'connect-protocol-version': '1' } };

    test('is told from Twirp by its version header, for JSON', async () => {
      const seen: string[] = [];
      const send = await open({
        say({ text }, { protocol }) {
          seen.push(protocol);
          if (text === '') throw new TwirpError('failed_precondition', 'first this', { meta: { why: 'x' } });
          return { text };
        },
      });
      const answer = await send('say', '{"text":"hi"}', 'application/json; charset=utf-8', json);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect(await answer.json()).toEqual({ text: 'hi', count: 0, ids: [] });
      const failed = await send('say', '{}', 'application/json', json);
      expect([failed.status, await failed.json()]).toEqual([
        400,
        { code: 'failed_precondition', message: 'first this' },
      ]);
      const twirp = await send('say', '{}');
      expect([twirp.status, await twirp.json()]).toEqual([
        412,
        { code: 'failed_precondition', msg: 'first this', meta: { why: 'x' } },
      ]);
      expect(seen).toEqual(['connect', 'connect', 'twirp']);
    });

    test.each([
      ['canceled', 499, 'canceled'],
      ['unknown', 500, 'unknown'],
      ['invalid_argument', 400, 'invalid_argument'],
      ['malformed', 400, 'invalid_argument'],
      ['deadline_exceeded', 504, 'deadline_exceeded'],
      ['not_found', 404, 'not_found'],
      ['bad_route', 404, 'unimplemented'],
      ['already_exists', 409, 'already_exists'],
      ['permission_denied', 403, 'permission_denied'],
      ['unauthenticated', 401, 'unauthenticated'],
      ['resource_exhausted', 429, 'resource_exhausted'],
      ['failed_precondition', 400, 'failed_precondition'],
      ['aborted', 409, 'aborted'],
      ['out_of_range', 400, 'out_of_range'],
      ['unimplemented', 501, 'unimplemented'],
      ['internal', 500, 'internal'],
      ['unavailable', 503, 'unavailable'],
      ['data_loss', 500, 'data_loss'],
    ] as const)('%s travels under %i as %s', async (code, status, name) => {
      const send = await open({
        say() {
          throw new TwirpError(code, 'it is so');
        },
      });
      const answer = await send('say', hi, 'application/proto');
      expect(answer.headers.get('content-type')).toBe('application/json');
      expect([answer.status, await answer.json()]).toEqual([status, { code: name, message: 'it is so' }]);
    });

    test('details are base64 without padding, trailers headers', async () => {
      const send = await open({
        say(_request, { responseTrailers }) {
          responseTrailers.append('X-Rows', '1');
          responseTrailers.append('X-Rows', '2');
          throw new TwirpError('not_found', 'gone', { details: [anyPack(StringValue, { value: 'a' })] });
        },
      });
      const answer = await send('say', '{}', 'application/json', json);
      expect(answer.headers.get('trailer-x-rows')).toBe('1, 2');
      expect(await answer.json()).toEqual({
        code: 'not_found',
        message: 'gone',
        details: [{ type: 'google.protobuf.StringValue', value: 'CgFh' }],
      });
    });

    test.each([
      [
        'an unknown version',
        '{}',
        'application/json',
        { 'connect-protocol-version': '2' },
        400,
        'invalid_argument',
      ],
      [
        'an unknown compression',
        hi,
        'application/proto',
        { 'content-encoding': 'zstd' },
        501,
        'unimplemented',
      ],
      ['what is no gzip', hi, 'application/proto', { 'content-encoding': 'gzip' }, 400, 'invalid_argument'],
      ['an unknown format', hi, 'application/xml', { 'connect-protocol-version': '1' }, 415, 'unknown'],
      ['what is no message', new Uint8Array([255]), 'application/proto', {}, 400, 'invalid_argument'],
    ] as const)('refuses %s', async (_what, body, type, headers, status, code) => {
      const send = await open({ say: (request) => request });
      const answer = await send('say', body, type, { headers });
      expect(answer.status).toBe(status);
      expect(await answer.json()).toMatchObject({ code, message: expect.any(String) as string });
      if (code === 'unimplemented') expect(answer.headers.get('accept-encoding')).toBe('gzip, identity');
    });

    test('an unknown method is 404 in the caller’s shape', async () => {
      const send = await open({});
      const answer = await send('Nowhere', hi, 'application/proto');
      expect([answer.status, await answer.json()]).toEqual([
        404,
        { code: 'unimplemented', message: 'no handler for path "/api/pipit.test.v1.Probe/Nowhere"' },
      ]);
    });

    test('a compressed request is inflated, a large answer compressed for who asks for it', async () => {
      const sizes: number[] = [];
      const send = await open({
        say(request, context) {
          sizes.push(context.requestBytes);
          return request;
        },
      });
      const message = Text.encode({ text: long }).slice();
      const zipped = new Uint8Array(gzipSync(message));
      const headers = { 'content-encoding': 'gzip', 'accept-encoding': 'br, gzip' };
      const answer = await send('say', zipped, 'application/proto', { headers });
      expect(answer.headers.get('content-encoding')).toBe('gzip');
      // fetch inflates what came over the network.
      const body = await bytesOf(answer);
      expect(Text.decode(body[0] === 0x1f ? gunzipSync(body) : body).text).toBe(long);
      expect(sizes).toEqual([message.length]);
      const small = await send('say', hi, 'application/proto', { headers: { 'accept-encoding': 'gzip' } });
      expect(small.headers.get('content-encoding')).toBeNull();
      const unasked = await send('say', message, 'application/proto', {
        headers: { 'accept-encoding': 'gzip;q=0' },
      });
      expect(unasked.headers.get('content-encoding')).toBeNull();
    });

    test('the limit is that of the inflated message', async () => {
      const send = await open({ say: ({ text }) => ({ count: text.length }) }, {
        bodyLimit: 10_000,
      } as object);
      const zip = (length: number): Uint8Array<ArrayBuffer> =>
        new Uint8Array(gzipSync(Text.encode({ text: 'a'.repeat(length) })));
      const headers = { 'content-encoding': 'gzip' };
      const fits = await send('say', zip(9_990), 'application/proto', { headers });
      expect(Text.decode(await bytesOf(fits)).count).toBe(9_990);
      const tooLarge = await send('say', zip(10_001), 'application/proto', { headers });
      expect([tooLarge.status, await tooLarge.json()]).toEqual([
        429,
        { code: 'resource_exhausted', message: 'the request body is larger than 10000 bytes' },
      ]);
    });

    test('a timeout of more than ten digits is none', async () => {
      const deadlines: unknown[] = [];
      const send = await open({
        say(_request, { deadline }) {
          deadlines.push(deadline);
          return {};
        },
      });
      for (const timeout of ['60000', '10000000000', 'soon']) {
        await send('say', hi, 'application/proto', { headers: { 'connect-timeout-ms': timeout } });
      }
      // As a Twirp caller's header it says nothing.
      await send('say', '{}', 'application/json', { headers: { 'connect-timeout-ms': '5' } });
      expect(deadlines).toEqual([expect.any(Number), undefined, undefined, undefined]);
    });
  });

  describe('gRPC-Web', () => {
    test.each(['application/grpc-web', 'application/grpc-web+proto'])('answers %s in kind', async (type) => {
      const send = await open({
        say(request, context) {
          expect(context.protocol).toBe('grpc-web');
          context.responseTrailers.append('X-Rows', '1');
          context.responseTrailers.append('X-Rows', '2');
          return request;
        },
      });
      const answer = await send('say', frame(hi), type);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, type]);
      const { messages, trailers } = readFrames(await bytesOf(answer));
      expect(messages.map((message) => Text.decode(message).text)).toEqual(['hi']);
      expect(trailers).toEqual(['x-rows: 1', 'x-rows: 2', 'grpc-status: 0']);
    });

    test('JSON is a format too', async () => {
      const send = await open({ say: (request) => request });
      const answer = await send('say', frame(Buffer.from('{"text":"hi"}')), 'application/grpc-web+json');
      const { messages } = readFrames(await bytesOf(answer));
      expect(JSON.parse(String(messages[0]))).toEqual({ text: 'hi', count: 0, ids: [] });
    });

    test('text is base64, of which pieces may be padded', async () => {
      const send = await open({ say: (request) => request });
      const framed = Buffer.from(frame(hi));
      const pieces = [framed.subarray(0, 1), framed.subarray(1, 5), framed.subarray(5)];
      const body = pieces.map((piece) => piece.toString('base64')).join('');
      expect(body).toContain('=');
      const answer = await send('say', body, 'application/grpc-web-text');
      expect(answer.headers.get('content-type')).toBe('application/grpc-web-text');
      const { messages, trailers } = readFrames(Buffer.from(await answer.text(), 'base64'));
      expect(Text.decode(messages[0] ?? hi).text).toBe('hi');
      expect(trailers).toEqual(['grpc-status: 0']);
    });

    test('an error is in the trailers of a 200, percent-encoded', async () => {
      const send = await open({
        say() {
          throw new TwirpError('not_found', 'kein Huhn für 5 €\n', {
            details: [anyPack(StringValue, { value: 'a' })],
          });
        },
      });
      const answer = await send('say', frame(hi), 'application/grpc-web+proto');
      expect(answer.status).toBe(200);
      const { messages, trailers } = readFrames(await bytesOf(answer));
      expect(messages).toEqual([]);
      expect(trailers.slice(0, 2)).toEqual([
        'grpc-status: 5',
        'grpc-message: kein Huhn f%C3%BCr 5 %E2%82%AC%0A',
      ]);
      const details = Buffer.from((trailers[2] ?? '').replace('grpc-status-details-bin: ', ''), 'base64');
      expect(details.toString('latin1')).toContain('type.googleapis.com/google.protobuf.StringValue');
    });

    test('a text of any length is cut at 8 KiB, between characters', async () => {
      const send = await open({
        say() {
          throw new TwirpError('aborted', 'ü'.repeat(10_000));
        },
      });
      const answer = await send('say', frame(hi), 'application/grpc-web');
      const { trailers } = readFrames(await bytesOf(answer));
      const text = (trailers[1] ?? '').replace('grpc-message: ', '');
      expect(text.length).toBeLessThanOrEqual(8 * 1024);
      expect(text).toMatch(/^(?:%C3%BC)+(?:%C3)?$/);
    });

    test.each([
      ['no message', new Uint8Array(), {}, 12],
      ['two messages', Buffer.concat([frame(hi), frame(hi)]), {}, 12],
      ['half a message', frame(hi).subarray(0, 7), {}, 3],
      ['half a head', frame(hi).subarray(0, 3), {}, 3],
      ['a flag without an encoding', frame(hi, 1), {}, 13],
      ['a flag with identity', frame(hi, 1), { 'grpc-encoding': 'identity' }, 13],
      ['an unknown encoding', frame(hi), { 'grpc-encoding': 'zstd' }, 12],
      ['an unknown flag', frame(hi, 4), {}, 3],
      ['what is no gzip', frame(hi, 1), { 'grpc-encoding': 'gzip' }, 3],
    ])('refuses %s', async (_what, body, headers, status) => {
      const send = await open({ say: (request) => request });
      const answer = await send('say', new Uint8Array(body), 'application/grpc-web', { headers });
      const { trailers } = readFrames(await bytesOf(answer));
      expect([answer.status, trailers[0]]).toEqual([200, `grpc-status: ${status}`]);
      if (status === 12) expect(answer.headers.get('grpc-accept-encoding')).toBe('gzip, identity');
    });

    test.each([
      ['say', 'application/grpc-web+thrift', 415, 2],
      ['Nowhere', 'application/grpc-web', 404, 12],
    ])('says what it thinks of %s as %s', async (method, type, status, code) => {
      const send = await open({ say: (request) => request });
      const answer = await send(method, frame(hi), type);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, 'application/grpc-web']);
      expect(readFrames(await bytesOf(answer)).trailers[0]).toBe(`grpc-status: ${code}`);
    });

    test('gzip goes both ways, a frame at a time', async () => {
      const send = await open({ say: (request) => request });
      const headers = { 'grpc-encoding': 'gzip', 'grpc-accept-encoding': 'identity,gzip' };
      for (const text of [long, 'x'.repeat(100_000)]) {
        const zipped = gzipSync(Text.encode({ text }));
        const answer = await send('say', frame(zipped, 1), 'application/grpc-web', { headers });
        expect(answer.headers.get('grpc-encoding')).toBe('gzip');
        const { messages, flags } = readFrames(await bytesOf(answer));
        expect(flags).toEqual([1]);
        expect(Text.decode(gunzipSync(messages[0] ?? hi)).text).toBe(text);
      }
      // A message that is not compressed may come beside the header.
      const plain = await send('say', frame(hi), 'application/grpc-web', { headers });
      expect(readFrames(await bytesOf(plain)).flags).toEqual([0]);
    });

    test('the limit is that of the inner message', async () => {
      const send = await open({ say: ({ text }) => ({ count: text.length }) }, {
        bodyLimit: 10_000,
      } as object);
      const of = (length: number): Uint8Array => Text.encode({ text: 'a'.repeat(length) }).slice();
      const statusOf = async (answer: Response, text: boolean): Promise<string | undefined> => {
        const body = await bytesOf(answer);
        return readFrames(text ? Buffer.from(body.toString(), 'base64') : body).trailers[0];
      };
      expect(of(9_997)).toHaveLength(10_000);
      for (const [length, status] of [
        [9_997, 0],
        [9_998, 8],
      ] as const) {
        const framed = frame(of(length));
        const text = Buffer.from(framed).toString('base64');
        const zipped = frame(gzipSync(of(length)), 1);
        const gzip = { headers: { 'grpc-encoding': 'gzip' } };
        expect(await statusOf(await send('say', framed, 'application/grpc-web'), false)).toBe(
          `grpc-status: ${status}`,
        );
        expect(await statusOf(await send('say', text, 'application/grpc-web-text'), true)).toBe(
          `grpc-status: ${status}`,
        );
        expect(await statusOf(await send('say', zipped, 'application/grpc-web', gzip), false)).toBe(
          `grpc-status: ${status}`,
        );
      }
    });

    test.each([
      ['60S', true],
      ['1H', true],
      ['60000000u', true],
      ['123456789S', false],
      ['5', false],
    ])('grpc-timeout %s', async (timeout, isOne) => {
      const contexts: Context[] = [];
      const send = await open({
        say(_request, context) {
          contexts.push(context);
          return {};
        },
      });
      await send('say', frame(hi), 'application/grpc-web', { headers: { 'grpc-timeout': timeout } });
      expect(Number.isInteger(contexts[0]?.deadline)).toBe(isOne);
    });
  });

  test('gRPC over what has no trailers is refused, in its headers', async () => {
    const send = await open({ say: (request) => request });
    const answer = await send('say', frame(hi), 'application/grpc');
    expect(answer.status).toBe(505);
    expect(answer.headers.get('content-type')).toBe('application/grpc');
    expect(answer.headers.get('grpc-status')).toBe('2');
    expect(answer.headers.get('grpc-message')).toContain('HTTP/2');
  });

  test('a type of nobody’s stays Twirp’s', async () => {
    const send = await open({ say: (request) => request });
    const answer = await send('say', '{}', 'application/foo');
    expect([answer.status, await answer.json()]).toMatchObject([404, { code: 'bad_route' }]);
  });

  test('what is not spoken is nobody’s, and an unknown name is refused', async () => {
    const say = (request: Text): Text => request;
    const twirp = await open({ say }, { protocols: ['twirp', 'grpc-web'] });
    expect(await (await twirp('say', hi, 'application/proto')).json()).toMatchObject({ code: 'bad_route' });
    expect((await twirp('say', frame(hi), 'application/grpc-web')).headers.get('content-type')).toBe(
      'application/grpc-web',
    );
    const connect = await open({ say }, { protocols: ['connect'] });
    expect((await connect('say', hi, 'application/proto')).status).toBe(200);
    expect(await (await connect('say')).json()).toMatchObject({
      code: 'bad_route',
      msg: 'unexpected Content-Type: "application/json"',
    });
    await expect(open({}, { protocols: ['soap' as 'twirp'] })).rejects.toThrow(
      'protocols: "soap" is not one of twirp, connect, grpc-web, grpc',
    );
    await expect(open({}, { protocols: [] })).rejects.toThrow('protocols: name at least one of');
  });
});
