import { pipit, frameworkErrors } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { appWith, probe } from '../fixture/serve.ts';

const say = { say: () => ({}) };
const payload = { method: 'POST', headers: { 'content-type': 'application/json' }, payload: '{}' } as const;
const path = '/api/pipit.test.v1.Probe/say';

describe('in a Fastify app', () => {
  test('every method is a route of its own', async () => {
    const urls: string[] = [];
    const prepare = (app: FastifyInstance): unknown =>
      app.addHook('onRoute', (route) => void urls.push(route.url));
    const app = await appWith(say, {}, { prepare });
    expect(urls).toContain(path);
    expect(urls).toContain('/api/pipit.test.v1.Probe/LookUp');
    expect(app.hasRoute({ method: 'POST', url: path })).toBe(true);
  });

  test('inject, req.log and the hooks of the app work as around any route', async () => {
    const order: string[] = [];
    const log: Record<string, unknown>[] = [];
    const app = await appWith(
      { say: (_request, context) => (context.log.warn({ mine: 1 }, 'from the handler'), { text: 'x' }) },
      {},
      {
        log,
        prepare(host) {
          host.addHook('onRequest', async () => void order.push('onRequest'));
          host.addHook('preHandler', async () => void order.push('preHandler'));
          host.addHook('onSend', async (_request, reply, body) => {
            order.push(`onSend ${String(body)}`);
            reply.header('x-on-send', 'yes');
          });
          host.addHook('onResponse', async () => void order.push('onResponse'));
        },
      },
    );
    const response = await app.inject({ ...payload, url: path });
    expect([response.statusCode, response.headers['x-on-send']]).toEqual([200, 'yes']);
    const body = '{"text":"x","count":0,"ids":[]}';
    expect(response.body).toBe(body);
    await expect.poll(() => order).toEqual(['onRequest', 'preHandler', `onSend ${body}`, 'onResponse']);
    expect(log).toMatchObject([{ mine: 1, msg: 'from the handler', reqId: expect.anything() }]);
  });

  test('an onSend hook that is slow does not make us send twice', async () => {
    const log: Record<string, unknown>[] = [];
    const prepare = (app: FastifyInstance): unknown =>
      app.addHook('onSend', () => new Promise<void>((resolve) => setImmediate(resolve)));
    const app = await appWith(say, {}, { log, prepare });
    expect((await app.inject({ ...payload, url: path })).statusCode).toBe(200);
    expect(log).toEqual([]);
  });

  test('headers of the app stay, and ours are added to them', async () => {
    const app = await appWith(
      {
        say(_request, { responseHeaders }) {
          responseHeaders.append('Vary', 'x-mine');
          responseHeaders.set('x-frame', 'ours');
          responseHeaders.set('set-cookie', 'ours=1');
          return {};
        },
      },
      {},
      {
        prepare: (host) =>
          host.addHook('onRequest', async (_request, reply) => {
            reply.headers({ vary: 'origin', 'x-frame': 'theirs', 'x-kept': 'yes', 'set-cookie': 'theirs=1' });
          }),
      },
    );
    const { headers } = await app.inject({ ...payload, url: path });
    expect(headers).toMatchObject({
      vary: ['origin', 'x-mine'],
      'x-frame': 'ours',
      'x-kept': 'yes',
      'set-cookie': 'ours=1',
    });
  });

  test.each([
    [401, 'unauthenticated', 401],
    [403, 'permission_denied', 403],
    [413, 'resource_exhausted', 413],
    [429, 'resource_exhausted', 429],
    [503, 'unavailable', 503],
    [418, 'invalid_argument', 400],
    [500, 'internal', 500],
  ])(
    'an error with status %i that the app throws around a call is ours: %s',
    async (statusCode, code, status) => {
      const prepare = (app: FastifyInstance): unknown =>
        app.addHook('preHandler', async () => {
          throw Object.assign(new Error('no'), { statusCode });
        });
      const response = await (await appWith(say, {}, { prepare })).inject({ ...payload, url: path });
      expect(response.statusCode).toBe(status);
      expect(response.headers['content-type']).toBe('application/json');
      expect(response.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
      expect(response.json()).toMatchObject({ code, msg: 'no' });
    },
  );

  test('a guard of the app cannot be walked around with a Content-Type that Fastify refuses', async () => {
    const app = await appWith(
      say,
      {},
      {
        prepare: (host) =>
          host.addHook('preHandler', async () => {
            throw Object.assign(new Error('no'), { statusCode: 401 });
          }),
      },
    );
    for (const type of ['', ' ', 'json', 'application/json, text/plain']) {
      const response = await app.inject({
        method: 'POST',
        url: path,
        headers: { 'content-type': type },
        payload: '',
      });
      expect(response.statusCode).toBeGreaterThanOrEqual(400);
    }
  });

  test('its other routes, parsers and error handler are its own', async () => {
    const app = await appWith(
      say,
      {},
      {
        prepare(host) {
          host.setErrorHandler((_error, _request, reply) => reply.code(599).send('theirs'));
          host.post('/own', async (request) => ({ got: request.body }));
          host.get('/throws', async () => Promise.reject(new Error('x')));
        },
      },
    );
    expect((await app.inject({ method: 'POST', url: '/own', payload: { a: 1 } })).json()).toEqual({
      got: { a: 1 },
    });
    expect((await app.inject('/throws')).body).toBe('theirs');
    expect((await app.inject('/nothing')).json()).toMatchObject({ error: 'Not Found' });
    expect((await app.inject('/apiary')).json()).toMatchObject({ error: 'Not Found' });
  });
});

describe('the prefix', () => {
  const at = (prefix: string): Promise<FastifyInstance> => appWith(say, { prefix });
  const status = async (app: FastifyInstance, url: string): Promise<number> =>
    (await app.inject({ ...payload, url })).statusCode;

  test.each(['twirp', '/twirp', '/twirp/', 'twirp/'])(
    '%j serves under /twirp and nowhere else',
    async (prefix) => {
      const app = await at(prefix);
      expect(await status(app, '/twirp/pipit.test.v1.Probe/say')).toBe(200);
      for (const url of [
        path,
        '/pipit.test.v1.Probe/say',
        '/twirp/twirp/pipit.test.v1.Probe/say',
        '//twirp/pipit.test.v1.Probe/say',
      ]) {
        expect(await status(app, url)).toBe(404);
      }
    },
  );

  test('/ serves at the root', async () => {
    const app = await at('/');
    expect(await status(app, '/pipit.test.v1.Probe/say')).toBe(200);
    const response = await app.inject({ ...payload, url: path });
    expect(response.json()).toMatchObject({
      code: 'bad_route',
      msg: `invalid path prefix "/api", expected "", on path "${path}"`,
    });
  });

  test.each([
    '',
    '/',
    '/x',
    '/pipit.test.v1.Probe',
    '/pipit.test.v1.Probe/',
    '/pipit.test.v1.Probe/Say',
    '/pipit.test.v1.Probe/say/',
    '/pipit.test.v1.probe/say',
    '/Probe/say',
    '/pipit.test.v1/Probe/say',
  ])('everything else under it is a bad_route: /api%s', async (rest) => {
    const response = await (await at('/api')).inject({ ...payload, url: `/api${rest}` });
    // Go's CamelCase alias of `say` is the one spelling beside the literal that is served.
    if (rest === '/pipit.test.v1.Probe/Say') {
      expect(response.statusCode).toBe(200);
      return;
    }
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      code: 'bad_route',
      msg: `no handler for path "/api${rest}"`,
      meta: { twirp_invalid_route: `POST /api${rest}` },
    });
  });

  test('a path may be percent-encoded, but for its slashes', async () => {
    const app = await at('/api');
    expect(await status(app, '/api/pipit.test.v1.Probe/s%61y')).toBe(200);
    for (const path of ['Probe%2Fsay', 'Probe%2fsay', 'Probe%5Csay', 'Probe/say%2F'])
      expect(await status(app, `/api/pipit.test.v1.${path}`)).toBe(404);
  });

  test('a guard on the route of a method is passed by on no way', async () => {
    const guard = (app: FastifyInstance): unknown =>
      app.addHook('onRequest', async (request, reply) => {
        if (request.routeOptions.url?.endsWith('/say') === true) await reply.code(401).send('log in');
      });
    for (const prefix of ['/api', '/a@b', '/']) {
      const app = await appWith(say, { prefix, catchAll: true }, { prepare: guard });
      const root = prefix === '/' ? '' : prefix;
      for (const path of ['/say', '%2Fsay', '%2fsay', '/s%61y', '/%73ay', '/say?x', '/say%3Fx'])
        expect(await status(app, `${root}/pipit.test.v1.Probe${path}`)).not.toBe(200);
      expect(await status(app, '/a%40b/pipit.test.v1.Probe/say')).not.toBe(200);
    }
  });

  test('several mounts with prefixes of their own, nested too, do not meet', async () => {
    const app = await appWith({ say: () => ({ text: 'outer' }) }, { prefix: '/one' });
    await app.register(pipit, {
      services: [Probe.serve(probe({ say: () => ({ text: 'two' }) }))],
      prefix: '/two',
    });
    await app.register(
      async (scope) => {
        await scope.register(pipit, { services: [Probe.serve(probe({ say: () => ({ text: 'nested' }) }))] });
      },
      { prefix: '/v1' },
    );
    const texts = ['/one', '/two', '/v1/api'].map(async (prefix) => {
      const response = await app.inject({ ...payload, url: `${prefix}/pipit.test.v1.Probe/say` });
      return response.json<{ text: string }>().text;
    });
    expect(await Promise.all(texts)).toEqual(['outer', 'two', 'nested']);
    expect((await app.inject({ ...payload, url: '/v1/api/x' })).json()).toMatchObject({ code: 'bad_route' });
  });

  test('that is none lets the app keep routes of its own', async () => {
    const app = await appWith(
      say,
      { prefix: '/' },
      { prepare: (host) => host.get('/own', async () => 'own') },
    );
    expect((await app.inject('/own')).body).toBe('own');
    expect((await app.inject('/other')).json()).toMatchObject({ code: 'bad_route' });
  });

  test('that is bad fails the start', async () => {
    await expect(at('/:tenant')).rejects.toThrow('"/:tenant" is not a path prefix');
  });
});

describe('a path that cannot be decoded', () => {
  const start = async (options: { prefix?: string; catchAll?: boolean }): Promise<FastifyInstance> => {
    const app = fastify({ frameworkErrors });
    onTestFinished(() => app.close());
    await app.register(pipit, { services: [Probe.serve(probe(say))], ...options });
    return app;
  };

  test.each([
    ['%zz', '%zz', '%zz'],
    ['%ff', String.raw`\xff`, '\ufffd'],
  ])('/api/%s is a bad_route with frameworkErrors', async (segment, quoted, decoded) => {
    const response = await (await start({})).inject({ ...payload, url: `/api/${segment}` });
    expect(response.statusCode).toBe(404);
    expect(response.json()).toEqual({
      code: 'bad_route',
      msg: `no handler for path "/api/${quoted}"`,
      meta: { twirp_invalid_route: `POST /api/${decoded}` },
    });
  });

  test('is the app’s elsewhere', async () => {
    const response = await (await start({})).inject('/other/%zz');
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([400, 'FST_ERR_BAD_URL']);
  });
});

test('catchAll answers the paths of the whole app that have no route', async () => {
  const app = await appWith(
    say,
    { prefix: '/twirp', catchAll: true },
    { prepare: (host) => host.get('/own', async () => 'own') },
  );
  expect((await app.inject('/own')).body).toBe('own');
  const response = await app.inject({ ...payload, url: '/pipit.test.v1.Probe/say' });
  expect(response.json()).toMatchObject({
    code: 'bad_route',
    msg: 'invalid path prefix "", expected "/twirp", on path "/pipit.test.v1.Probe/say"',
  });
});
