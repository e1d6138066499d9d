import { once } from 'node:events';
import {
  BusinessError,
  TwirpError,
  notFound,
  unavailable,
  unimplemented,
  type Context,
  type Hooks,
  type Outcome,
} from '@pipit/runtime';
import { fastifyRequest } from '@pipit/runtime/fastify';
import { nodeRequest, nodeSocket } from '@pipit/runtime/node';
import { describe, expect, test } from 'vitest';
import { doors } from '../fixture/at-doors.ts';
import { http2Session, serveNode } from '../fixture/node-server.ts';
import type { Probe } from '../fixture/probe.twirp.ts';
import { signalled } from '../fixture/serve.ts';

/** A hook, and the outcome of the one call that it sees, with what the context says besides. */
function watching(): { hooks: Hooks[]; seen: Promise<Outcome & Pick<Context, 'status' | 'error'>> } {
  const { promise: seen, resolve } = signalled<Outcome & Pick<Context, 'status' | 'error'>>();
  const responseSent = ({ outcome, status, error }: Context): void => resolve({ ...outcome, status, error });
  return { hooks: [{ responseSent }], seen };
}

/** Resolves when the server has noticed that its caller went away, without a look at the signal of the call. */
async function noticed(context: Context): Promise<unknown> {
  const socket = context.get(nodeSocket) ?? context.get(fastifyRequest)?.raw.socket;
  return socket && !socket.destroyed ? once(socket, 'close') : undefined;
}

const limits: [name: string, headers: Record<string, string>][] = [
  ['without a timeout', {}],
  ['with a timeout', { 'x-request-timeout-ms': '60000' }],
];

describe.each(doors)('the outcome at the %s door', (_, open) => {
  /** The outcome of a call that is answered. */
  async function outcomeOf(
    methods: Partial<Probe>,
    method = 'say',
    options: Parameters<typeof open>[1] = {},
    headers = {},
  ): Promise<Outcome> {
    const { hooks, seen } = watching();
    const send = await open(methods, { hooks, ...options });
    await (await send(method, '{}', 'application/json', { headers })).text();
    return seen;
  }

  test('of a call that goes well is ok', async () => {
    expect(await outcomeOf({ say: (request) => request })).toMatchObject({
      code: 'ok',
      businessCode: undefined,
      fault: undefined,
      delivered: true,
      reason: undefined,
      cause: undefined,
      stillRunning: undefined,
    });
  });

  test('is whole for those who come later, though a hook has asked too early', async () => {
    const { hooks, seen } = watching();
    const early: Hooks = { error: ({ outcome }) => void outcome.code };
    const send = await open({}, { hooks: [early, ...hooks] });
    await (await send('say')).text();
    expect(await seen).toMatchObject({ code: 'unimplemented', delivered: true });
  });

  test('of a business error is nobody’s fault', async () => {
    const enter = (): never => {
      throw new BusinessError(100, 'Need Login');
    };
    expect(await outcomeOf({ enter }, 'Enter')).toMatchObject({
      code: 'business_error',
      businessCode: 100,
      fault: undefined,
      reason: 'Need Login',
    });
  });

  test.each([
    ['server', 'internal', new RangeError('broken'), 'internal error: broken'],
    ['server', 'unavailable', unavailable('db pool empty'), 'db pool empty'],
    ['server', 'unimplemented', unimplemented('not yet'), 'not yet'],
    ['server', 'unknown', new TwirpError('unknown', 'who knows'), 'who knows'],
    ['server', 'data_loss', new TwirpError('data_loss', 'a bad disk'), 'a bad disk'],
    [
      'server',
      'deadline_exceeded',
      new TwirpError('deadline_exceeded', 'of the database'),
      'of the database',
    ],
    ['caller', 'not_found', notFound('no hat'), 'no hat'],
    [
      'caller',
      'resource_exhausted',
      new TwirpError('resource_exhausted', 'come again', {
        cause: new Error('no stock', { cause: 'a strike' }),
      }),
      'come again: no stock: a strike',
    ],
  ] as const)('says whose fault it is and why: the %s’s for %s', async (fault, code, thrown, reason) => {
    const say = (): never => {
      throw thrown;
    };
    const outcome = await outcomeOf({ say }, 'say', { exposeInternalErrors: false });
    expect(outcome).toMatchObject({ code, fault, reason, delivered: true });
    expect(outcome.cause).toBe(thrown.cause ?? thrown);
  });

  test('is the fault of whoever set the deadline', async () => {
    const never = { say: () => new Promise<never>(() => undefined) };
    const own = await outcomeOf(never, 'say', { timeoutMs: 20 });
    expect(own).toMatchObject({ code: 'deadline_exceeded', fault: 'server' });
    const soon = { 'x-request-timeout-ms': '20' };
    const callers = await outcomeOf(never, 'say', { timeoutMs: 60_000 }, soon);
    expect(callers).toMatchObject({ code: 'deadline_exceeded', fault: 'caller' });
  });

  test('knows a handler that still runs when the deadline has been answered', async () => {
    const { promise: go, resolve } = signalled<object>();
    const { stillRunning } = await outcomeOf({ say: () => go }, 'say', { timeoutMs: 20 });
    const order: string[] = [];
    const settled = stillRunning?.then(() => order.push('settled'));
    await new Promise(setImmediate);
    order.push('let go');
    resolve({});
    await settled;
    expect(order).toEqual(['let go', 'settled']);
  });

  test('is told by a handler that fails after its deadline, without a rejection nobody handles', async () => {
    const { promise: go, resolve } = signalled();
    const say = async (): Promise<never> => {
      await go;
      throw new Error('too late');
    };
    const { stillRunning } = await outcomeOf({ say }, 'say', { timeoutMs: 20 });
    resolve();
    await expect(stillRunning).resolves.toBeUndefined();
  });

  test.each(limits)('of a call whose caller has gone is canceled, %s', async (__, headers) => {
    for (const fails of [false, true]) {
      const { hooks, seen } = watching();
      const entered = signalled();
      const { promise: left, resolve: leave } = signalled();
      const send = await open(
        {
          async say(request, context) {
            entered.resolve();
            await left;
            await noticed(context);
            if (fails) throw notFound('no hat');
            return request;
          },
        },
        { hooks },
      );
      const caller = new AbortController();
      const call = send('say', '{}', 'application/json', { signal: caller.signal, headers });
      await entered.promise;
      caller.abort();
      leave();
      await expect(call).rejects.toThrow('abort');
      const outcome = await seen;
      expect(outcome).toMatchObject({
        code: 'canceled',
        fault: 'caller',
        delivered: false,
        status: 0,
        error: { code: 'canceled' },
      });
      expect(outcome.reason).toMatch(/^the caller went away/);
      await outcome.stillRunning;
    }
  });
});

test.each(limits)('a stream of HTTP/2 that its caller resets is canceled, %s', async (_, headers) => {
  const { hooks, seen } = watching();
  const { promise: entered, resolve } = signalled<Context>();
  const { promise: go, resolve: answer } = signalled<object>();
  const origin = await serveNode({ say: (__, context) => (resolve(context), go) }, { hooks });
  const stream = http2Session(origin).request({
    ':method': 'POST',
    ':path': '/api/pipit.test.v1.Probe/say',
    'content-type': 'application/json',
    ...headers,
  });
  stream.end('{}');
  const request = (await entered).get(nodeRequest) as unknown as { stream: NodeJS.EventEmitter };
  const closed = once(request.stream, 'close');
  stream.close(8);
  await closed;
  answer({});
  expect(await seen).toMatchObject({ code: 'canceled', delivered: false, fault: 'caller' });
});

test('a stream of HTTP/2 that its caller resets amid the answer is canceled', async () => {
  const { hooks, seen } = watching();
  const origin = await serveNode({ fetch: () => ({ data: Buffer.alloc(8 * 1024 * 1024) }) }, { hooks });
  const stream = http2Session(origin).request({
    ':method': 'POST',
    ':path': '/api/pipit.test.v1.Probe/Fetch',
    'content-type': 'application/json',
  });
  stream.on('error', () => undefined).end('{}');
  await once(stream, 'response');
  stream.close(8);
  expect(await seen).toMatchObject({ code: 'canceled', delivered: false, fault: 'caller' });
});
