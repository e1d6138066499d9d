import { TwirpError, unauthenticated } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer } from '@pipit/runtime/node';
import { fastify, type FastifyInstance } from 'fastify';
import { describe, expect, test } from 'vitest';
import { frameOf } from '../../../src/protocol/frame.ts';
import { loggerOf } from '../../fixture/at-doors.ts';
import { grpcCaller } from '../../fixture/grpc-caller.ts';
import { closing, listen } from '../../fixture/host-app.ts';
import { http2Session, listening, serveNode } from '../../fixture/node-server.ts';
import { Probe, Text } from '../../fixture/probe.twirp.ts';
import { probe } from '../../fixture/serve.ts';

const say = '/pipit.test.v1.Probe/say';
const hi = Text.encode({ text: 'hi' }).slice();
const log = loggerOf({});

function app(): FastifyInstance {
  return closing(
    fastify({ forceCloseConnections: true, serverFactory: (listener) => createServer(listener) }),
  );
}

type Options = { readonly grpcAtRoot?: boolean; readonly hooks?: object[] };

const doors: [name: string, serve: (methods: Partial<Probe>, options?: Options) => Promise<string>][] = [
  ['node', (methods, options) => serveNode(methods, { log, ...options })],
  [
    'Fastify',
    async (methods, options) => {
      const host = app();
      await host.register(pipit, { services: [Probe.serve(probe(methods))], ...options });
      return listen(host);
    },
  ],
];

describe.each(doors)('grpc-js at the %s door', (_, serve) => {
  test('a call goes well, with metadata both ways', async () => {
    const origin = await serve(
      {
        say({ text }, { protocol, headers, responseHeaders, responseTrailers }) {
          responseHeaders.set('x-head', String(headers['x-asked']));
          responseTrailers.set('x-tail', 'behind it');
          responseTrailers.set('x-tail-bin', Buffer.of(1, 2, 3).toString('base64'));
          return { text: `${protocol} ${text}` };
        },
      },
      { grpcAtRoot: true },
    );
    const call = grpcCaller(origin);
    const { message, headers, status } = await call(say, hi, { 'x-asked': 'yes' });
    expect(status).toMatchObject({ code: 0 });
    expect(Text.decode(message ?? hi).text).toBe('grpc hi');
    expect(headers?.get('x-head')).toEqual(['yes']);
    expect(status.metadata.get('x-tail')).toEqual(['behind it']);
    expect(status.metadata.get('x-tail-bin')).toEqual([Buffer.of(1, 2, 3)]);
    // With the prefix too, for clients that can send one.
    expect((await call(`/api${say}`, hi)).status).toMatchObject({ code: 0 });
  });

  test('an error is in real trailers, one without a text too', async () => {
    const origin = await serve({
      say({ text }) {
        throw new TwirpError('out_of_range', text === 'hi' ? '' : 'zu groß');
      },
    });
    const call = grpcCaller(origin);
    expect((await call(`/api${say}`, hi)).status).toMatchObject({ code: 11, details: '' });
    expect((await call(`/api${say}`, new Uint8Array())).status).toMatchObject({
      code: 11,
      details: 'zu groß',
    });

    const session = http2Session(origin);
    const stream = session.request({
      ':method': 'POST',
      ':path': `/api${say}`,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.end(frameOf(0, hi));
    const trailers = await new Promise<object>((resolve) => stream.once('trailers', resolve).resume());
    expect(trailers).toMatchObject({ 'grpc-status': '11' });
  });

  test.each([
    ['DELETE', 'application/grpc', 405, '2'],
    ['POST', 'application/grpc+thrift', 415, '2'],
  ])('%s of %s is %i', async (verb, type, status, code) => {
    const session = http2Session(await serve({}));
    const stream = session.request(
      { ':method': verb, ':path': `/api${say}`, 'content-type': type },
      { endStream: false },
    );
    stream.end(frameOf(0, hi));
    const head = await new Promise<object>((resolve) => stream.once('response', resolve).resume());
    expect(head).toMatchObject({ ':status': status, 'content-type': 'application/grpc' });
    const trailers = await new Promise<object>((resolve) => stream.once('trailers', resolve));
    expect(trailers).toMatchObject({ 'grpc-status': code });
  });

  test('an unknown method is not implemented', async () => {
    const call = grpcCaller(await serve({}, { grpcAtRoot: true }));
    expect((await call('/api/pipit.test.v1.Probe/Nowhere', hi)).status).toMatchObject({ code: 12 });
  });

  test('without the option the root is not ours', async () => {
    const call = grpcCaller(await serve({ say: (request) => request }));
    expect((await call(say, hi)).status).toMatchObject({ code: 12 });
  });

  test('a path without prefix has the guards of its method', async () => {
    const requestRouted = ({ headers }: { headers: Record<string, unknown> }): void => {
      if (headers['authorization'] === undefined) throw unauthenticated('log in first');
    };
    const origin = await serve(
      { say: (request) => request },
      { grpcAtRoot: true, hooks: [{ requestRouted }] },
    );
    const call = grpcCaller(origin);
    expect((await call(say, hi)).status).toMatchObject({ code: 16, details: 'log in first' });
    expect((await call(say, hi, { authorization: 'me' })).status).toMatchObject({ code: 0 });
  });
});

describe('the host', () => {
  test('Fastify keeps every path without prefix for all but gRPC, and guards them', async () => {
    const host = app();
    host.setNotFoundHandler((_, reply) => reply.code(404).send('the host’s own'));
    host.addHook('onRequest', async ({ headers }) => {
      if (headers['x-locked'] !== undefined) throw Object.assign(new Error('locked'), { statusCode: 403 });
    });
    await host.register(pipit, {
      services: [Probe.serve(probe({ say: (request) => request }))],
      grpcAtRoot: true,
    });
    const origin = await listen(host);
    const post = (type: string): Promise<Response> =>
      fetch(origin + say, { method: 'POST', headers: { 'content-type': type }, body: '{}' });
    for (const type of ['application/json', 'application/proto', 'application/protobuf', 'text/plain']) {
      expect(await (await post(type)).text(), type).toBe('the host’s own');
    }
    expect(await (await fetch(origin + say)).text()).toBe('the host’s own');
    expect((await post('application/grpc-web')).headers.get('content-type')).toBe('application/grpc-web');
    const call = grpcCaller(origin);
    expect((await call(say, hi, { 'x-locked': 'yes' })).status).toMatchObject({ code: 7, details: 'locked' });
  });

  test('what a hook of Fastify throws is told in the caller’s shape', async () => {
    const host = app();
    host.addHook('onRequest', async () => {
      throw Object.assign(new Error('who are you?'), { statusCode: 401 });
    });
    await host.register(pipit, { services: [Probe.serve(probe({}))] });
    const origin = await listen(host);
    expect((await grpcCaller(origin)(`/api${say}`, hi)).status).toMatchObject({
      code: 16,
      details: 'who are you?',
    });
    const connect = await fetch(`${origin}/api${say}`, {
      method: 'POST',
      headers: { 'content-type': 'application/proto' },
      body: hi,
    });
    expect([connect.status, await connect.json()]).toEqual([
      401,
      { code: 'unauthenticated', message: 'who are you?' },
    ]);
  });

  test('a scope with a prefix has no root', async () => {
    const host = app();
    const mounted = async (scope: FastifyInstance): Promise<void> => {
      await scope.register(pipit, { services: [Probe.serve(probe({}))], grpcAtRoot: true });
    };
    await expect(async () => host.register(mounted, { prefix: '/v1' })).rejects.toThrow(
      'grpcAtRoot: this scope has the prefix /v1',
    );
  });

  test('with `next` all but gRPC’s own types at known paths are left to it', async () => {
    const handler = createHandler({
      services: [Probe.serve(probe({ say: (request) => request }))],
      grpcAtRoot: true,
      log,
    });
    const server = createServer((request: never, response: never) =>
      handler(request, response, () => (response as { end(text: string): void }).end('next')),
    );
    const origin = `http://127.0.0.1:${await listening(server)}`;
    const post = (path: string, type: string): Promise<Response> =>
      fetch(origin + path, {
        method: 'POST',
        headers: { 'content-type': type },
        body: frameOf(0, hi) as never,
      });
    expect(await (await post(say, 'application/json')).text()).toBe('next');
    expect(await (await post('/other.Service/say', 'application/grpc-web')).text()).toBe('next');
    expect((await post(say, 'application/grpc-web')).headers.get('content-type')).toBe(
      'application/grpc-web',
    );
  });
});
