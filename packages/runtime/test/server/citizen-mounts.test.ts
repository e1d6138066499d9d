import { frameworkErrors, pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { closing, hi, sayHi, sayPath, services } from '../fixture/host-app.ts';

const say = '/pipit.test.v1.Probe/say';

/** Status and what identifies the answer: our code, or the body. */
async function answer(app: FastifyInstance, url: string, method: 'GET' | 'POST' = 'POST'): Promise<unknown> {
  const response = await app.inject(method === 'POST' ? { ...sayHi, url } : { method, url });
  const { code, text } = String(response.headers['content-type']).includes('json')
    ? response.json<{ code?: string; text?: string }>()
    : {};
  return [response.statusCode, code ?? text ?? response.body];
}

describe('the app’s own handlers', () => {
  const app = async (): Promise<FastifyInstance> => {
    const host = closing(fastify({ frameworkErrors }));
    host.setErrorHandler((_error, _request, reply) => reply.code(500).type('text/plain').send('their error'));
    host.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('their 404'));
    host.get('/throws', () => {
      throw new Error('x');
    });
    await host.register(pipit, {
      services: services({
        enter: () => {
          throw new Error('x');
        },
      }),
    });
    return host;
  };

  test('answer what is not ours', async () => {
    const host = await app();
    expect(await answer(host, '/throws', 'GET')).toEqual([500, 'their error']);
    for (const url of ['/', '/no', '/apiary', '/API/x']) {
      expect(await answer(host, url)).toEqual([404, 'their 404']);
    }
    expect(await answer(host, '/throws')).toEqual([404, 'their 404']);
  });

  test('and nothing under the prefix', async () => {
    const host = await app();
    expect(await answer(host, sayPath.replace('say', 'Enter'))).toEqual([500, 'internal']);
    expect(await answer(host, sayPath, 'GET')).toEqual([404, 'bad_route']);
    for (const url of ['/api', '/api/', '/api/no', '/api?x=1', '/api/%zz', `/api/${'x'.repeat(500)}`]) {
      expect(await answer(host, url)).toEqual([404, 'bad_route']);
      expect(await answer(host, url, 'GET')).toEqual([404, 'bad_route']);
    }
  });

  test('whether they are set before us or after', async () => {
    const host = closing(fastify());
    await host.register(pipit, { services: services() });
    host.setErrorHandler((_error, _request, reply) => reply.code(500).send('their error'));
    host.setNotFoundHandler((_request, reply) => reply.code(404).send('their 404'));
    expect(await answer(host, '/api/no')).toEqual([404, 'bad_route']);
    expect(await answer(host, '/no')).toEqual([404, 'their 404']);
    expect(await answer(host, sayPath)).toEqual([200, 'hi']);
  });

  test('of a prefixed parent stop at our prefix too', async () => {
    const host = closing(fastify());
    await host.register(
      async (scope) => {
        scope.setNotFoundHandler((_request, reply) => reply.code(404).send('parent 404'));
        await scope.register(pipit, { services: services() });
      },
      { prefix: '/v1' },
    );
    expect(await answer(host, '/v1/no')).toEqual([404, 'parent 404']);
    expect(await answer(host, '/v1/api/no')).toEqual([404, 'bad_route']);
    expect(await answer(host, `/v1/api${say}`)).toEqual([200, 'hi']);
  });
});

describe('several mounts', () => {
  test('of one service under different prefixes have hooks of their own', async () => {
    const seen: string[] = [];
    const [service] = services();
    const app = closing(fastify());
    for (const prefix of ['/public', '/internal/rpc']) {
      await app.register(pipit, {
        services: [service!],
        prefix,
        hooks: [{ requestRouted: ({ path }) => void seen.push(`${prefix} ${path}`) }],
      });
    }
    expect(await answer(app, `/public${say}`)).toEqual([200, 'hi']);
    expect(await answer(app, `/internal/rpc${say}`)).toEqual([200, 'hi']);
    expect(seen).toEqual([`/public /public${say}`, `/internal/rpc /internal/rpc${say}`]);
    expect(await answer(app, '/internal/no')).toEqual([404, expect.stringContaining('Not Found')]);
  });

  test('under one prefix are refused when the app starts', async () => {
    const app = closing(fastify());
    await app.register(pipit, { services: services() });
    await expect(async () => app.register(pipit, { services: services() })).rejects.toThrow(
      'already declared',
    );
  });

  test('each in a scope with hooks of its own, as a guard for one of them', async () => {
    const app = closing(fastify());
    await app.register(async (scope) => {
      scope.addHook('onRequest', async () => {
        throw Object.assign(new Error('no'), { statusCode: 403 });
      });
      await scope.register(pipit, { services: services(), prefix: '/guarded' });
    });
    await app.register(pipit, { services: services(), prefix: '/open' });
    expect(await answer(app, `/guarded${say}`)).toEqual([403, 'permission_denied']);
    expect(await answer(app, `/guarded/no`)).toEqual([403, 'permission_denied']);
    expect(await answer(app, `/open${say}`)).toEqual([200, 'hi']);
  });

  test('are encapsulated: their parsers and errors do not reach routes beside them', async () => {
    const app = closing(fastify());
    await app.register(async (scope) => {
      await scope.register(pipit, { services: services() });
      scope.post('/beside', async ({ body }) => ({ body }));
    });
    const beside = await app.inject({ method: 'POST', url: '/beside', payload: { a: 1 } });
    expect(beside.json()).toEqual({ body: { a: 1 } });
    const typeless = await app.inject({
      method: 'POST',
      url: '/beside',
      headers: { 'content-type': 'x/y' },
      payload: 'x',
    });
    expect([typeless.statusCode, typeless.json<{ code: string }>().code]).toEqual([
      415,
      'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    ]);
  });
});

describe('the options of the app’s router', () => {
  const app = async (options: FastifyServerOptions): Promise<FastifyInstance> => {
    const host = closing(fastify(options));
    host.get('/own', () => 'own');
    await host.register(pipit, { services: services() });
    return host;
  };
  const routerOptions: NonNullable<FastifyServerOptions['routerOptions']>[] = [
    { ignoreTrailingSlash: true },
    { ignoreDuplicateSlashes: true },
    { caseSensitive: false },
    { maxParamLength: 10 },
  ];

  // Every door answers alike: what is no path of ours for the others is none here.
  test.each(routerOptions)('%j change nothing about what is ours', async (options) => {
    const host = await app({ routerOptions: options });
    expect(await answer(host, sayPath)).toEqual([200, 'hi']);
    expect(await answer(host, `/api/${'x'.repeat(500)}`)).toEqual([404, 'bad_route']);
    expect(await answer(host, `${sayPath}/`)).toEqual([404, 'bad_route']);
    expect(await answer(host, sayPath.replace('say', 'SAY'))).toEqual([404, 'bad_route']);
    expect(await answer(host, '/api')).toEqual([404, 'bad_route']);
    expect(await answer(host, '/api/')).toEqual([404, 'bad_route']);
  });

  test('rewriteUrl may lead another path to a method', async () => {
    const host = await app({ rewriteUrl: ({ url }) => (url ?? '').replace('/old/', '/api/') });
    expect(await answer(host, `/old${say}`)).toEqual([200, 'hi']);
    expect(await answer(host, '/old/no')).toEqual([404, 'bad_route']);
  });

  test.each([true, false])('exposeHeadRoutes: %s leaves HEAD to us', async (exposeHeadRoutes) => {
    const host = await app({ exposeHeadRoutes });
    const lookUp = sayPath.replace('say', 'look_up');
    const head = await host.inject({ method: 'HEAD', url: `${lookUp}?text=hi` });
    expect([head.statusCode, head.body]).toEqual([200, '']);
    expect(head.headers['content-length']).toBe(String(JSON.stringify(hi).length));
    expect((await host.inject({ method: 'HEAD', url: sayPath })).statusCode).toBe(404);
  });

  test('a constraint of the app picks its own routes, and ours are for every host', async () => {
    const host = await app({});
    host.post(sayPath, { constraints: { host: 'other.example' } }, async () => ({ text: 'theirs' }));
    expect(await answer(host, sayPath)).toEqual([200, 'hi']);
    const theirs = await host.inject({ ...sayHi, headers: { ...sayHi.headers, host: 'other.example' } });
    expect(theirs.json()).toEqual({ text: 'theirs' });
  });
});
