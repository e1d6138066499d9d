import { connect } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { serveNode } from '../fixture/node-server.ts';
import { Text } from '../fixture/probe.twirp.ts';
import { post, serve, signalled } from '../fixture/serve.ts';

const echo = { say: (request: Text) => request };
const on = { compressedRequests: true, bodyLimit: 10_000 };
const json = Buffer.from('{"text":"small"}');
const doors = { fastify: serve, node: serveNode };

describe.each(Object.entries(doors))('a compressed request through the %s door', (_name, open) => {
  const send = (origin: string, body: Uint8Array, coding: string, type?: string): Promise<Response> =>
    post(origin, 'say', Uint8Array.from(body), type, { 'content-encoding': coding });

  test('is read under gzip, br and deflate, in every codec', async () => {
    const origin = await open(echo, on);
    for (const [coding, pack] of [
      ['gzip', gzipSync],
      ['GZIP ', gzipSync],
      ['x-gzip', gzipSync],
      ['br', brotliCompressSync],
      ['deflate', deflateSync],
      ['identity', (plain: Uint8Array) => plain],
    ] as const) {
      expect(await (await send(origin, pack(json), coding)).json(), coding).toMatchObject({ text: 'small' });
    }
    const binary = await send(origin, gzipSync(Text.encode({ text: 'p' })), 'gzip', 'application/protobuf');
    expect(Text.decode(new Uint8Array(await binary.arrayBuffer())).text).toBe('p');
    const form = await send(origin, gzipSync('text=f'), 'gzip', 'application/x-www-form-urlencoded');
    expect(await form.json()).toMatchObject({ text: 'f' });
  });

  test('is malformed where the option is off: the header is ignored, as Twirp does', async () => {
    const response = await send(await open(echo), gzipSync(json), 'gzip');
    expect([response.status, await response.json()]).toMatchObject([400, { code: 'malformed' }]);
    expect((await send(await open(echo), json, 'gzip')).status).toBe(200);
  });

  test('is held to the limit by its inflated size', async () => {
    const origin = await open(echo, on);
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const response = await send(origin, bomb, 'gzip');
    expect([response.status, await response.json()]).toMatchObject([
      413,
      { code: 'resource_exhausted', msg: 'the request body is larger than 10000 bytes' },
    ]);
    const largest = Buffer.from(`{"text":"${'x'.repeat(10_000 - 11)}"}`);
    expect((await send(origin, brotliCompressSync(largest), 'br')).status).toBe(200);
    // More bytes on the wire than in the message: what counts is the message.
    expect((await send(origin, gzipSync(largest, { level: 0 }), 'gzip')).status).toBe(200);
  });

  test('is held to the limit by what was read, too: parts that hold nothing may go on for ever', async () => {
    const origin = await open(echo, on);
    const nothing = Buffer.concat(Array.from({ length: 2_000 }, () => gzipSync('')));
    expect(nothing.length).toBeGreaterThan(10_000);
    const response = await send(origin, nothing, 'gzip');
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'resource_exhausted' }]);
  });

  test('is malformed where it is cut off, is something else, or under a coding there is not', async () => {
    const origin = await open(echo, on);
    const packed = gzipSync(json);
    for (const [body, coding] of [
      [packed.subarray(0, -6), 'gzip'],
      [json, 'gzip'],
      [packed, 'br'],
      [packed, 'zstd'],
      [packed, 'gzip, gzip'],
      [packed, 'constructor'],
    ] as const) {
      const response = await send(origin, body, coding);
      expect([response.status, await response.json()], coding).toMatchObject([
        400,
        { code: 'malformed', msg: 'failed to read request body', meta: { cause: expect.any(String) } },
      ]);
    }
    expect((await send(origin, packed, 'gzip')).status).toBe(200);
  });

  test('is canceled where the caller goes away in the middle', async () => {
    const seen = signalled<string>();
    const origin = await open(echo, {
      ...on,
      hooks: [{ error: (_context, { code }) => seen.resolve(code) }],
    });
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const packed = gzipSync(json);
    socket.write(
      `POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`,
    );
    socket.write(packed.subarray(0, 12), () => socket.destroy());
    expect(await seen.promise).toBe('canceled');
  });
});
