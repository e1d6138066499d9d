import { brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance, type onRouteHookHandler } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Text } from '../fixture/probe.twirp.ts';
import { closing, hi, sayHi, sayPath, services } from '../fixture/host-app.ts';

const traceId = /^[0-9a-f]{32}$/;

describe('@fastify/rate-limit', () => {
  test('refuses a call with 429 in the shape of our errors, and its headers stay', async () => {
    const app = closing(fastify());
    await app.register(rateLimit, { max: 1, timeWindow: 60_000 });
    await app.register(pipit, { services: services() });
    const first = await app.inject(sayHi);
    expect(first.statusCode).toBe(200);
    expect(first.headers).toMatchObject({ 'x-ratelimit-limit': '1', 'x-ratelimit-remaining': '0' });
    const second = await app.inject(sayHi);
    expect(second.statusCode).toBe(429);
    expect(second.json()).toEqual({
      code: 'resource_exhausted',
      msg: 'Rate limit exceeded, retry in 1 minute',
    });
    expect(second.headers).toMatchObject({
      'content-type': 'application/json',
      'x-ratelimit-remaining': '0',
      'retry-after': '60',
      'x-trace-id': expect.stringMatching(traceId),
    });
  });

  test('counts bad routes, and per route where an onRoute hook says so', async () => {
    const app = closing(fastify());
    app.addHook('onRoute', (route) => {
      if (route.url === sayPath) route.config = { ...route.config, rateLimit: { max: 1 } };
    });
    await app.register(rateLimit, { max: 2 });
    await app.register(pipit, { services: services() });
    const status = async (url: string): Promise<number> => (await app.inject({ ...sayHi, url })).statusCode;
    expect([await status(sayPath), await status(sayPath)]).toEqual([200, 429]);
    expect([await status('/api/no'), await status('/api/no'), await status('/api/no')]).toEqual([
      404, 404, 429,
    ]);
  });
});

describe('@fastify/cors', () => {
  const origin = 'https://page.example';
  const preflight = {
    method: 'OPTIONS',
    url: sayPath,
    headers: { origin, 'access-control-request-method': 'POST' },
  } as const;
  const call = { ...sayHi, headers: { ...sayHi.headers, origin } };
  const options = { origin: [origin], credentials: true, exposedHeaders: ['x-trace-id'] };

  const expectOpen = async (app: FastifyInstance, prefix = ''): Promise<void> => {
    const asked = await app.inject({ ...preflight, url: prefix + sayPath });
    expect([asked.statusCode, asked.body]).toEqual([204, '']);
    expect(asked.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET,HEAD,POST',
    });
    const allowed = await app.inject({ ...call, url: prefix + sayPath });
    expect(allowed.json()).toEqual(hi);
    expect(allowed.headers).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-trace-id',
    });
    // A page may read our errors too.
    const failed = await app.inject({ ...call, url: `${prefix}/api/no` });
    expect([failed.statusCode, failed.headers['access-control-allow-origin']]).toEqual([404, origin]);
  };

  test.each(['before', 'after'])('registered %s us answers preflights under the prefix', async (order) => {
    const app = closing(fastify());
    if (order === 'before') await app.register(cors, options);
    await app.register(pipit, { services: services() });
    if (order === 'after') await app.register(cors, options);
    await expectOpen(app);
  });

  test('registered in a parent is for what is mounted there, and for nothing else', async () => {
    const app = closing(fastify());
    await app.register(
      async (scope) => {
        await scope.register(cors, options);
        await scope.register(pipit, { services: services() });
      },
      { prefix: '/open' },
    );
    await app.register(pipit, { services: services(), prefix: '/closed' });
    await expectOpen(app, '/open');
    const closed = await app.inject({ ...preflight, url: sayPath.replace('/api', '/closed') });
    expect([closed.statusCode, closed.json<{ code: string }>().code]).toEqual([404, 'bad_route']);
    expect(closed.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('that knows no such origin allows nothing', async () => {
    const app = closing(fastify());
    await app.register(cors, options);
    await app.register(pipit, { services: services() });
    const headers = { ...preflight.headers, origin: 'https://other.example' };
    const response = await app.inject({ ...preflight, headers });
    expect(response.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('@fastify/compress', () => {
  const long = 'word '.repeat(2_000);
  const app = async (): Promise<FastifyInstance> => {
    const host = closing(fastify());
    await host.register(compress, { customTypes: /protobuf|json|text/ });
    await host.register(pipit, {
      services: services({
        fetch: () => ({ contentType: 'text/plain', data: Buffer.from(long), filename: 'a.txt' }),
      }),
    });
    return host;
  };
  const decoders = { gzip: gunzipSync, br: brotliDecompressSync };
  const asking = (encoding: string, type: string): Record<string, string> => ({
    'accept-encoding': encoding,
    'content-type': type,
  });

  test.each(['gzip', 'br'] as const)(
    'compresses JSON, protobuf and downloads for who accepts %s',
    async (encoding) => {
      const host = await app();
      const proto = Buffer.from(Text.encode({ text: long }));
      const answers = [
        await host.inject({
          ...sayHi,
          headers: asking(encoding, 'application/json'),
          payload: { text: long },
        }),
        await host.inject({
          ...sayHi,
          headers: asking(encoding, 'application/protobuf'),
          payload: proto,
        }),
        await host.inject({
          ...sayHi,
          url: sayPath.replace('say', 'Fetch'),
          headers: asking(encoding, 'application/json'),
        }),
      ];
      for (const { headers, rawPayload } of answers) {
        expect(headers['content-encoding']).toBe(encoding);
        expect(headers['vary']).toContain('accept-encoding');
        // A length of the uncompressed answer would cut or hang the caller.
        expect(headers['content-length'] ?? String(rawPayload.length)).toBe(String(rawPayload.length));
      }
      const [json, binary, file] = answers.map(({ rawPayload }) => decoders[encoding](rawPayload));
      expect(JSON.parse(String(json))).toEqual({ ...hi, text: long });
      expect(binary).toEqual(proto);
      expect(String(file)).toBe(long);
      expect(answers.map(({ headers }) => headers['content-type'])).toEqual([
        'application/json',
        'application/protobuf',
        'text/plain',
      ]);
      expect(answers[2]?.headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    },
  );

  test('leaves alone what is short, and who accepts none', async () => {
    const host = await app();
    const short = await host.inject({ ...sayHi, headers: asking('gzip', 'application/json') });
    expect([short.headers['content-encoding'], short.json()]).toEqual([undefined, hi]);
    const plain = await host.inject({ ...sayHi, payload: { text: long } });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.headers['content-length']).toBe(String(plain.rawPayload.length));
  });

  test('inflates requests, by the limit of what they inflate to', async () => {
    const host = closing(fastify());
    await host.register(compress);
    await host.register(pipit, { services: services(), bodyLimit: 1_000 });
    const headers = { ...sayHi.headers, 'content-encoding': 'gzip' };
    const fits = await host.inject({ ...sayHi, headers, payload: gzipSync('{"text":"hi"}') });
    expect(fits.json()).toEqual(hi);
    const bomb = gzipSync(JSON.stringify({ text: 'x'.repeat(100_000) }));
    expect(bomb.length).toBeLessThan(1_000);
    expect((await host.inject({ ...sayHi, headers, payload: bomb })).statusCode).toBe(413);
  });

  test('that cannot inflate a request says so in the shape of our errors', async () => {
    const host = closing(fastify());
    await host.register(compress);
    await host.register(pipit, { services: services() });
    const headers = { ...sayHi.headers, 'content-encoding': 'gzip' };
    const broken = await host.inject({ ...sayHi, headers, payload: 'no gzip' });
    expect(broken.statusCode).toBe(400);
    expect(broken.json<{ code: string }>().code).not.toBe('canceled');
    const unknown = await host.inject({ ...sayHi, headers: { ...headers, 'content-encoding': 'lzma' } });
    expect(unknown.statusCode).toBe(400);
    expect(unknown.json()).toMatchObject({ msg: 'Unsupported Content-Encoding: lzma' });
  });
});

test('@fastify/helmet puts its headers on answers and errors', async () => {
  const app = closing(fastify());
  await app.register(helmet);
  await app.register(pipit, { services: services() });
  for (const response of [await app.inject(sayHi), await app.inject({ ...sayHi, url: '/api/no' })]) {
    expect(response.headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'self'"),
      'x-content-type-options': 'nosniff',
      'x-trace-id': expect.stringMatching(traceId),
    });
  }
});

test.each([undefined, true, 'keyValues'] as const)(
  '@fastify/multipart with attachFieldsToBody %s leaves our forms to us, and has its own',
  async (attachFieldsToBody) => {
    const app = closing(fastify());
    await app.register(multipart, { ...(attachFieldsToBody !== undefined && { attachFieldsToBody }) });
    app.post('/upload', async (request) => ({ own: request.isMultipart() }));
    await app.register(pipit, { services: services() });
    const headers = { 'content-type': 'multipart/form-data; boundary=x' };
    const payload = '--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhi\r\n--x--\r\n';
    expect((await app.inject({ ...sayHi, headers, payload })).json()).toMatchObject({ text: 'hi' });
    const own = await app.inject({ method: 'POST', url: '/upload', headers, payload });
    expect(own.json()).toEqual({ own: true });
  },
);

test('a plugin that sheds load, as @fastify/under-pressure does, is answered in the shape of our errors', async () => {
  const app = closing(fastify());
  app.addHook('onRequest', (_request, reply, done) => {
    void reply.header('Retry-After', '10');
    done(Object.assign(new Error('Service Unavailable'), { statusCode: 503, code: 'FST_UNDER_PRESSURE' }));
  });
  await app.register(pipit, { services: services() });
  const response = await app.inject(sayHi);
  expect([response.statusCode, response.headers['retry-after'], response.json()]).toEqual([
    503,
    '10',
    { code: 'unavailable', msg: 'Service Unavailable' },
  ]);
});

test('a plugin that lists the routes, as @fastify/swagger does, finds ours in order', async () => {
  const routes: Parameters<onRouteHookHandler>[0][] = [];
  const app = closing(fastify());
  app.addHook('onRoute', (route) => {
    // What swagger looks at.
    if (Object(route.schema)['hide'] !== true) routes.push({ ...route, config: { ...route.config } });
  });
  await app.register(pipit, { services: services() });
  await app.ready();
  const urls = routes.map(({ url, routePath, prefix }) => [url, routePath, prefix]);
  expect(urls).toContainEqual([sayPath, '/pipit.test.v1.Probe/say', '/api']);
  expect(routes.every(({ handler, method }) => typeof handler === 'function' && method.length > 0)).toBe(
    true,
  );
  expect(app.printRoutes({ commonPrefix: false })).toContain('pipit.test.v1.Probe/say (POST');
});

test('@fastify/swagger lists what is answered, and nothing that is a bad route', async () => {
  const app = closing(fastify());
  await app.register(swagger, { openapi: {} });
  await app.register(pipit, { services: services() });
  await app.ready();
  const { paths = {} } = app.swagger() as { paths?: Record<string, object> };
  const listed = Object.entries(paths).flatMap(([url, verbs]) =>
    Object.keys(verbs).map((verb) => ({ url, method: verb.toUpperCase() as 'GET' | 'POST' })),
  );
  expect(listed).toContainEqual({ url: sayPath, method: 'POST' });
  expect(listed).toContainEqual({ url: sayPath.replace('/say', '/look_up'), method: 'GET' });
  for (const { url, method } of listed) {
    const { statusCode } = await app.inject({
      ...sayHi,
      url,
      method,
      payload: method === 'GET' ? '' : sayHi.payload,
    });
    expect([method, url, statusCode]).not.toEqual([method, url, 404]);
  }
});

test('a plugin that wraps handlers, as @fastify/otel does, wraps ours', async () => {
  const seen: string[] = [];
  const app = closing(fastify());
  app.addHook('onRoute', (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      seen.push(`${request.method} ${request.routeOptions.url}`);
      return handler.call(this, request, reply);
    };
  });
  await app.register(pipit, { services: services() });
  expect((await app.inject(sayHi)).json()).toEqual(hi);
  expect((await app.inject({ ...sayHi, url: '/api/no' })).statusCode).toBe(404);
  expect(seen).toEqual([`POST ${sayPath}`, 'POST /api/*']);
});
