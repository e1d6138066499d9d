import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect, constants } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { createClient } from '@pipit/runtime/client';
import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import {
  fastify,
  type FastifyBaseLogger,
  type FastifyServerOptions,
  type FastifyTypeProvider,
} from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { closing, hi, listen, localhost, sayHi, sayPath, services } from '../fixture/host-app.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { signalled } from '../fixture/serve.ts';

const { HTTP2_HEADER_METHOD, HTTP2_HEADER_PATH, HTTP2_HEADER_STATUS } = constants;

/** Posts over a new HTTP/2 connection; returns status, headers and body. */
async function postHttp2(
  origin: string,
  path: string,
  body: string,
): Promise<{ status: unknown; headers: Record<string, unknown>; body: string }> {
  const session = connect(origin, { ca: localhost.cert });
  try {
    const stream = session.request({
      [HTTP2_HEADER_METHOD]: 'POST',
      [HTTP2_HEADER_PATH]: path,
      'content-type': 'application/json',
    });
    stream.end(body);
    const [headers] = (await once(stream, 'response')) as [Record<string, unknown>];
    return { status: headers[HTTP2_HEADER_STATUS], headers, body: await text(stream) };
  } finally {
    session.close();
  }
}

/** Sends one request of `node:http` or `node:https` and reads its answer. */
async function answerTo(
  request: ReturnType<typeof httpRequest>,
  body: string,
): Promise<{ status: number | undefined; headers: IncomingMessage['headers']; body: string }> {
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe('an app on another server than node:http’s', () => {
  test('http2 without TLS', async () => {
    const app = closing(fastify({ http2: true, frameworkErrors }));
    await app.register(pipit, { services: services() });
    const origin = await listen(app);
    const ok = await postHttp2(origin, sayPath, '{"text":"hi"}');
    expect([ok.status, JSON.parse(ok.body)]).toEqual([200, hi]);
    expect(ok.headers).toMatchObject({
      'content-type': 'application/json',
      'content-length': String(ok.body.length),
      'x-trace-id': expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(await postHttp2(origin, '/api/no', '{}')).toMatchObject({ status: 404 });
    expect(await postHttp2(origin, '/api/%zz', '{}')).toMatchObject({
      status: 404,
      body: expect.stringContaining('"bad_route"'),
    });
  });

  test('http2 with TLS and HTTP/1.1 on the same port', async () => {
    const app = closing(fastify({ http2: true, https: { ...localhost, allowHTTP1: true }, frameworkErrors }));
    await app.register(pipit, { services: services() });
    const origin = await listen(app, 'https');
    const two = await postHttp2(origin, sayPath, '{"text":"hi"}');
    expect([two.status, JSON.parse(two.body)]).toEqual([200, hi]);
    const options = { method: 'POST', ca: localhost.cert, headers: sayHi.headers };
    const one = await answerTo(httpsRequest(`${origin}${sayPath}`, options), '{"text":"hi"}');
    expect([one.status, JSON.parse(one.body)]).toEqual([200, hi]);
  });

  test('https', async () => {
    const app = closing(fastify({ https: localhost, frameworkErrors }));
    await app.register(pipit, { services: services() });
    const options = { method: 'POST', ca: localhost.cert, headers: sayHi.headers };
    const answer = await answerTo(
      httpsRequest(`${await listen(app, 'https')}${sayPath}`, options),
      '{"text":"hi"}',
    );
    expect([answer.status, JSON.parse(answer.body)]).toEqual([200, hi]);
  });

  test('a caller who resets its HTTP/2 stream fires the signal', async () => {
    const called = signalled();
    const reason = signalled<unknown>();
    const app = closing(fastify({ http2: true }));
    await app.register(pipit, {
      services: services({
        async say(_request, { signal }) {
          called.resolve();
          await once(signal, 'abort');
          reason.resolve(signal.reason);
          return {};
        },
      }),
    });
    const session = connect(await listen(app));
    onTestFinished(() => session.destroy());
    const stream = session.request({
      [HTTP2_HEADER_METHOD]: 'POST',
      [HTTP2_HEADER_PATH]: sayPath,
      'content-type': 'application/json',
    });
    stream.end('{}');
    await called.promise;
    stream.close(constants.NGHTTP2_CANCEL);
    expect(await reason.promise).toMatchObject({ code: 'canceled' });
  });
});

describe('trustProxy', () => {
  test.each([
    [false, '127.0.0.1'],
    [true, '203.0.113.7'],
  ])('%s makes the peer %s', async (trustProxy, peer) => {
    const app = closing(fastify({ trustProxy }));
    await app.register(pipit, {
      services: services({ say: (_request, context) => ({ text: context.peer }) }),
    });
    const headers = { ...sayHi.headers, 'x-forwarded-for': '203.0.113.7' };
    expect((await app.inject({ ...sayHi, headers })).json()).toMatchObject({ text: peer });
  });
});

describe('an app that closes', () => {
  const agent = (): Agent => {
    const kept = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => kept.destroy());
    return kept;
  };

  test('finishes the call under way', async () => {
    const called = signalled();
    const go = signalled<object>();
    const app = closing(fastify());
    await app.register(pipit, {
      services: services({ say: () => (called.resolve(), go.promise) }),
    });
    const origin = await listen(app);
    const answer = answerTo(
      httpRequest(`${origin}${sayPath}`, { method: 'POST', agent: agent(), headers: sayHi.headers }),
      '{}',
    );
    await called.promise;
    const closed = app.close();
    go.resolve({ text: 'done' });
    expect(await answer).toMatchObject({ status: 200, body: expect.stringContaining('done') });
    await closed;
  });

  test('fires the signals of the calls under way where it forces connections to close', async () => {
    const called = signalled();
    const reason = signalled<unknown>();
    const app = closing(fastify({ forceCloseConnections: true }));
    await app.register(pipit, {
      services: services({
        async say(_request, { signal }) {
          called.resolve();
          await once(signal, 'abort');
          reason.resolve(signal.reason);
          return {};
        },
      }),
    });
    const origin = await listen(app);
    const request = httpRequest(`${origin}${sayPath}`, { method: 'POST', headers: sayHi.headers });
    request.on('error', () => undefined).end('{}');
    await called.promise;
    await app.close();
    expect(await reason.promise).toMatchObject({ code: 'canceled' });
  });

  /** What `send` makes of an app that has begun to close, and is held where it still takes requests. */
  async function late<Answer>(
    options: FastifyServerOptions,
    send: (origin: string) => Promise<Answer>,
  ): Promise<Answer> {
    const app = closing(fastify(options));
    const begun = signalled();
    const answered = signalled();
    app.addHook('preClose', async () => {
      begun.resolve();
      await answered.promise;
    });
    await app.register(pipit, { services: services() });
    const origin = await listen(app);
    const closed = app.close();
    await begun.promise;
    const answer = await send(origin);
    answered.resolve();
    await closed;
    return answer;
  }

  // Fastify writes its 503 before any route, plugin or hook: only the app's option can hand these calls to us.
  test('gives a late call Fastify’s 503, which clients read as unavailable', async () => {
    const call = (baseUrl: string): Promise<unknown> =>
      createClient(Probe, { baseUrl })
        .say({})
        .catch((error: unknown) => error);
    expect(await late({}, call)).toMatchObject({ code: 'unavailable' });
  });

  test('answers a late call itself with return503OnClosing: false, and the connection ends', async () => {
    const answer = await late({ return503OnClosing: false }, (origin) =>
      answerTo(
        httpRequest(`${origin}${sayPath}`, { method: 'POST', agent: agent(), headers: sayHi.headers }),
        sayHi.payload,
      ),
    );
    expect(answer).toMatchObject({ status: 200, body: JSON.stringify(hi), headers: { connection: 'close' } });
    expect(answer.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe('types', () => {
  test('the plugin fits apps with a type provider or a logger of their own, and its options are checked', async () => {
    const loggerInstance: FastifyBaseLogger & { readonly mine: true } = Object.assign(
      Object.create(fastify().log) as FastifyBaseLogger,
      { mine: true as const },
    );
    const own = closing(fastify({ loggerInstance }));
    await own.register(pipit, { services: services(), logLevel: 'warn' });
    const provided = closing(fastify().withTypeProvider<FastifyTypeProvider>());
    await provided.register(pipit, { services: services() });
    const refused = closing(fastify());
    // @ts-expect-error The option is `services`.
    await expect(async () => refused.register(pipit, { service: services() })).rejects.toThrow();
    for (const app of [own, provided]) expect(app.hasRoute({ method: 'POST', url: sayPath })).toBe(true);
  });
});
