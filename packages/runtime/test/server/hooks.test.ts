import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { contextKey, TwirpError, type Context, type Hooks } from '@pipit/runtime';
import { describe, expect, test } from 'vitest';
import { Probe } from '../fixture/probe.twirp.ts';
import { post, probe, serve, signalled } from '../fixture/serve.ts';

/** Hooks that note their names in `order`, with `name` in front; those that wait do it a turn later. */
function recorder(order: string[], name = '', waits = false): Hooks {
  const note = (stage: string) =>
    waits
      ? async (): Promise<void> => {
          await turn();
          order.push(name + stage);
        }
      : () => void order.push(name + stage);
  return {
    requestReceived: note('requestReceived'),
    requestRouted: note('requestRouted'),
    responsePrepared: note('responsePrepared'),
    error: note('error'),
    responseSent: note('responseSent'),
  };
}

const say = { say: () => ({}) };
const success = ['requestReceived', 'requestRouted', 'responsePrepared', 'responseSent'];
const failure = ['requestReceived', 'requestRouted', 'error', 'responseSent'];
const refusal = ['requestReceived', 'error', 'responseSent'];

describe('the order of hooks', () => {
  test.each([
    ['a success', 'say', '{}', 'application/json', success],
    ['an error of the handler', 'Fetch', '{}', 'application/json', failure],
    ['a body that is malformed', 'say', 'x', 'application/json', failure],
    ['a bad path', 'nothing', '{}', 'application/json', refusal],
    ['a bad Content-Type', 'say', '{}', 'text/plain', refusal],
    ['a Content-Type Fastify refuses', 'say', '{}', 'a, b', refusal],
  ])('of %s', async (_, method, body, type, expected) => {
    for (const waits of [false, true]) {
      const order: string[] = [];
      await post(await serve(say, { hooks: [recorder(order, '', waits)] }), method, body, type);
      await expect.poll(() => order).toEqual(expected);
    }
  });

  test('of a message that cannot be encoded has both responsePrepared and error', async () => {
    const order: string[] = [];
    await post(await serve({ say: () => ({ text: 1 as never }) }, { hooks: [recorder(order)] }), 'say', '{}');
    await expect
      .poll(() => order)
      .toEqual(['requestReceived', 'requestRouted', 'responsePrepared', 'error', 'responseSent']);
  });

  // Each hook runs once and in its turn, whether it or one before it has to be waited for.
  describe.each([
    ['no hook waits', [false, false, false, false]],
    ['every hook waits', [true, true, true, true]],
    ['the first waits', [true, false, false, false]],
    ['those in the middle wait', [false, true, true, false]],
    ['every other waits', [true, false, true, false]],
    ['the last waits', [false, false, false, true]],
  ])('of several levels, where %s', (_, [one, two, service, method]) => {
    const levels = ['one ', 'two ', 'service ', 'method '];

    test.each([
      ['a success', '{}', success],
      ['a failure', 'malformed', failure],
    ])('is server, service, method, as declared, for every stage of %s', async (__, body, stages) => {
      const order: string[] = [];
      const served = Probe.serve(probe(say), {
        hooks: [recorder(order, 'service ', service)],
        methods: {
          say: { hooks: [recorder(order, 'method ', method)] },
          enter: { hooks: [recorder(order, 'other ')] },
        },
      });
      const origin = await serve(say, {
        services: [served],
        hooks: [recorder(order, 'one ', one), recorder(order, 'two ', two)],
      });
      await post(origin, 'say', body);
      await expect.poll(() => order).toEqual(stages.flatMap((stage) => levels.map((level) => level + stage)));
    });
  });
});

describe('a hook that throws', () => {
  const stages = ['requestReceived', 'requestRouted', 'responsePrepared', 'error'] as const;

  /** Hooks of that stage that throw at once, and after a turn. */
  const throwing = (stage: keyof Hooks, thrown: Error): Hooks[] => [
    {
      [stage]() {
        throw thrown;
      },
    },
    {
      async [stage]() {
        await turn();
        throw thrown;
      },
    },
  ];

  test.each(stages)('in %s a TwirpError is that error, anything else internal', async (stage) => {
    for (const [thrown, code] of [
      [new TwirpError('aborted', 'x'), 'aborted'],
      [new Error('x'), 'internal'],
    ] as const) {
      for (const hook of throwing(stage, thrown)) {
        // Something has to fail for `error` to run.
        const body = stage === 'error' ? 'malformed' : '{}';
        const response = await post(await serve(say, { hooks: [hook] }), 'say', body);
        expect(await response.json()).toMatchObject({ code, msg: 'x' });
      }
    }
  });

  test.each([
    ['at once', 0],
    ['after a turn', 1],
  ])('%s stops the hooks after it', async (_, index) => {
    const order: string[] = [];
    const refuse = throwing('requestReceived', new TwirpError('unauthenticated', 'who are you'))[index]!;
    const response = await post(
      await serve(say, { hooks: [refuse, recorder(order)] }),
      'nothing',
      'x',
      'text/plain',
    );
    expect([response.status, await response.json()]).toEqual([
      401,
      { code: 'unauthenticated', msg: 'who are you' },
    ]);
    await expect.poll(() => order).toEqual(['error', 'responseSent']);
  });

  test('in responseSent is logged and changes nothing', async () => {
    for (const hook of throwing('responseSent', new Error('too late'))) {
      const log: Record<string, unknown>[] = [];
      expect((await post(await serve(say, { hooks: [hook] }, { log }), 'say', '{}')).status).toBe(200);
      await expect.poll(() => log).toMatchObject([{ msg: 'pipit.test.v1.Probe/say failed: too late' }]);
    }
  });
});

test('requestRouted runs before the body is read', async () => {
  const hook: Hooks = {
    requestRouted() {
      throw new TwirpError('permission_denied', 'not you');
    },
  };
  const response = await post(await serve(say, { hooks: [hook], bodyLimit: 1 }), 'say', 'not json at all');
  expect([response.status, await response.json()]).toEqual([
    403,
    { code: 'permission_denied', msg: 'not you' },
  ]);
});

test('responseSent comes exactly once, also when the caller has gone', async () => {
  const sent: number[] = [];
  const entered = signalled();
  const gone = signalled();
  const hook: Hooks = { responseSent: (context) => void sent.push(context.status) };
  const origin = await serve(
    {
      async say(_request, context) {
        context.signal.addEventListener('abort', () => gone.resolve());
        entered.resolve();
        await gone.promise;
        return {};
      },
    },
    { hooks: [hook] },
  );
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.write(
    'POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/protobuf\r\nContent-Length: 0\r\n\r\n',
  );
  await entered.promise;
  socket.destroy();
  await expect.poll(() => sent).toEqual([0]);
  await post(origin, 'nothing', '');
  await expect.poll(() => sent).toEqual([0, 404]);
});

describe('the context', () => {
  test('carries what is known of the call', async () => {
    const user = contextKey<string>('user');
    const other = contextKey<string>('user');
    const seen: unknown[] = [];
    const hook: Hooks = {
      requestReceived: (context) => context.set(user, 'ann'),
      responseSent: (context) =>
        void seen.push([context.status, context.request, context.response, context.error]),
    };
    const note = (context: Context): void => {
      seen.push({
        package: context.package,
        service: context.service,
        method: context.method?.name,
        verb: context.verb,
        path: context.path,
        header: context.headers['x-mine'],
        peer: context.peer,
        deadline: context.deadline,
        traceId: context.traceId,
        values: [context.get(user), context.get(other)],
      });
    };
    const origin = await serve(
      { say: (_request, context) => (note(context), { text: 'out' }) },
      { hooks: [hook] },
    );
    const headers = { 'x-mine': 'yes', 'x-trace-id': 't-1' };
    await post(origin, 'sa%79?q=1', '{"text":"in"}', 'application/json', headers);
    await expect.poll(() => seen).toHaveLength(2);
    expect(seen).toEqual([
      {
        package: 'pipit.test.v1',
        service: 'pipit.test.v1.Probe',
        method: 'say',
        verb: 'POST',
        path: '/api/pipit.test.v1.Probe/say',
        header: 'yes',
        peer: '127.0.0.1',
        deadline: undefined,
        traceId: 't-1',
        values: ['ann', undefined],
      },
      [200, expect.objectContaining({ text: 'in' }), { text: 'out' }, undefined],
    ]);
  });
});
