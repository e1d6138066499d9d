import { AsyncLocalStorage } from 'node:async_hooks';
import { Readable } from 'node:stream';
import { notFound } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Text } from '../fixture/probe.twirp.ts';
import { closing, hi, sayHi, sayPath, services } from '../fixture/host-app.ts';
import { signalled } from '../fixture/serve.ts';

/** An app whose hooks are set before Probe is registered. */
async function hooked(prepare: (app: FastifyInstance) => unknown): Promise<FastifyInstance> {
  const app = closing(fastify());
  prepare(app);
  await app.register(pipit, { services: services() });
  return app;
}

const refusal = Object.assign(new Error('not you'), { statusCode: 401 });
test('the hooks of the app run in the order they have around any route that sends a text', async () => {
  const seen: Record<string, string[]> = { [sayPath]: [], '/own': [] };
  const note = (hook: string, { url }: FastifyRequest): void => void seen[url]?.push(hook);
  const finished = signalled();
  let answered = 0;
  const app = await hooked((host) => {
    host.addHook('onRequest', async (request) => note('onRequest', request));
    host.addHook('preParsing', async (request) => note('preParsing', request));
    host.addHook('preValidation', async (request) => note('preValidation', request));
    host.addHook('preHandler', async (request) => note('preHandler', request));
    host.addHook('preSerialization', async (request) => note('preSerialization', request));
    host.addHook('onSend', async (request) => note('onSend', request));
    host.addHook('onError', async (request) => note('onError', request));
    host.addHook('onResponse', async (request) => {
      note('onResponse', request);
      if (++answered === 2) finished.resolve();
    });
    host.post('/own', (_request, reply) => void reply.send('text'));
  });
  await app.inject(sayHi);
  await app.inject({ ...sayHi, url: '/own' });
  await finished.promise;
  expect(seen[sayPath]).toEqual([
    'onRequest',
    'preParsing',
    'preValidation',
    'preHandler',
    'onSend',
    'onResponse',
  ]);
  expect(seen['/own']).toEqual(seen[sayPath]);
});

describe.each(['onRequest', 'preParsing', 'preValidation', 'preHandler'] as const)('a %s hook', (name) => {
  const adding =
    (hook: (request: FastifyRequest, reply: FastifyReply) => unknown) =>
    (app: FastifyInstance): unknown =>
      app.addHook(name as 'onRequest', async (request, reply) => hook(request, reply) as void);

  test('that throws is answered in the shape of our errors', async () => {
    const app = await hooked(
      adding(() => {
        throw refusal;
      }),
    );
    const response = await app.inject(sayHi);
    expect(response.statusCode).toBe(401);
    expect(response.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(response.json()).toEqual({ code: 'unauthenticated', msg: 'not you' });
  });

  test('that throws one of our errors is answered with it, status and meta', async () => {
    const app = await hooked(
      adding(() => {
        throw notFound('no such tenant');
      }),
    );
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.json()]).toEqual([
      404,
      { code: 'not_found', msg: 'no such tenant' },
    ]);
  });

  test('that answers itself is not answered again', async () => {
    const app = await hooked(
      adding((_request, reply) => reply.code(503).header('retry-after', '10').send({ busy: true })),
    );
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.headers['retry-after'], response.json()]).toEqual([
      503,
      '10',
      { busy: true },
    ]);
  });

  test('that hijacks the reply has it to itself', async () => {
    const app = await hooked(
      adding((_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(202).end('mine');
      }),
    );
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.body, response.headers['x-trace-id']]).toEqual([
      202,
      'mine',
      undefined,
    ]);
  });
});

describe('an onSend hook', () => {
  const exact = ({ rawPayload, headers }: { rawPayload: Buffer; headers: object }): void =>
    expect(headers).toMatchObject({ 'content-length': String(rawPayload.length) });

  test('by callback may put another text in place of the answer', async () => {
    const app = await hooked((host) =>
      host.addHook('onSend', (_request, _reply, payload, done) => done(null, `${String(payload)} ü`)),
    );
    const response = await app.inject(sayHi);
    expect(response.body).toBe(`${JSON.stringify(hi)} ü`);
    exact(response);
    expect(response.headers['content-type']).toBe('application/json');
  });

  test('by promise may put bytes or a stream in its place', async () => {
    const app = await hooked((host) =>
      host.addHook('onSend', async ({ query }) => {
        const bytes = Buffer.from('other');
        return (query as { as?: string }).as === 'stream' ? Readable.from([bytes]) : bytes;
      }),
    );
    const bytes = await app.inject(sayHi);
    expect(bytes.body).toBe('other');
    exact(bytes);
    const stream = await app.inject({ ...sayHi, url: `${sayPath}?as=stream` });
    expect([stream.body, stream.headers['content-length']]).toEqual(['other', undefined]);
  });

  test('gets the bytes of a protobuf answer and of a download, and no others', async () => {
    const lengths: unknown[] = [];
    const app = closing(fastify());
    app.addHook('onSend', async (_request, _reply, payload) => {
      if (Buffer.isBuffer(payload)) lengths.push(payload.toString('latin1'));
      else lengths.push(typeof payload);
    });
    // The message shares its buffer with other bytes, as what comes from a pool does.
    const pool = Buffer.from('before-file-after');
    await app.register(pipit, {
      services: services({ fetch: () => ({ data: pool.subarray(7, 11), contentType: 'text/plain' }) }),
    });
    const payload = Buffer.from(Text.encode({ text: 'hi' }));
    const proto = await app.inject({
      ...sayHi,
      headers: { 'content-type': 'application/protobuf' },
      payload,
    });
    const file = await app.inject({ ...sayHi, url: sayPath.replace('say', 'Fetch') });
    exact(proto);
    exact(file);
    expect([proto.rawPayload, file.body]).toEqual([payload, 'file']);
    expect(lengths).toEqual([payload.toString('latin1'), 'file']);
  });

  test('that throws fails the call in the shape of our errors', async () => {
    const app = await hooked((host) =>
      host.addHook('onSend', async (_request, reply) => {
        if (reply.statusCode === 200) throw Object.assign(new Error('not now'), { statusCode: 503 });
      }),
    );
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.json()]).toEqual([503, { code: 'unavailable', msg: 'not now' }]);
    expect(response.headers['content-type']).toBe('application/json');
    exact(response);
  });

  test('that throws at that answer too leaves nobody waiting', async () => {
    const app = await hooked((host) =>
      host.addHook('onSend', async () => {
        throw new Error('always');
      }),
    );
    const response = await app.inject(sayHi);
    expect(response.statusCode).toBe(500);
    expect(response.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
  });
});

test('onResponse sees the status of success and of failure', async () => {
  const statuses: number[] = [];
  const both = signalled();
  const app = await hooked((host) =>
    host.addHook('onResponse', async (_request, reply) => {
      if (statuses.push(reply.statusCode) === 2) both.resolve();
    }),
  );
  await app.inject(sayHi);
  await app.inject({ ...sayHi, payload: 'x' });
  await both.promise;
  expect(statuses).toEqual([200, 400]);
});

describe('onError', () => {
  const app = async (seen: unknown[], say: () => never): Promise<FastifyInstance> => {
    const host = closing(fastify());
    host.addHook('onError', async (_request, _reply, error) => void seen.push(error));
    host.get('/own', say);
    await host.register(pipit, { services: services({ say }) });
    return host;
  };

  test('is told what a handler throws, as around any route, and our answer stays', async () => {
    const seen: unknown[] = [];
    const thrown = new Error('broken');
    const host = await app(seen, () => {
      throw thrown;
    });
    await host.inject('/own');
    expect(seen).toEqual([thrown]);
    const response = await host.inject(sayHi);
    expect(response.json()).toMatchObject({ code: 'internal', msg: 'broken' });
    // A tracker of errors shall see the class and the stack of what was thrown.
    expect(seen).toHaveLength(2);
    expect(seen[1] === thrown || (seen[1] as Error).cause === thrown).toBe(true);
  });

  test('is told what the app itself throws around a call, once', async () => {
    const seen: unknown[] = [];
    const host = closing(fastify());
    host.addHook('onError', async (_request, _reply, error) => void seen.push(error));
    host.addHook('preHandler', async () => Promise.reject(refusal));
    await host.register(pipit, { services: services() });
    expect((await host.inject(sayHi)).statusCode).toBe(401);
    expect(seen).toEqual([refusal]);
  });
});

test('what a hook decorates the request with is there for the hooks after it', async () => {
  const users: unknown[] = [];
  const app = await hooked((host) => {
    host.decorateRequest('user', '');
    host.addHook('onRequest', async (request) => request.setDecorator('user', 'ada'));
    host.addHook('preHandler', async (request) => void users.push(request.getDecorator('user')));
    host.addHook('onSend', async (request) => void users.push(request.getDecorator('user')));
  });
  await app.inject(sayHi);
  expect(users).toEqual(['ada', 'ada']);
});

test('what a hook puts into an AsyncLocalStorage is there for the handler and its hooks', async () => {
  const storage = new AsyncLocalStorage<string>();
  const seen: unknown[] = [];
  const app = closing(fastify());
  app.addHook('onRequest', (request, _reply, done) =>
    storage.run(String(request.headers['x-user']), () => done()),
  );
  await app.register(pipit, {
    services: services({ say: () => ({ text: storage.getStore() }) }),
    hooks: [{ requestRouted: () => void seen.push(storage.getStore()) }],
  });
  const texts = ['ada', 'bob'].map(async (user) => {
    const response = await app.inject({ ...sayHi, headers: { ...sayHi.headers, 'x-user': user } });
    return response.json<{ text: string }>().text;
  });
  expect(await Promise.all(texts)).toEqual(['ada', 'bob']);
  expect(seen).toEqual(['ada', 'bob']);
});

test('onClose and preClose hooks run once when the app closes', async () => {
  const seen: string[] = [];
  const app = await hooked((host) => {
    host.addHook('preClose', async () => void seen.push('preClose'));
    host.addHook('onClose', async () => void seen.push('onClose'));
  });
  await app.inject(sayHi);
  await app.close();
  expect(seen).toEqual(['preClose', 'onClose']);
});
