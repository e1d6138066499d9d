import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createHandler, type HandlerOptions } from '@pipit/runtime/node';
import { pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance } from 'fastify';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { closing, listen, sayPath, services } from '../fixture/host-app.ts';
import { listening } from '../fixture/node-server.ts';
import { Text } from '../fixture/probe.twirp.ts';

type Read = IncomingMessage & { rawBody?: unknown; body?: unknown };

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The node door behind a parser that reads the whole body and leaves what `leave` makes of it. */
async function behind(
  leave: (request: Read, body: Buffer) => void,
  options: Partial<HandlerOptions> = {},
): Promise<string> {
  const log = { ...console, error: () => undefined };
  const handler = createHandler({ services: services(), log, ...options });
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    void readAll(request).then((body) => {
      leave(request, body);
      handler(request, response);
    });
  });
  return `http://127.0.0.1:${await listening(server)}`;
}

async function call(
  origin: string,
  type: string,
  body: string | Buffer,
  more: Record<string, string> = {},
): Promise<[number, string]> {
  const response = await fetch(origin + sayPath, {
    method: 'POST',
    headers: { 'content-type': type, ...more },
    body: new Uint8Array(Buffer.from(body)),
    signal: AbortSignal.timeout(30_000),
  });
  return [response.status, await response.text()];
}

const json = 'application/json';
const form = 'application/x-www-form-urlencoded';
const protobuf = 'application/protobuf';
const sent: [string, string | Buffer][] = [
  [json, '{"text":"hi"}'],
  [form, 'text=hi'],
  [protobuf, Buffer.from(Text.encode({ text: 'hi' }))],
];

describe('a body that a host of the node door has read', () => {
  test.each(sent)('is taken from rawBody or a Buffer or text as body: %s', async (type, body) => {
    for (const leave of [
      (request: Read, bytes: Buffer): void => void (request.rawBody = bytes),
      (request: Read, bytes: Buffer): void => void (request.rawBody = bytes.toString()),
      (request: Read, bytes: Buffer): void => void (request.body = bytes),
    ]) {
      const [status, text] = await call(await behind(leave), type, body);
      expect([status, text.includes('hi')]).toEqual([200, true]);
    }
  });

  test('is taken from what a parser made of JSON and forms', async () => {
    const parsed = (value: unknown): Promise<string> => behind((request) => void (request.body = value));
    expect(await call(await parsed({ text: 'hi', ids: [1, 2] }), json, '{}')).toEqual([
      200,
      '{"text":"hi","count":0,"ids":[1,2]}',
    ]);
    expect(await call(await parsed({ text: 'a&b', ids: ['4', '5'] }), form, 'x=1')).toEqual([
      200,
      '{"text":"a&b","count":0,"ids":[4,5]}',
    ]);
  });

  test('loses nothing on its way back from what a parser made of JSON', async () => {
    const origin = await behind(
      (request, bytes) => void (request.body = bytes.length === 0 ? {} : JSON.parse(bytes.toString())),
    );
    // Beyond a double: JSON.parse makes it Infinity, and JSON.stringify null, which is a field that is not set.
    expect((await call(origin, json, '{"count":1e400}'))[0]).toBe(400);
    expect((await call(origin, json, ''))[0]).toBe(400);
    const [status, text] = await call(origin, json, `{"x":${'['.repeat(7_000)}${']'.repeat(7_000)}}`);
    expect([status, text]).toEqual([400, expect.stringContaining('malformed')]);
  });

  test('is refused above the limit, whatever was kept of it', async () => {
    const parsed = await behind((request) => void (request.body = {}));
    const nothing = await behind(() => undefined);
    const long = `{"text":"${'x'.repeat(4 * 1024 * 1024)}"}`;
    for (const origin of [parsed, nothing])
      expect(await call(origin, json, long)).toEqual([413, expect.stringContaining('resource_exhausted')]);
  });

  test('is refused where it was no UTF-8 before it was kept as text', async () => {
    const origin = await behind((request, bytes) => void (request.rawBody = bytes.toString()));
    const invalid = Buffer.concat([Buffer.from('{"text":"帽'), Buffer.of(0xff), Buffer.from('"}')]);
    expect((await call(origin, json, invalid))[0]).toBe(400);
    expect(await call(origin, json, '{"text":"\ufffd"}')).toEqual([200, expect.stringContaining('\ufffd')]);
  });

  test('is inflated where it was kept compressed, and not where it was not', async () => {
    for (const kept of [gzipSync('{"text":"hi"}'), Buffer.from('{"text":"hi"}')]) {
      const origin = await behind((request) => void (request.rawBody = kept), { compressedRequests: true });
      const headers = { 'content-encoding': 'gzip' };
      expect(await call(origin, json, gzipSync('{"text":"hi"}'), headers)).toEqual([
        200,
        '{"text":"hi","count":0,"ids":[]}',
      ]);
    }
  });

  test('but not kept is one clear error at once', async () => {
    for (const [type, body] of sent) {
      const [status, text] = await call(await behind(() => undefined), type, body);
      expect(status).toBe(500);
      expect(text).toContain('register Pipit before body parsers such as express.json()');
    }
  });

  test('as text is refused for protobuf where bytes were lost', async () => {
    const origin = await behind((request, bytes) => void (request.rawBody = bytes.toString()));
    const [status, text] = await call(origin, protobuf, Buffer.from('0a03e29883228080', 'hex'));
    expect(status).toBe(500);
    expect(text).toContain('which loses bytes of protobuf');
  });

  test('is malformed where it is shorter than announced', async () => {
    const origin = await behind((request) => void (request.rawBody = Buffer.from('{}')));
    const [status, text] = await call(origin, json, '{"text":"hi"}');
    expect(status).toBe(400);
    expect(text).toContain('Content-Length is 13, but 2 bytes came');
  });
});

describe('a body that a host of Fastify has read', () => {
  async function hosted(prepare: (app: FastifyInstance) => unknown): Promise<string> {
    const app = closing(fastify({ forceCloseConnections: true }));
    prepare(app);
    await app.register(pipit, { services: services() });
    return listen(app);
  }

  test.each(sent)(
    'as fastify-raw-body does, with a hook to wait for, is not lost: %s',
    async (type, body) => {
      const origin = await hosted((app) => {
        app.addHook('preParsing', (request, _reply, payload, done) => {
          void readAll(payload).then((bytes) => void Object.assign(request, { rawBody: bytes }));
          done(null, payload);
        });
        app.addHook('preHandler', async () => new Promise((resolve) => setImmediate(resolve)));
      });
      const [status, text] = await call(origin, type, body);
      expect([status, text.includes('hi')]).toEqual([200, true]);
    },
  );

  test.each(sent)(
    'in a preParsing hook that gives nothing back is one clear error: %s',
    async (type, body) => {
      const origin = await hosted((app) =>
        app.addHook('preParsing', async (_q, _r, payload) => void (await readAll(payload))),
      );
      const [status, text] = await call(origin, type, body);
      expect(status).toBe(500);
      expect(text).toContain('let a preParsing hook return a stream');
    },
  );
});
