import { constants } from 'node:http2';
import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { tracked } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer } from '@pipit/runtime/node';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import type { Logger } from '../../src/rpc/logger.ts';
import { Feed } from '../fixture/feed.twirp.ts';
import { http2Session, listening } from '../fixture/node-server.ts';
import { signalled, untilStill } from '../fixture/serve.ts';
import { feed, feedUrl, doors } from './doors.ts';

const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' };

test('a reader that stalls stops the handler, and one that leaves ends it', async () => {
  let made = 0;
  const { promise: over, resolve } = signalled();
  const services = feed({
    async *follow() {
      try {
        for (; ; made++) yield { text: 'x'.repeat(1_000) };
      } finally {
        resolve();
      }
    },
  });
  const port = await listening(createHttpServer(createHandler({ services })));
  const response = await new Promise<IncomingMessage>((done, fail) => {
    get(`http://127.0.0.1:${port}/api/pipit.test.v1.Feed/Follow`, done).once('error', fail);
  });
  response.pause();
  await untilStill(() => made);
  expect(made).toBeGreaterThan(0);
  expect(made).toBeLessThan(50_000);
  response.destroy();
  await over;
});

test('what is yielded in one turn is one chunk; others have a turn between two', async () => {
  const [, , [, serve]] = doors as [unknown, unknown, (typeof doors)[number]];
  let turns = 0;
  const fetch = await serve({
    async *watch() {
      yield { count: 1 };
      yield { count: 2 };
      await new Promise(setImmediate);
      for (let i = 0; i < 1_000; i++) yield { text: 'x'.repeat(100) };
      turns = -1;
    },
  });
  const count = (): void => {
    if (turns < 0) return;
    turns++;
    setImmediate(count);
  };
  const response = await fetch(feedUrl('Watch'), post);
  const reader = response.body!.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  expect(first).toMatch(/"count":1.*\n.*"count":2.*\n$/);
  count();
  let chunks = 0;
  let seen = 0;
  for (; !(await reader.read()).done; chunks++) seen = Math.max(seen, turns);
  expect(chunks).toBeLessThan(20);
  expect(seen).toBeGreaterThan(3);
});

test('a handler that does not hear of the end is named in the log', async () => {
  const { promise: warned, resolve } = signalled<string>();
  const nothing = (): void => undefined;
  const log: Logger = { debug: nothing, info: nothing, error: nothing, warn: (_, text) => resolve(text) };
  const services = feed({
    async *watch() {
      yield {};
      await new Promise(nothing);
    },
  });
  const port = await listening(createHttpServer(createHandler({ services, log })));
  const response = await fetch(feedUrl('Watch').replace('http://local', `http://127.0.0.1:${port}`), {
    ...post,
    headers: { ...post.headers, 'x-request-timeout-ms': '20' },
  });
  expect(await response.text()).toContain('deadline_exceeded');
  expect(await warned).toBe(
    'pipit.test.v1.Feed/Watch still runs after its stream is over: it does not watch context.signal',
  );
});

test('a client resumes behind the last tracked message, at whoever answers then; no message is lost or doubled', async () => {
  let streams = 0;
  const asked: unknown[] = [];
  const tokens = new Set<unknown>();
  const app = fastify({ forceCloseConnections: true });
  const services = feed({
    async *follow(_request, { lastEventId, headers, signal }) {
      asked.push(lastEventId);
      tokens.add(headers['x-token']);
      const isLast = ++streams === 3;
      let next = Number(lastEventId ?? 0) + 1;
      for (const end = next + 2; next < end; next++) yield tracked(String(next), { count: next });
      if (isLast) return;
      if (streams === 1) {
        // The connection is cut.
        setImmediate(() => sockets.forEach((socket) => socket.destroy()));
      } else void restart();
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  });
  const sockets = new Set<{ destroy(): unknown }>();
  await app.register(pipit, { services });
  app.server.on('connection', (socket) => sockets.add(socket));
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const other = createHttpServer(createHandler({ services }));
  // Streams of an app that closes end with `unavailable`.
  const restart = async (): Promise<void> => {
    await app.close();
    other.listen(port, '127.0.0.1');
    await once(other, 'listening');
  };
  let token = 0;
  const client = createClient(Feed, {
    baseUrl: `http://127.0.0.1:${port}`,
    headers: () => ({ 'x-token': String(++token) }),
  });
  const got: number[] = [];
  for await (const { count } of client.follow({}, { resume: true })) got.push(count);
  other.close();
  other.closeAllConnections();
  expect(got).toEqual([1, 2, 3, 4, 5, 6]);
  expect(asked).toEqual([undefined, '2', '4']);
  // Each was asked for anew.
  expect(tokens.size).toBe(3);
});

test('over HTTP/2: the head comes after a second without a message, and a reset ends the handler', async () => {
  const { promise: over, resolve } = signalled<unknown>();
  const { promise: go, resolve: goOn } = signalled();
  const services = feed({
    async *watch(_request, { signal }) {
      try {
        await go;
        yield { count: 1 };
        await new Promise((done) => signal.addEventListener('abort', done));
      } finally {
        resolve(signal.reason);
      }
    },
  });
  const port = await listening(createServer(createHandler({ services })));
  const stream = http2Session(`http://127.0.0.1:${port}`).request({
    ':method': 'POST',
    ':path': '/api/pipit.test.v1.Feed/Watch',
    'content-type': 'application/json',
  });
  stream.end('{}');
  const [head] = (await once(stream, 'response')) as [Record<string, unknown>];
  expect(head[':status']).toBe(200);
  goOn();
  const [chunk] = (await once(stream, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('{"result":{"text":"","count":1,"ids":[]}}\n');
  stream.close(constants.NGHTTP2_CANCEL);
  expect(await over).toMatchObject({ code: 'canceled' });
});
