import { serviceType } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { localFetch } from '@pipit/runtime/local';
import { fastify } from 'fastify';
import { expect, onTestFinished, test } from 'vitest';
import { Text } from '../fixture/probe.twirp.ts';

const Feed = serviceType<object, object>(
  't.feed',
  { get: { name: 'Get', input: Text, output: Text } },
  undefined,
  ['watch_all'],
);
const services = [Feed.serve({ get: () => ({ text: 'got' }) })];

test.each(['t.feed/watch_all', 't.Feed/WatchAll'])(
  'a method that takes a stream, for which there is no code, answers unimplemented with the reason: %s',
  async (path) => {
    const expected = {
      code: 'unimplemented',
      msg: `"/api/${path}" takes a stream of requests, and such methods are not served`,
    };
    const app = fastify();
    onTestFinished(() => app.close());
    await app.register(pipit, { services });
    const injected = await app.inject({ method: 'POST', url: `/api/${path}`, payload: {} });
    expect([injected.statusCode, injected.json<unknown>()]).toMatchObject([501, expected]);

    const headers = { 'content-type': 'application/json' };
    const local = await localFetch({ services })(`http://local/api/${path}`, {
      method: 'POST',
      headers,
      body: '{}',
    });
    expect([local.status, await local.json()]).toMatchObject([501, expected]);
  },
);

test('the methods beside it are served', async () => {
  const response = await localFetch({ services })('http://local/api/t.feed/Get', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
  expect(await response.json()).toMatchObject({ text: 'got' });
});
