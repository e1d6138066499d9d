import { setImmediate as turn } from 'node:timers/promises';
import { TwirpError } from '@pipit/runtime';
import { describe, expect, test, vi } from 'vitest';
import type { Code } from '../../src/rpc/code.ts';
import { post, serve } from '../fixture/serve.ts';

const thrower = (thrown: unknown) => ({
  say(): never {
    throw thrown;
  },
});

const rejecter = (thrown: unknown) => ({
  async say(): Promise<never> {
    await turn();
    throw thrown;
  },
});

/** What a handler is answered that throws this, the same at once and after a turn. */
async function answerTo(thrown: unknown, options = {}): Promise<[status: number, body: unknown]> {
  const [answer, later] = await Promise.all(
    [thrower(thrown), rejecter(thrown)].map(async (handler): Promise<[status: number, body: unknown]> => {
      const response = await post(await serve(handler, options), 'say', '{}');
      expect(response.headers.get('content-type')).toBe('application/json');
      return [response.status, await response.json()];
    }),
  );
  expect(later).toEqual(answer);
  return answer!;
}

describe('a thrown TwirpError', () => {
  // Every code there is, and the status it has in Twirp's specification.
  test.each<[Code, number]>([
    ['canceled', 408],
    ['unknown', 500],
    ['invalid_argument', 400],
    ['malformed', 400],
    ['deadline_exceeded', 408],
    ['not_found', 404],
    ['bad_route', 404],
    ['already_exists', 409],
    ['permission_denied', 403],
    ['unauthenticated', 401],
    ['resource_exhausted', 429],
    ['failed_precondition', 412],
    ['aborted', 409],
    ['out_of_range', 400],
    ['unimplemented', 501],
    ['internal', 500],
    ['unavailable', 503],
    ['data_loss', 500],
  ])('%s travels as HTTP %i', async (code, status) => {
    const meta = { retry_after: '15s' };
    const answer = await answerTo(new TwirpError(code, `a "${code}"`, { meta }));
    expect(answer).toEqual([status, { code, msg: `a "${code}"`, meta }]);
  });

  test('is JSON for a protobuf caller too', async () => {
    const origin = await serve(thrower(new TwirpError('aborted', 'x')));
    const response = await post(origin, 'say', '', 'application/protobuf');
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ code: 'aborted', msg: 'x' });
  });

  test('wins when it is wrapped', async () => {
    const inner = new TwirpError('not_found', 'inner', { meta: { k: 'v' } });
    const answer = await answerTo(new Error('outer', { cause: new Error('middle', { cause: inner }) }));
    expect(answer).toEqual([404, { code: 'not_found', msg: 'inner', meta: { k: 'v' } }]);
  });
});

describe('anything else thrown', () => {
  test('is internal under its text and class', async () => {
    expect(await answerTo(new RangeError('boom'))).toEqual([
      500,
      { code: 'internal', msg: 'boom', meta: { cause: 'RangeError' } },
    ]);
    expect(await answerTo('OH NO!')).toEqual([
      500,
      { code: 'internal', msg: 'OH NO!', meta: { cause: 'string' } },
    ]);
    expect((await answerTo(Object.create(null)))[0]).toBe(500);
    expect((await answerTo(undefined))[0]).toBe(500);
  });

  test('keeps its text to itself in production, or where it is told to', async () => {
    const hidden = [500, { code: 'internal', msg: 'internal error' }];
    vi.stubEnv('NODE_ENV', 'production');
    try {
      expect(await answerTo(new Error('secret'))).toEqual(hidden);
      expect((await answerTo(new Error('secret'), { exposeInternalErrors: true }))[1]).toMatchObject({
        msg: 'secret',
      });
    } finally {
      vi.unstubAllEnvs();
    }
    expect(await answerTo(new Error('secret'), { exposeInternalErrors: false })).toEqual(hidden);
  });

  test('is logged whole under the trace id', async () => {
    const log: Record<string, unknown>[] = [];
    const error = new Error('boom', { cause: new Error('root of it') });
    const origin = await serve(thrower(error), { exposeInternalErrors: false }, { log });
    const response = await post(origin, 'say', '{}', 'application/json', { 'x-trace-id': 'trace-1' });
    expect(await response.text()).not.toContain('boom');
    expect(log).toMatchObject([{ traceId: 'trace-1', msg: 'pipit.test.v1.Probe/say failed: boom' }]);
    expect(JSON.stringify(log)).toContain('root of it');
    expect(JSON.stringify(log)).toContain('errors.test.ts');
  });

  test('that the caller is to blame for is not logged as an error', async () => {
    const log: Record<string, unknown>[] = [];
    await post(await serve(thrower(new TwirpError('not_found', 'x')), {}, { log }), 'say', '{}');
    expect(log).toEqual([]);
  });
});

test.each([undefined, null, 'text', 7])('a handler that returns %s is internal', async (returned) => {
  const origin = await serve({ say: () => returned as never });
  const response = await post(origin, 'say', '', 'application/protobuf');
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    code: 'internal',
    msg: 'pipit.test.v1.Probe/say returned no pipit.test.v1.Text',
  });
});

test('a message that cannot be encoded is internal', async () => {
  const response = await post(await serve({ say: () => ({ text: 7 as never }) }), 'say', '{}');
  expect([response.status, await response.json()]).toMatchObject([500, { code: 'internal' }]);
});

describe('response headers', () => {
  test('stay on an error, several values for one name, and Content-Type is not theirs', async () => {
    const texts: string[] = [];
    const origin = await serve({
      say(_request, { responseHeaders }) {
        responseHeaders.append('Set-Cookie', 'a=1');
        responseHeaders.append('Set-Cookie', 'b=2');
        responseHeaders.set('Cache-Control', 'no-store');
        try {
          responseHeaders.set('content-type', 'text/html');
        } catch (error) {
          texts.push((error as Error).message);
        }
        throw new TwirpError('not_found', 'x');
      },
    });
    const { status, headers } = await post(origin, 'say', '{}');
    expect(status).toBe(404);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-type')).toBe('application/json');
    expect(texts).toEqual(['header key can not be Content-Type']);
  });

  test('that are illegal fail the call and inject nothing', async () => {
    const origin = await serve({
      say(_request, context) {
        context.responseHeaders.set('x-a', 'b\r\nSet-Cookie: c=d');
        return {};
      },
    });
    const response = await post(origin, 'say', '{}');
    expect([response.status, response.headers.has('set-cookie')]).toEqual([500, false]);
  });
});
