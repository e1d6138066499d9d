import { BusinessError, type Hooks } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { Entered } from '../fixture/probe.twirp.ts';
import { post, serve } from '../fixture/serve.ts';

const needLogin = {
  enter: async () => {
    await Promise.resolve();
    throw new BusinessError(100, 'Need Login');
  },
};

describe('a BusinessError', () => {
  test('is HTTP 200 with code, msg and an empty data, in JSON and for a form', async () => {
    const origin = await serve(needLogin);
    for (const [body, type] of [
      ['{}', 'application/json'],
      ['', 'application/x-www-form-urlencoded'],
    ] as const) {
      const response = await post(origin, 'Enter', body, type);
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
      expect(await response.text()).toBe('{"code":100,"msg":"Need Login","data":{}}');
    }
  });

  test('comes in the caller’s own codec', async () => {
    const response = await post(await serve(needLogin), 'Enter', '', 'application/protobuf');
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/protobuf']);
    expect(Entered.decode(new Uint8Array(await response.arrayBuffer()))).toMatchObject({
      code: 100,
      msg: 'Need Login',
    });
  });

  test('runs the hooks of a success', async () => {
    const order: string[] = [];
    const hook: Hooks = {
      requestReceived: () => void order.push('requestReceived'),
      requestRouted: () => void order.push('requestRouted'),
      responsePrepared: (context) => void order.push('responsePrepared', JSON.stringify(context.response)),
      error: () => void order.push('error'),
      responseSent: (context) => void order.push('responseSent', String(context.status)),
    };
    await post(await serve(needLogin, { hooks: [hook] }), 'Enter', '{}');
    await expect
      .poll(() => order)
      .toEqual([
        'requestReceived',
        'requestRouted',
        'responsePrepared',
        '{"code":100,"msg":"Need Login"}',
        'responseSent',
        '200',
      ]);
  });

  test('may come from an interceptor and from requestRouted', async () => {
    const thrown = (): never => {
      throw new BusinessError(7, 'not today');
    };
    for (const options of [{ interceptors: [thrown] }, { hooks: [{ requestRouted: thrown }] }]) {
      const response = await post(await serve({ enter: () => ({}) }, options), 'Enter', '{}');
      expect([response.status, await response.json()]).toEqual([
        200,
        { code: 7, msg: 'not today', data: {} },
      ]);
    }
  });

  test('is internal where the output is no envelope, and the log says so', async () => {
    const log: Record<string, unknown>[] = [];
    const say = (): never => {
      throw new BusinessError(100, 'Need Login');
    };
    const origin = await serve({ say }, {}, { log });
    const response = await post(origin, 'say', '{}');
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ code: 'internal', meta: { cause: 'BusinessError' } });
    expect(log).toHaveLength(1);
    expect(log[0]?.['msg']).toContain('pipit.test.v1.Text is not an envelope');
  });
});

test('an envelope’s data is {} where the handler leaves it out, also among other defaults', async () => {
  const response = await post(await serve({ enter: () => ({}) }), 'Enter', '{}');
  expect(await response.text()).toBe('{"code":0,"msg":"","data":{}}');
});
