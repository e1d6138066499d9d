import { TwirpError, type Interceptor } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { Probe, type Text, type TextInit } from '../fixture/probe.twirp.ts';
import { post, probe, serve } from '../fixture/serve.ts';

const echo = { say: (request: Text) => request };

function recorder(order: string[], name: string): Interceptor {
  return async (request, _context, next) => {
    order.push(`${name} before`);
    const response: unknown = await next(request);
    order.push(`${name} after`);
    return response;
  };
}

describe('interceptors', () => {
  test('run first outermost, server around service around method; empty places are skipped', async () => {
    const order: string[] = [];
    const served = Probe.serve(probe(echo), {
      interceptors: [recorder(order, 'service')],
      methods: { say: { interceptors: [undefined, recorder(order, 'method')] } },
    });
    const interceptors = [recorder(order, 'a'), null, recorder(order, 'b')];
    await post(await serve(echo, { services: [served], interceptors }), 'say', '{}');
    const names = ['a', 'b', 'service', 'method'];
    expect(order).toEqual([
      ...names.map((name) => `${name} before`),
      ...names.toReversed().map((name) => `${name} after`),
    ]);
  });

  test('see and change the typed request and response', async () => {
    const shout: Interceptor<Text, TextInit> = async (request, _context, next) => {
      const response = await next({ ...request, text: request.text.toUpperCase() });
      return { ...response, count: (response.count ?? 0) + 1 };
    };
    const served = Probe.serve(probe(echo), { methods: { say: { interceptors: [shout] } } });
    const response = await post(await serve(echo, { services: [served] }), 'say', '{"text":"hi"}');
    expect(await response.json()).toEqual({ text: 'HI', count: 1, ids: [] });
  });

  test('may answer themselves, without a promise', async () => {
    const response = await post(await serve({}, { interceptors: [() => ({ text: 'cached' })] }), 'say', '{}');
    expect(await response.json()).toMatchObject({ text: 'cached' });
  });

  test('can catch what the handler throws, sync or not', async () => {
    const rescue: Interceptor = (request, _context, next) => next(request).catch(() => ({ text: 'rescued' }));
    const handlers = [
      {
        say: (): never => {
          throw new Error('x');
        },
      },
      { say: () => Promise.reject(new Error('x')) },
    ];
    for (const handler of handlers) {
      const response = await post(await serve(handler, { interceptors: [rescue] }), 'say', '{}');
      expect(await response.json()).toMatchObject({ text: 'rescued' });
    }
  });

  test('that throw fail the call, sync or not', async () => {
    const error = new TwirpError('resource_exhausted', 'slow down');
    const interceptors: Interceptor[] = [
      () => {
        throw error;
      },
      () => Promise.reject(error),
    ];
    for (const interceptor of interceptors) {
      const response = await post(await serve(echo, { interceptors: [interceptor] }), 'say', '{}');
      expect([response.status, await response.json()]).toEqual([
        429,
        { code: 'resource_exhausted', msg: 'slow down' },
      ]);
    }
  });

  test('do not run for a body that is malformed', async () => {
    const order: string[] = [];
    await post(await serve(echo, { interceptors: [recorder(order, 'a')] }), 'say', 'x');
    expect(order).toEqual([]);
  });
});
