import { AsyncLocalStorage } from 'node:async_hooks';
import { createServer } from 'node:http';
import { createHandler } from '@pipit/runtime/node';
import { expect, test } from 'vitest';
import { listening } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { post, probe, serve } from '../fixture/serve.ts';

// Tracers and request contexts live in AsyncLocalStorage: what the host puts there must reach the handler.
const storage = new AsyncLocalStorage<string>();
const say = { say: () => ({ text: storage.getStore() ?? 'lost' }) };
const bodies = [['application/json', '{}'] as const, ['application/protobuf', ''] as const];

test.each(bodies)('a handler runs in the async context of a Fastify hook, for %s', async (type, body) => {
  const origin = await serve(
    say,
    {},
    {
      prepare: (app) => app.addHook('onRequest', (request, _reply, done) => storage.run(request.id, done)),
    },
  );
  const texts = await Promise.all([1, 2, 3].map(async () => (await post(origin, 'say', body, type)).text()));
  expect(new Set(texts.map((text) => /req-\w+/.exec(text)?.[0]))).toEqual(
    new Set(['req-1', 'req-2', 'req-3']),
  );
});

test.each(bodies)(
  'a handler runs in the async context its node handler was called in, for %s',
  async (type, body) => {
    const handler = createHandler({ services: [Probe.serve(probe(say))] });
    let count = 0;
    const server = createServer((request, response) => {
      storage.run(`call-${++count}`, () => handler(request, response));
    });
    const origin = `http://127.0.0.1:${await listening(server)}`;
    const texts = await Promise.all(
      [1, 2, 3].map(async () => (await post(origin, 'say', body, type)).text()),
    );
    expect(new Set(texts.map((text) => /call-\d/.exec(text)?.[0]))).toEqual(
      new Set(['call-1', 'call-2', 'call-3']),
    );
  },
);
