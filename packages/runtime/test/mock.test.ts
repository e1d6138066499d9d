import { notFound, TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { mock } from '@pipit/runtime/mock';
import { expect, test } from 'vitest';
import { Probe, type ProbeClient } from './fixture/probe.twirp.ts';

test('answers with a value, a function, or an error', async () => {
  const { client } = mock(Probe, {
    say: { text: 'hi' },
    lookUp: (request) => ({ count: request.ids.length }),
    enter: notFound('nobody'),
  });
  expect(await client.say({})).toEqual({ text: 'hi', count: 0, ids: [] });
  expect(await client.lookUp({ ids: [1, 2] })).toMatchObject({ count: 2 });
  await expect(client.enter({})).rejects.toMatchObject({ code: 'not_found', msg: 'nobody' });
});

test('a method without a handler is unimplemented, by name', async () => {
  await expect(mock(Probe).client.say({})).rejects.toEqual(
    new TwirpError('unimplemented', 'the mock of pipit.test.v1.Probe has no handler say'),
  );
});

test('records calls, with what a handler gets', async () => {
  const { client, calls } = mock(Probe, { say: {} });
  await client.say({ text: 'one' }, { headers: { 'x-user': 'ann' } });
  await client.say({ ids: [1] });
  expect(calls.say.map(({ request }) => request)).toEqual([
    { text: 'one', count: 0, ids: [] },
    { text: '', count: 0, ids: [1] },
  ]);
  expect(calls.say[0]?.context.headers['x-user']).toBe('ann');
  expect(calls.lookUp).toEqual([]);
});

test('handlers can be replaced, and the first come back', async () => {
  const { client, calls, use, reset } = mock(Probe, { say: { text: 'first' } });
  use({ say: { text: 'second' }, lookUp: { text: 'found' } });
  expect([(await client.say({})).text, (await client.lookUp({})).text]).toEqual(['second', 'found']);
  reset();
  expect(calls.say).toEqual([]);
  expect((await client.say({})).text).toBe('first');
  await expect(client.lookUp({})).rejects.toMatchObject({ code: 'unimplemented' });
});

test('is the fetch of clients that the code under test makes', async () => {
  const { fetch, calls } = mock(Probe, { say: { text: 'hi' } });
  const client: ProbeClient = createClient(Probe, { baseUrl: 'https://example.com', fetch });
  expect((await client.say({ text: 'x' })).text).toBe('hi');
  expect(calls.say).toHaveLength(1);
});

test('a class keeps its own, and an answer that is no message is refused as anywhere', async () => {
  class Half {
    #count = 0;
    say(): { count: number } {
      return { count: ++this.#count };
    }
  }
  const { client } = mock(Probe, new Half());
  await client.say({});
  expect((await client.say({})).count).toBe(2);
  const wrong = mock(Probe, { say: { text: 5 } as never });
  await expect(wrong.client.say({})).rejects.toMatchObject({ code: 'internal' });
});
