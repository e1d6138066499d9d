import { BusinessError, TwirpError } from '@pipit/runtime';
import { unwrap } from '@pipit/runtime/client';
import { createLocalClient, localFetch } from '@pipit/runtime/local';
import { describe, expect, test } from 'vitest';
import { Probe, type Text } from '../fixture/probe.twirp.ts';
import { probe, signalled } from '../fixture/serve.ts';

describe('createLocalClient', () => {
  test('calls the implementation through both codecs', async () => {
    const seen: Text[] = [];
    const implementation = probe({ say: (request) => (seen.push(request), { ...request, count: 2 }) });
    for (const format of ['json', 'protobuf'] as const) {
      const client = createLocalClient(Probe, implementation, { client: { format } });
      expect(await client.say({ text: 'hi', ids: [1] })).toEqual({ text: 'hi', count: 2, ids: [1] });
    }
    // Not the caller's object: what a handler gets has been encoded and decoded.
    expect(seen).toEqual([
      { text: 'hi', count: 0, ids: [1] },
      { text: 'hi', count: 0, ids: [1] },
    ]);
  });

  test('gives errors, envelopes and downloads as the network does', async () => {
    const client = createLocalClient(
      Probe,
      probe({
        say: () => {
          throw new TwirpError('not_found', 'no such thing', { meta: { k: 'v' } });
        },
        enter: () => {
          throw new BusinessError(7, 'locked');
        },
        fetch: () => ({ contentType: 'text/csv', data: Buffer.from('a,b'), filename: 'x.csv', status: 206 }),
      }),
    );
    await expect(client.say({})).rejects.toMatchObject({
      code: 'not_found',
      msg: 'no such thing',
      meta: { k: 'v' },
    });
    expect(() => unwrap({ code: 7, msg: 'locked' })).toThrow(BusinessError);
    expect(await client.enter({})).toMatchObject({ code: 7, msg: 'locked' });
    const file = await client.fetch({});
    expect({ ...file, data: Buffer.from(file.data).toString() }).toEqual({
      contentType: 'text/csv',
      data: 'a,b',
      status: 206,
      filename: 'x.csv',
    });
  });

  test('runs hooks and options of either side', async () => {
    const order: string[] = [];
    const client = createLocalClient(Probe, probe({ say: (request) => request }), {
      server: {
        prefix: '/x',
        hooks: [
          {
            requestReceived: ({ path }) => void order.push(path),
            responseSent: () => void order.push('sent'),
          },
        ],
      },
      service: { interceptors: [(request, _context, next) => (order.push('inside'), next(request))] },
      client: {
        interceptors: [async (request: Text, _call, next) => next({ ...request, text: `${request.text}!` })],
      },
    });
    expect(await client.say({ text: 'hi' })).toMatchObject({ text: 'hi!' });
    expect(order).toEqual(['/x/pipit.test.v1.Probe/say', 'inside', 'sent']);
  });

  test('tells the server that the caller has gone', async () => {
    const [called, gone] = [signalled(), signalled<unknown>()];
    const client = createLocalClient(
      Probe,
      probe({
        say: (_request, { signal }) =>
          new Promise((resolve) => {
            signal.addEventListener('abort', () => {
              gone.resolve(signal.reason);
              resolve({});
            });
            called.resolve();
          }),
      }),
    );
    const controller = new AbortController();
    const call = client.say({}, { signal: controller.signal });
    await called.promise;
    controller.abort();
    await expect(call).rejects.toMatchObject({ code: 'canceled' });
    expect(await gone.promise).toMatchObject({ code: 'canceled' });
  });

  test('keeps a deadline', async () => {
    const client = createLocalClient(Probe, probe({ say: () => new Promise(() => undefined) }));
    await expect(client.say({}, { timeoutMs: 20 })).rejects.toMatchObject({ code: 'deadline_exceeded' });
  });

  test('refuses an implementation that lacks a method', () => {
    expect(() => createLocalClient(Probe, {} as Probe)).toThrow(
      'the implementation of pipit.test.v1.Probe has no method say',
    );
  });
});

describe('localFetch', () => {
  const services = [Probe.serve(probe({ say: (request) => request, lookUp: (request) => request }))];

  test('answers paths as they are written, relative or absolute', async () => {
    const send = localFetch({ services });
    const posted = await send('/api/pipit.test.v1.Probe/say', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"x"}',
    });
    expect([posted.status, posted.headers.get('content-type'), await posted.json()]).toEqual([
      200,
      'application/json',
      { text: 'x', count: 0, ids: [] },
    ]);
    const got = await send(new URL('http://anywhere/api/pipit.test.v1.Probe/look_up?text=q'));
    expect(await got.json()).toMatchObject({ text: 'q' });
    const wrong = await send('/api/../api/pipit.test.v1.Probe/say', { method: 'POST' });
    expect([wrong.status, wrong.headers.has('x-trace-id')]).toEqual([404, true]);
    const head = await send(new Request('http://x/api/pipit.test.v1.Probe/look_up', { method: 'HEAD' }));
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '30', '']);
  });

  test('holds bodies to the limit', async () => {
    const send = localFetch({ services, bodyLimit: 10 });
    const response = await send('/api/pipit.test.v1.Probe/say', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"longer"}',
    });
    expect([response.status, await response.json()]).toMatchObject([413, { code: 'resource_exhausted' }]);
  });
});
