import { setImmediate as turn } from 'node:timers/promises';
import { BusinessError, notFound, TwirpError, type Hooks } from '@pipit/runtime';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { doors, loggerOf } from '../fixture/at-doors.ts';
import type { Probe } from '../fixture/probe.twirp.ts';
import { post, serve } from '../fixture/serve.ts';

const thrower = (thrown: unknown): Partial<Probe> => ({
  say(): never {
    throw thrown;
  },
});

const evil = (): never => {
  throw new Error('evil');
};

/** An Error with a property that throws when it is read. */
const unreadable = (key: string, error: Error = new Error('x')): Error =>
  Object.defineProperty(error, key, { get: evil });

/** An Error with so many causes. */
function chain(length: number): Error {
  let error = new Error('root');
  for (let i = 0; i < length; i++) error = new Error(`attempt ${i}`, { cause: error });
  return error;
}

const bare = (entries: object): object => Object.assign(Object.create(null) as object, entries);

/** Throws whatever is done with it. */
const hostile = new Proxy({}, Object.fromEntries(Reflect.ownKeys(Reflect).map((trap) => [trap, evil])));

describe.each(doors)('at the %s door', (_, open) => {
  test.each<[name: string, thrown: unknown]>([
    ['an object without a prototype', bare({})],
    ['an object with a toString that throws', { toString: evil }],
    ['8,000 causes', chain(8_000)],
    ...['cause', 'name', 'constructor', 'message', 'stack', 'code'].map((key): [string, unknown] => [
      `a ${key} that throws`,
      unreadable(key),
    ]),
    ['a proxy that throws', hostile],
    ['a symbol', Symbol('s')],
    ['a function', evil],
  ])('%s, thrown, is internal', async (_name, thrown) => {
    const send = await open(thrower(thrown));
    const response = await send('say');
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ code: 'internal', msg: expect.any(String) as string });
    expect(text).not.toContain('[object Object]');
    expect((await send('look_up')).status).toBe(501);
  });

  test.each(['code', 'msg', 'meta', 'message', 'stack', 'cause', 'statusCode', 'status', 'headers'])(
    'a TwirpError whose %s throws is answered',
    async (key) => {
      const send = await open(thrower(unreadable(key, new TwirpError('not_found', 'gone'))));
      const response = await send('say');
      expect(response.status).toBe(key === 'code' ? 500 : 404);
      expect(await response.json()).toMatchObject({ code: key === 'code' ? 'internal' : 'not_found' });
    },
  );

  test.each([
    ['without a prototype', bare({ a: 'b' }), '{"a":"b"}'],
    ['that is an object', { a: 1n }, '{"a":"1"}'],
    ['that is a list', [bare({ a: 1 })], '[{"a":1}]'],
    ['that is a Date', new Date(0), String(new Date(0))],
    ['that is a number', 7, '7'],
    ['that is a symbol', Symbol('s'), 'Symbol(s)'],
    ['that throws', hostile, 'a value without a text'],
  ])('a meta value %s is made text', async (_name, value, text) => {
    const send = await open(thrower(new TwirpError('invalid_argument', 'bad', { meta: { value } as never })));
    const response = await send('say');
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: 'invalid_argument', msg: 'bad', meta: { value: text } },
    ]);
  });

  test.each([null, 'text', 7, hostile])('a meta that is no object is left out or read', async (meta) => {
    const send = await open(thrower(new TwirpError('not_found', 'gone', { meta: meta as never })));
    expect((await send('say')).status).toBe(meta === hostile ? 500 : 404);
  });

  test('a logger that throws, or fails later, fails no call', async () => {
    const console = vi.spyOn(globalThis.console, 'error').mockReturnValue();
    onTestFinished(() => console.mockRestore());
    for (const error of [evil, () => Promise.reject(new Error('log transport is gone'))]) {
      const send = await open(thrower(new Error('plain')), { log: loggerOf({ error }) });
      expect([(await send('say')).status, (await send('say')).status]).toEqual([500, 500]);
      await turn();
    }
    // One line a call for the logger that takes none.
    expect(console.mock.calls.map(([text]) => text as string)).toEqual(
      Array(2).fill('pipit.test.v1.Probe/say failed: plain'),
    );
  });

  test.each([
    ['throws', { then: evil }, 500],
    ['settles and throws', { then: (ok: (value: object) => void) => (ok({ text: 'one' }), evil()) }, 200],
    [
      'settles twice',
      { then: (ok: (value: object) => void) => (ok({ text: 'one' }), ok({ text: 'two' })) },
      200,
    ],
    [
      'fails after it settled',
      {
        then: (ok: (value: object) => void, no: (e: Error) => void) => (
          ok({ text: 'one' }),
          no(new Error('late'))
        ),
      },
      200,
    ],
    ['has a then that can be read once', onceReadable(), 500],
    ['reads a body', { readBody: evil, then: (ok: (value: object) => void) => ok({ text: 'one' }) }, 200],
    ['is a promise with a then of its own', Object.assign(Promise.resolve({}), { then: evil }), 500],
    ['is a promise whose constructor throws', unreadable('constructor', Promise.resolve({}) as never), 500],
    ['only looks like a promise', Object.create(Promise.prototype) as object, 500],
  ])('a thenable that %s is answered once', async (_name, thenable, status) => {
    for (const timeoutMs of [undefined, 60_000]) {
      const send = await open({ say: () => thenable }, timeoutMs === undefined ? {} : { timeoutMs });
      const response = await send('say');
      expect(response.status).toBe(status);
      if (status === 200) expect(await response.json()).toMatchObject({ text: 'one' });
    }
  });

  test.each([
    ['requestReceived', 500],
    ['requestRouted', 500],
    ['responsePrepared', 500],
    ['error', 500],
    ['responseSent', 200],
  ] as const)('whatever is thrown in %s, the call is answered', async (stage, status) => {
    for (const thrown of [hostile, chain(8_000), unreadable('cause')]) {
      const hooks: Hooks[] = [
        {
          [stage]() {
            throw thrown;
          },
        },
      ];
      const say = stage === 'error' ? thrower(notFound('gone')) : { say: () => ({}) };
      const send = await open(say, { hooks });
      expect((await send('say')).status).toBe(status);
    }
  });

  test('a status or trace id that a hook breaks does not break the answer', async () => {
    const hooks: Hooks[] = [
      {
        error(context) {
          Object.assign(context, { status: 99_999 });
        },
      },
    ];
    expect((await (await open(thrower(notFound('gone')), { hooks }))('say')).status).toBe(404);
    for (const traceId of ['a\r\nb', '名', 7, undefined]) {
      const breaking: Hooks = {
        requestReceived(context) {
          context.traceId = traceId as string;
        },
      };
      const response = await (await open({ say: () => ({}) }, { hooks: [breaking] }))('say');
      expect([response.status, ((await response.json()) as { msg: string }).msg]).toEqual([
        500,
        `${JSON.stringify(traceId)} is not a valid trace id`,
      ]);
    }
  });

  test('a response whose getters throw is internal', async () => {
    const send = await open({ say: () => Object.defineProperty({}, 'text', { get: evil }) });
    expect((await send('say')).status).toBe(500);
  });

  test.each([
    ['an Error', new Error('boom'), 500, 'boom'],
    ['a TwirpError', notFound('gone'), 404, 'gone'],
    ['a list', [], 500, 'pipit.test.v1.Probe/say returned no pipit.test.v1.Text'],
    ['a Date', new Date(), 500, 'pipit.test.v1.Probe/say returned no pipit.test.v1.Text'],
    ['a Map', new Map(), 500, 'pipit.test.v1.Probe/say returned no pipit.test.v1.Text'],
    ['null', null, 500, 'pipit.test.v1.Probe/say returned no pipit.test.v1.Text'],
  ])('%s that is returned is no message', async (_name, returned, status, msg) => {
    for (const say of [() => returned, async () => returned]) {
      const response = await (await open({ say: say as never }))('say');
      expect([response.status, await response.json()]).toMatchObject([status, { msg }]);
    }
  });

  test('a message may be an instance of a class, or have no prototype', async () => {
    class Said {
      text = 'hi';
    }
    for (const said of [new Said(), bare({ text: 'hi' })]) {
      expect(await (await (await open({ say: () => said }))('say')).json()).toMatchObject({ text: 'hi' });
    }
  });

  test('a BusinessError that is returned is the envelope', async () => {
    const send = await open({ enter: () => new BusinessError(7, 'not today') });
    const response = await send('Enter');
    expect([response.status, await response.text()]).toEqual([200, '{"code":7,"msg":"not today","data":{}}']);
  });

  test('a BusinessError is the envelope from every hook that knows the method', async () => {
    for (const stage of ['requestReceived', 'requestRouted', 'responsePrepared'] as const) {
      const order: string[] = [];
      const watching = Object.fromEntries(
        ['requestReceived', 'requestRouted', 'responsePrepared', 'error', 'responseSent'].map((name) => [
          name,
          () => void order.push(name),
        ]),
      ) as Hooks;
      const throwing: Hooks = {
        async [stage]() {
          await Promise.resolve();
          throw new BusinessError(100, 'Need Login');
        },
      };
      const send = await open({ enter: () => ({}) }, { hooks: [watching, throwing] });
      for (const [body, type] of [
        ['{}', 'application/json'],
        ['code=1', 'application/x-www-form-urlencoded'],
      ] as const) {
        const response = await send('Enter', body, type);
        expect([response.status, await response.text()]).toEqual([
          200,
          '{"code":100,"msg":"Need Login","data":{}}',
        ]);
      }
      await expect.poll(() => order.filter((name) => name === 'responseSent')).toHaveLength(2);
      expect(order).not.toContain('error');
      expect(order.filter((name) => name === 'responsePrepared')).toHaveLength(2);
    }
  });

  test('a BusinessError in requestReceived does not open what is no call', async () => {
    const hooks: Hooks[] = [
      {
        requestReceived() {
          throw new BusinessError(100, 'Need Login');
        },
      },
    ];
    const send = await open({ enter: () => ({}) }, { hooks });
    expect((await send('Enter', '{}', 'text/plain')).status).toBe(404);
    expect((await send('say')).status).toBe(500);
  });

  test('a returned code below zero is internal, with a log line', async () => {
    const lines: string[] = [];
    const log = loggerOf({ error: (_fields, text) => void lines.push(text) });
    const send = await open({ enter: () => ({ code: -5 }) }, { log });
    expect((await send('Enter')).status).toBe(500);
    expect(lines).toEqual([expect.stringContaining('returned code -5')]);
  });

  test('an envelope’s data may be null', async () => {
    const send = await open({ enter: () => ({ data: null as never }) });
    expect(await (await send('Enter')).text()).toBe('{"code":0,"msg":"","data":{}}');
  });

  test('an interceptor sees an Error that its handler returned as thrown', async () => {
    const send = await open(
      { say: () => notFound('gone') as never },
      {
        interceptors: [
          async (request, _context, next) => {
            try {
              return await next(request);
            } catch (error) {
              return { text: (error as Error).message };
            }
          },
        ],
      },
    );
    expect(await (await send('say')).json()).toMatchObject({ text: 'gone' });
  });

  test('an error hook that hangs ends with the deadline', async () => {
    const hooks: Hooks[] = [{ error: () => new Promise(() => undefined) }];
    const send = await open(thrower(notFound('gone')), { hooks, timeoutMs: 20 });
    const response = await send('say');
    expect([response.status, await response.json()]).toMatchObject([408, { code: 'deadline_exceeded' }]);
  });
});

/** A thenable whose `then` throws when it is read again. */
function onceReadable(): object {
  let reads = 0;
  return Object.defineProperty({}, 'then', {
    get() {
      if (reads++ % 2 === 1) evil();
      return (ok: (value: object) => void) => ok({});
    },
  });
}

describe('the log', () => {
  test('of pino has a line for what pino cannot take', async () => {
    const log: Record<string, unknown>[] = [];
    const origin = await serve(thrower(chain(8_000)), {}, { log });
    expect((await post(origin, 'say', '{}')).status).toBe(500);
    expect(log).toMatchObject([{ msg: 'pipit.test.v1.Probe/say failed: attempt 7999', traceId: /./ }]);
    expect(JSON.stringify(log[0])).toContain('failures.test.ts');
  });

  test.each([
    ['TwirpScript', { code: 'not_found', msg: 'no such hat', meta: {} }, 'no such hat'],
    [
      'twirp-ts',
      Object.assign(new Error('no such hat'), { code: 'not_found', msg: 'no such hat' }),
      'no such hat',
    ],
    [
      'Connect',
      Object.assign(new Error('[not_found] no such hat'), { rawMessage: 'no such hat', code: 5 }),
      '[not_found] no such hat',
    ],
    ['a literal', { status: 'FAILED' }, '{"status":"FAILED"}'],
  ])('and the answer have the text of an error of %s', async (_name, thrown, text) => {
    const log: Record<string, unknown>[] = [];
    const response = await post(await serve(thrower(thrown), {}, { log }), 'say', '{}');
    expect([response.status, await response.json()]).toMatchObject([500, { code: 'internal', msg: text }]);
    expect(log).toMatchObject([{ msg: `pipit.test.v1.Probe/say failed: ${text}` }]);
  });
});
