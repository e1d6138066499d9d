import type { Hooks } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import type { Text } from '../fixture/probe.twirp.ts';
import { serve } from '../fixture/serve.ts';

const echo = { say: (request: Text) => request, lookUp: (request: Text) => request };
const allowGet: Hooks = {
  requestReceived(context) {
    context.allowGet = true;
  },
};
const path = '/api/pipit.test.v1.Probe';

describe('GET', () => {
  test('is a bad_route where nobody opted in', async () => {
    const response = await fetch(`${await serve(echo)}${path}/say?text=hi`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      code: 'bad_route',
      msg: 'unsupported method "GET" (only POST is allowed)',
      meta: { twirp_invalid_route: `GET ${path}/say` },
    });
  });

  test('is open for a NO_SIDE_EFFECTS method, by the form rules', async () => {
    const response = await fetch(`${await serve(echo)}${path}/look_up?text=hi&ids=1,2&ids=3`);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ text: 'hi', count: 0, ids: [1, 2, 3] });
  });

  test('is open where a hook says so, whatever the Content-Type', async () => {
    const origin = await serve(echo, { hooks: [allowGet] });
    const response = await fetch(`${origin}${path}/say?text=hi`, {
      headers: { 'content-type': 'text/plain' },
    });
    expect([response.status, await response.json()]).toEqual([200, { text: 'hi', count: 0, ids: [] }]);
  });

  test('refuses a bad value as a form does', async () => {
    const response = await fetch(`${await serve(echo)}${path}/look_up?count=x`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: 'invalid_argument', meta: { argument: 'count' } });
  });

  test('the hook knows the method it decides on', async () => {
    const seen: unknown[] = [];
    const hook: Hooks = {
      requestReceived: (context) =>
        void seen.push([context.service, context.method?.name, context.method?.idempotency]),
    };
    const origin = await serve(echo, { hooks: [hook] });
    await fetch(`${origin}${path}/look_up`);
    await fetch(`${origin}${path}/nothing`);
    expect(seen).toEqual([
      ['pipit.test.v1.Probe', 'look_up', 'NO_SIDE_EFFECTS'],
      ['', undefined, undefined],
    ]);
  });
});

test('HEAD answers what GET does, without the body', async () => {
  const url = `${await serve(echo)}${path}/look_up?text=hi`;
  const [head, get] = [await fetch(url, { method: 'HEAD' }), await fetch(url)];
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(String((await get.text()).length));
});

test.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])('%s stays closed even so', async (method) => {
  const origin = await serve(echo, { hooks: [allowGet] });
  for (const name of ['say', 'look_up']) {
    const response = await fetch(`${origin}${path}/${name}`, { method });
    expect([response.status, response.headers.has('allow')]).toEqual([404, false]);
    expect(await response.json()).toMatchObject({
      code: 'bad_route',
      msg: `unsupported method "${method}" (only POST is allowed)`,
      meta: { twirp_invalid_route: `${method} ${path}/${name}` },
    });
  }
});
