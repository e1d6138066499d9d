import { expect, test } from 'vitest';
import { post, serve } from '../fixture/serve.ts';

test('X-Trace-Id is on every answer: success, error, bad route, another verb', async () => {
  const origin = await serve({ say: () => ({}) });
  const answers = [
    await post(origin, 'say', '{}'),
    await post(origin, 'Fetch', '{}'),
    await post(origin, 'nothing', '{}'),
    await post(origin, 'say', '{}', 'a, b'),
    await fetch(`${origin}/api`, { method: 'PUT' }),
  ];
  const ids = answers.map(({ headers }) => headers.get('x-trace-id'));
  expect(answers.map(({ status }) => status)).toEqual([200, 501, 404, 404, 404]);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(ids.length);
});

test('X-Trace-Id is the caller’s where that is valid', async () => {
  const origin = await serve({ say: () => ({}) });
  const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
  const headers = { traceparent: `00-${trace}-00f067aa0ba902b7-01`, 'x-trace-id': 'mine' };
  expect((await post(origin, 'say', '{}', 'application/json', headers)).headers.get('x-trace-id')).toBe(
    trace,
  );
});
