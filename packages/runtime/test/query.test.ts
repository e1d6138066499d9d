// The methods of a client are functions of their own.
/* oxlint-disable typescript/unbound-method */
import { TwirpError } from '@pipit/runtime';
import { mock } from '@pipit/runtime/mock';
import { mutationOptions, queryKey, queryOptions } from '@pipit/runtime/query';
import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/query-core';
import { expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { Scalars as Int64s } from '../../../test/gen/shop/v1/scalars.pb.ts';
import { Probe, type Text } from './fixture/probe.twirp.ts';
import { signalled } from './fixture/serve.ts';

function queries(): QueryClient {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  onTestFinished(() => client.clear());
  return client;
}

test('a query calls the method once for each request', async () => {
  const { client, calls } = mock(Probe, { say: (request) => request });
  const cache = queries();
  const options = queryOptions(client.say, { text: 'hi' });
  const said = await cache.fetchQuery({ ...options, staleTime: Infinity });
  expectTypeOf(said).toEqualTypeOf<Text>();
  expect(said).toMatchObject({ text: 'hi' });
  await cache.fetchQuery({ ...queryOptions(client.say, { text: 'hi', count: 0 }), staleTime: Infinity });
  expect(calls.say).toHaveLength(1);
  const cached = cache.getQueryData(options.queryKey);
  expectTypeOf(cached).toEqualTypeOf<Text | undefined>();
  expect(cached).toEqual(said);
});

test('keys are the service, the method and the request, and what a method’s begin with is one too', async () => {
  const { client } = mock(Probe, { say: {} });
  expect(queryKey(client.say, { ids: [1], text: '' })).toEqual(['pipit.test.v1.Probe', 'say', { ids: [1] }]);
  const cache = queries();
  await cache.fetchQuery(queryOptions(client.say, { text: 'a' }));
  await cache.invalidateQueries({ queryKey: queryKey(client.say) });
  expect(cache.getQueryState(queryKey(client.say, { text: 'a' }))?.isInvalidated).toBe(true);
});

test('a key holds no bigint, which TanStack could not hash', () => {
  // As a client does it with a request that has some.
  const json = Int64s.toJson(Int64s.create({ fInt64: 9_007_199_254_740_993n }), { emitDefaults: false });
  expect(JSON.stringify(json)).toBe('{"f_int64":"9007199254740993"}');
});

test('an error is a TwirpError, and a query that nobody waits for ends its call', async () => {
  const [called, gone] = [signalled(), signalled<unknown>()];
  const { client } = mock(Probe, {
    say: (_request, { signal }) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          gone.resolve(signal.reason);
          resolve({});
        });
        called.resolve();
      }),
  });
  const cache = queries();
  await expect(cache.fetchQuery(queryOptions(client.lookUp, {}))).rejects.toBeInstanceOf(TwirpError);
  const leave = new QueryObserver(cache, queryOptions(client.say, {})).subscribe(() => undefined);
  await called.promise;
  leave();
  expect(await gone.promise).toMatchObject({ code: 'canceled' });
});

test('a mutation sends its request, and nothing else', async () => {
  const { client, calls } = mock(Probe, { say: (request) => request });
  const mutation = new MutationObserver(queries(), mutationOptions(client.say));
  expect((await mutation.mutate({ text: 'hi' })).text).toBe('hi');
  expect(calls.say).toHaveLength(1);
});

test('a function that is no method of a client is refused', () => {
  expect(() => queryKey(async () => undefined)).toThrow(
    'expected a method of a client that createClient made, as in echo.hello',
  );
});
