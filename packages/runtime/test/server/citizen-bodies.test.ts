import { AsyncLocalStorage } from 'node:async_hooks';
import { connect } from 'node:net';
import { EventEmitter, once } from 'node:events';
import { PassThrough, Readable, Transform } from 'node:stream';
import { pipit, type PipitOptions } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance, type FastifyServerOptions, type RouteOptions } from 'fastify';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Text } from '../fixture/probe.twirp.ts';
import { closing, hi, listen, sayHi, sayPath, services } from '../fixture/host-app.ts';
import { signalled } from '../fixture/serve.ts';

/** An app whose hooks are set before Probe is registered. */
async function hooked(prepare: (app: FastifyInstance) => unknown): Promise<FastifyInstance> {
  const app = closing(fastify());
  prepare(app);
  await app.register(pipit, { services: services() });
  return app;
}

const upperCase = (): Transform =>
  new Transform({
    transform: (chunk: Buffer, _encoding, done) => done(null, chunk.toString().replace('hi', 'HI')),
  });

describe('a preParsing hook', () => {
  const wrapping = (wrap: () => Transform): Promise<FastifyInstance> =>
    hooked((app) => app.addHook('preParsing', async (_request, _reply, payload) => payload.pipe(wrap())));

  test.each([
    ['application/json', '{"text":"hi"}'],
    ['application/x-www-form-urlencoded', 'text=hi'],
    ['application/protobuf', Buffer.from(Text.encode({ text: 'hi' }))],
  ])('may put its own stream in place of a body of type %s', async (type, payload) => {
    const app = await wrapping(upperCase);
    const response = await app.inject({ ...sayHi, headers: { 'content-type': type }, payload });
    expect(response.statusCode).toBe(200);
    expect(response.body).toContain('HI');
  });

  test('whose stream makes the body grow over the limit is 413', async () => {
    const app = closing(fastify());
    app.addHook('preParsing', async () => Readable.from([Buffer.alloc(600, ' '), Buffer.alloc(600, ' ')]));
    await app.register(pipit, { services: services(), bodyLimit: 1_000 });
    const response = await app.inject(sayHi);
    expect(response.statusCode).toBe(413);
    expect(response.json()).toMatchObject({ code: 'resource_exhausted' });
  });

  test('may answer with a stream of texts', async () => {
    const app = await hooked((host) =>
      host.addHook('preParsing', async () => Readable.from(['{"text":', '"hi"}'])),
    );
    expect((await app.inject(sayHi)).json()).toEqual(hi);
  });

  test('whose stream is paused, as that of a decompressor, is read', async () => {
    const app = await hooked((host) =>
      host.addHook('preParsing', async (_request, _reply, payload) =>
        payload.pipe(new PassThrough()).pause(),
      ),
    );
    expect((await app.inject(sayHi)).json()).toEqual(hi);
  });

  test('whose stream fails is told apart from a caller who goes away', async () => {
    const app = await wrapping(
      () =>
        new Transform({
          transform: (_chunk, _encoding, done) =>
            done(Object.assign(new Error('bad seal'), { statusCode: 400 })),
        }),
    );
    const response = await app.inject(sayHi);
    expect(response.statusCode).toBe(400);
    expect(response.body).toContain('bad seal');
  });
});

describe('the request under a call', () => {
  /** Sends two calls on one connection; what follows the head comes when `between` has resolved, in two pieces. */
  async function sendTwice(origin: string, path: string, between: () => Promise<void>): Promise<string> {
    const { hostname, port } = new URL(origin);
    const socket = connect(Number(port), hostname);
    onTestFinished(() => void socket.destroy());
    let answers = '';
    socket.setEncoding('utf8').on('data', (text: string) => (answers += text));
    for (const [index, user] of ['ada', 'bob'].entries()) {
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nX-User: ${user}\r\nContent-Type: application/json\r\n`;
      const ready = between();
      socket.write(`${head}Content-Length: 13\r\n\r\n`);
      await ready;
      socket.write('{"text":');
      socket.write('"hi"}');
      while (answers.split('HTTP/1.1 200').length < index + 2 || !answers.endsWith('}')) {
        await once(socket, 'data');
      }
    }
    return answers;
  }

  test('hands its body to the AsyncLocalStorage of its own call, on a connection that is kept', async () => {
    const storage = new AsyncLocalStorage<string>();
    let routed = signalled();
    const app = closing(fastify());
    app.addHook('onRequest', (request, _reply, done) =>
      storage.run(String(request.headers['x-user']), () => done()),
    );
    const seen: unknown[] = [];
    await app.register(pipit, {
      services: services({
        say(request) {
          seen.push(storage.getStore());
          routed = signalled();
          return request;
        },
      }),
      hooks: [{ requestRouted: () => routed.resolve() }],
    });
    await sendTwice(await listen(app), sayPath, () => routed.promise);
    expect(seen).toEqual(['ada', 'bob']);
  });

  test.each(['at once', 'later'])(
    'fires the events it has around any route; its hooks go on %s',
    async (when) => {
      const seen: Record<string, string[]> = { [sayPath]: [], '/own': [] };
      const arrived = new EventEmitter();
      let closed = signalled();
      const app = closing(fastify());
      app.addHook('onRequest', ({ raw, url }, _reply, done) => {
        raw.on('end', () => seen[url]?.push('end'));
        raw.on('close', () => {
          seen[url]?.push('close');
          closed.resolve();
        });
        if (when === 'at once') done();
        else setImmediate(done);
        arrived.emit('request');
      });
      app.post('/own', async ({ body }) => body);
      await app.register(pipit, { services: services() });
      const origin = await listen(app);
      for (const url of ['/own', sayPath]) {
        closed = signalled();
        await sendTwice(origin, url, async () => void (await once(arrived, 'request')));
        await closed.promise;
      }
      expect(seen['/own']).toEqual(['end', 'close', 'end', 'close']);
      expect(seen[sayPath]).toEqual(seen['/own']);
    },
  );
});

describe('bodyLimit', () => {
  const app = async (
    server: FastifyServerOptions,
    options: Partial<PipitOptions> = {},
    onRoute?: (route: RouteOptions) => void,
  ): Promise<FastifyInstance> => {
    const host = closing(fastify(server));
    if (onRoute !== undefined) host.addHook('onRoute', onRoute);
    await host.register(pipit, { services: services(), ...options });
    return host;
  };
  /** The status for a body of so many bytes, and for the same without a Content-Length. */
  const statuses = async (host: FastifyInstance, length: number): Promise<number[]> => {
    const payload = JSON.stringify({ text: 'x'.repeat(length - '{"text":""}'.length) });
    const declared = await host.inject({ ...sayHi, payload });
    const streamed = await host.inject({ ...sayHi, payload: Readable.from([Buffer.from(payload)]) });
    return [declared.statusCode, streamed.statusCode];
  };

  test('is the plugin’s option', async () => {
    const host = await app({}, { bodyLimit: 100 });
    expect(await statuses(host, 100)).toEqual([200, 200]);
    expect(await statuses(host, 101)).toEqual([413, 413]);
  });

  test('is what an onRoute hook of the app makes of it', async () => {
    const host = await app({}, { bodyLimit: 1_000 }, (route) => {
      if (route.url.endsWith('/say')) route.bodyLimit = 100;
    });
    expect(await statuses(host, 100)).toEqual([200, 200]);
    expect(await statuses(host, 101)).toEqual([413, 413]);
    const other = await host.inject({
      ...sayHi,
      url: sayHi.url.replace('say', 'look_up'),
      payload: JSON.stringify({ text: 'x'.repeat(500) }),
    });
    expect(other.statusCode).toBe(200);
  });

  test('is the app’s own where the plugin has none', async () => {
    const host = await app({ bodyLimit: 100 });
    expect(await statuses(host, 100)).toEqual([200, 200]);
    expect(await statuses(host, 101)).toEqual([413, 413]);
  });

  test('of the plugin comes before the app’s', async () => {
    expect(await statuses(await app({ bodyLimit: 100 }, { bodyLimit: 200 }), 150)).toEqual([200, 200]);
  });

  test('is 4 MiB where neither says anything, more than Fastify’s', async () => {
    const host = await app({});
    expect(await statuses(host, 4 * 1024 * 1024)).toEqual([200, 200]);
    expect(await statuses(host, 4 * 1024 * 1024 + 1)).toEqual([413, 413]);
  });
});

describe('inject', () => {
  test('takes JSON as an object, a form as a text, and a stream', async () => {
    const app = closing(fastify());
    await app.register(pipit, { services: services() });
    const object = await app.inject({ method: 'POST', url: sayHi.url, payload: { text: 'hi' } });
    const form = await app.inject({
      ...sayHi,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: 'text=hi',
    });
    const stream = await app.inject({ ...sayHi, payload: Readable.from([Buffer.from('{"text":"hi"}')]) });
    for (const response of [object, form, stream]) expect(response.json()).toEqual(hi);
  });
});
