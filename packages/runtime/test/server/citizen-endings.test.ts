import { once } from 'node:events';
import { request as httpRequest, type ClientRequest } from 'node:http';
import { PassThrough, pipeline } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Outcome } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { fastify, type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { describe, expect, test } from 'vitest';
import { closing, listen, sayHi, sayPath, services } from '../fixture/host-app.ts';
import { signalled } from '../fixture/serve.ts';

/** An app that listens and whose `say` waits for its signal, or for the rest of a body that does not come. */
async function waiting(
  options: FastifyServerOptions,
  prepare: (app: FastifyInstance) => unknown,
): Promise<{
  send: (body: string, length?: number) => ClientRequest;
  routed: Promise<void>;
  ended: Promise<unknown>;
}> {
  const routed = signalled();
  const ended = signalled<unknown>();
  const app = closing(fastify({ forceCloseConnections: true, ...options }));
  prepare(app);
  await app.register(pipit, {
    services: services({ say: async (_request, { signal }) => (await once(signal, 'abort'), {}) }),
    hooks: [
      {
        requestRouted: ({ signal }) => {
          routed.resolve();
          signal.addEventListener('abort', () => ended.resolve(signal.reason));
        },
      },
    ],
  });
  const origin = await listen(app);
  const send = (body: string, length = body.length): ClientRequest => {
    const headers = { 'content-type': 'application/json', 'content-length': length };
    const client = httpRequest(`${origin}${sayPath}`, { method: 'POST', headers });
    client.on('error', () => undefined).write(body);
    return client;
  };
  return { send, routed: routed.promise, ended: ended.promise };
}

describe('a caller who goes away, or takes too long', () => {
  test('fires onRequestAbort where the body is not there yet, and the signal of the call', async () => {
    const hook = signalled();
    const { send, routed, ended } = await waiting({}, (app) =>
      app.addHook('onRequestAbort', async (_request) => hook.resolve()),
    );
    const client = send('{', 100);
    await routed;
    client.destroy();
    await hook.promise;
    expect(await ended).toMatchObject({ code: 'canceled' });
  });

  test('fires onTimeout where the app has a connectionTimeout, and the signal of the call', async () => {
    const hook = signalled();
    const { send, ended } = await waiting({ connectionTimeout: 50 }, (app) =>
      app.addHook('onTimeout', async () => hook.resolve()),
    );
    send('{}').end();
    await hook.promise;
    expect(await ended).toMatchObject({ code: 'canceled' });
  });

  test.each([
    ['a pipe', {}],
    ['a pipeline', {}],
    ['a pipe', { 'content-encoding': 'gzip' }],
  ])('ends the call where a preParsing hook put %s in between: %j', async (kind, encoding) => {
    const sent = signalled<string | undefined>();
    const parsed = signalled();
    const app = closing(fastify({ forceCloseConnections: true }));
    app.addHook('preParsing', async (_request, _reply, payload) => {
      const wrapped = new PassThrough();
      parsed.resolve();
      return kind === 'a pipe' ? payload.pipe(wrapped) : pipeline(payload, wrapped, () => undefined);
    });
    await app.register(pipit, {
      services: services(),
      compressedRequests: true,
      hooks: [{ responseSent: ({ error }) => sent.resolve(error?.code) }],
    });
    const headers = { 'content-type': 'application/json', 'content-length': 100, ...encoding };
    const client = httpRequest(`${await listen(app)}${sayPath}`, { method: 'POST', headers });
    client.on('error', () => undefined).write(gzipSync('{}').subarray(0, 12));
    await parsed.promise;
    client.destroy();
    expect(await sent.promise).toBe('canceled');
  });
});

describe('the app’s handlerTimeout answers in the shape of our errors, and', () => {
  test.each([
    ['what the handler gives', (late: PromiseLike<object>) => late],
    [
      'what it throws',
      async (late: PromiseLike<object>) => {
        await late;
        throw new Error('late');
      },
    ],
  ])('%s later is dropped', async (_what, outcome) => {
    const lines: string[] = [];
    const write = (line: string): void => void lines.push((JSON.parse(line) as { msg: string }).msg);
    const app = closing(fastify({ handlerTimeout: 20, logger: { level: 'warn', stream: { write } } }));
    const late = signalled<object>();
    const returned = signalled<Outcome>();
    await app.register(pipit, {
      services: services({ say: async () => outcome(late.promise) }),
      hooks: [{ responseSent: (context) => returned.resolve(context.outcome) }],
    });
    const response = await app.inject(sayHi);
    expect([response.statusCode, response.json<{ code: string }>().code]).toEqual([503, 'unavailable']);
    expect(response.headers['x-trace-id']).toMatch(/^[0-9a-f]{32}$/);
    late.resolve({});
    expect(await returned.promise).toMatchObject({ code: 'unavailable', fault: 'server', delivered: false });
    expect(lines.filter((line) => line.includes('already sent'))).toEqual([]);
  });
});
