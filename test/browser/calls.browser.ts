import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { BusinessError, invalidArgument, type Context } from '@pipit/runtime';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Probe } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { signalled } from '../../packages/runtime/test/fixture/serve.ts';
import { browserForTests } from './chromium.ts';
import { run } from './in-page.ts';
import { site, type Site } from './site.ts';

const open = browserForTests();

/** Every byte there is, several times. */
const bytes = Uint8Array.from({ length: 5_000 }, (_, index) => index % 256);
const say = '/api/pipit.test.v1.Probe/say';
const echo: Partial<Probe> = {
  say: (request) => request,
  lookUp: (request) => request,
  fetch: ({ text }) => ({ contentType: 'application/x-test', data: bytes, filename: text }),
  enter({ text }) {
    if (text === '') throw new BusinessError(100, 'Need Login');
    return { data: { text } };
  },
};

/** A `say` that waits until its signal fires, and what happens to it. */
function waiting(): { methods: Partial<Probe>; called: Promise<void>; reason: Promise<unknown> } {
  const called = signalled();
  const reason = signalled<unknown>();
  return {
    called: called.promise,
    reason: reason.promise,
    methods: {
      async say(_request, { signal }) {
        called.resolve();
        await once(signal, 'abort');
        reason.resolve(signal.reason);
        return {};
      },
    },
  };
}

describe('in a browser, under a policy that forbids eval,', () => {
  test.each(['json', 'protobuf'] as const)('a client calls in %s', async (format) => {
    const page = await open((await site(echo)).origin);
    expect(await run(page, 'evalIsForbidden')).toBe(true);
    expect(await run(page, 'say', format)).toEqual({
      type: `application/${format}`,
      answer: { text: 'grüße 🐦', count: -1, ids: [1, 2] },
    });
  });

  test.each([
    [false, 'http/1.1'],
    [true, 'h2'],
  ])('with TLS: %s, it calls over %s', async (secure, protocol) => {
    const page = await open((await site(echo, { secure })).origin);
    expect(await run(page, 'say', 'protobuf')).toMatchObject({ answer: { text: 'grüße 🐦' } });
    expect(await run(page, 'download', 'json')).toMatchObject({ data: Array.from(bytes) });
    expect(await run(page, 'protocols')).toEqual([protocol, protocol]);
  });

  test('the client without codecs calls, and unwraps', async () => {
    const page = await open((await site(echo)).origin);
    expect(await run(page, 'jsonOnly', 'world')).toEqual({ message: 'Hello, world!' });
    expect(await run(page, 'jsonOnly', '')).toEqual({ code: 100, msg: 'Say something' });
  });

  test('fetch sends a form, and a query where GET is open', async () => {
    const page = await open((await site(echo)).origin);
    expect(await run(page, 'form')).toEqual({ text: 'a b&ü', count: 0, ids: [1, 2, 3] });
    expect(await run(page, 'get')).toEqual({ text: 'hi', count: 0, ids: [1, 2] });
  });

  test('a form on the page is submitted, and its answer shown', async () => {
    const page = await open((await site(echo)).origin);
    await page.fill('#say [name=text]', 'a b&ü');
    await page.fill('#say [name=ids]', '1,2,3');
    const [response] = await Promise.all([page.waitForResponse(`**${say}`), page.click('#say button')]);
    await page.waitForURL(`**${say}`);
    expect(response.request().headers()['content-type']).toBe('application/x-www-form-urlencoded');
    expect(response.headers()).toMatchObject({ 'content-type': 'application/json' });
    expect(JSON.parse((await page.textContent('body')) ?? '')).toEqual({
      text: 'a b&ü',
      count: 0,
      ids: [1, 2, 3],
    });
  });

  test.each([
    ['report.bin', 'report.bin'],
    ['grüße "1" €.bin', 'grüße _1_ €.bin'],
    ['../../etc/passwd', '_.._etc_passwd'],
  ])('a download is saved to disk: %s as %s', async (sent, saved) => {
    const page = await open((await site(echo)).origin);
    await page.fill('#fetch [name=text]', sent);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#fetch button')]);
    expect(new Uint8Array(await readFile(await download.path()))).toEqual(bytes);
    expect(download.suggestedFilename()).toBe(saved);
  });

  test.each(['json', 'protobuf'] as const)('a download is a message of the %s client', async (format) => {
    const page = await open((await site(echo)).origin);
    expect(await run(page, 'download', format)).toEqual({
      contentType: 'application/x-test',
      status: 200,
      filename: 'grüße.bin',
      data: Array.from(bytes),
    });
  });

  test.each(['json', 'protobuf'] as const)('an error is a TwirpError of the %s client', async (format) => {
    const fail = (): never => {
      throw invalidArgument('text', 'must be kind');
    };
    const page = await open((await site({ say: fail })).origin);
    expect(await run(page, 'failure', format)).toEqual({
      code: 'invalid_argument',
      msg: 'text must be kind',
      meta: { argument: 'text' },
    });
    expect(await run(page, 'noRoute')).toMatchObject({
      code: 'bad_route',
      meta: { twirp_invalid_route: 'POST /api/none/pipit.test.v1.Probe/say' },
    });
  });

  test('a redirect is an error, and nobody follows it', async () => {
    const page = await open((await site(echo)).origin);
    expect(await run(page, 'redirected')).toMatchObject({
      code: 'internal',
      meta: { http_error_from_intermediary: 'true' },
    });
  });

  test.each(['json', 'protobuf'] as const)('an envelope is unwrapped from %s', async (format) => {
    const page = await open((await site(echo)).origin);
    expect(await run(page, 'enter', format, 'hi')).toMatchObject({ text: 'hi' });
    expect(await run(page, 'enter', format, '')).toEqual({ code: 100, msg: 'Need Login' });
  });
});

describe('a call that ends early', () => {
  test.each([false, true])('by the page’s AbortSignal fires the server’s; with TLS: %s', async (secure) => {
    const { methods, called, reason } = waiting();
    const page = await open((await site(methods, { secure })).origin);
    const failure = run(page, 'abortable');
    await called;
    await run(page, 'abort');
    expect(await failure).toMatchObject({ code: 'canceled', msg: expect.stringContaining('aborted') });
    expect(await reason).toMatchObject({ code: 'canceled' });
  });

  test('by its deadline fires the server’s too', async () => {
    const { methods, reason } = waiting();
    const page = await open((await site(methods)).origin);
    expect(await run(page, 'late', 1_000)).toMatchObject({ code: 'deadline_exceeded' });
    // Whichever the server saw first: its own clock, or the browser that hung up.
    expect(['deadline_exceeded', 'canceled']).toContain(((await reason) as { code: string }).code);
  });

  test('because the page is left fires the server’s', async () => {
    const { methods, called, reason } = waiting();
    const page = await open((await site(methods)).origin);
    const failure = run(page, 'abortable').catch(() => 'left');
    await called;
    await page.close();
    expect(await failure).toBe('left');
    expect(await reason).toMatchObject({ code: 'canceled' });
  });
});

describe('from another origin', () => {
  /** A page, and an API elsewhere that allows it or not. */
  const apart = async (allowed: boolean, methods = echo): Promise<{ page: Page; api: Site }> => {
    const connects: string[] = [];
    const { origin } = await site({}, { connects });
    const api = await site(methods, allowed ? { allows: origin } : {});
    connects.push(api.origin);
    return { page: await open(origin), api };
  };

  test('a preflight that is allowed lets the call through, trace id and all', async () => {
    const { page, api } = await apart(true);
    expect(await run(page, 'say', 'protobuf', api.origin)).toMatchObject({ answer: { text: 'grüße 🐦' } });
    expect(api.requests).toEqual([`OPTIONS ${say}`, `POST ${say}`]);
    expect(await run(page, 'traceId', api.origin)).toMatch(/^[0-9a-f]{32}$/);
  });

  test('a preflight that is refused keeps the call from the server', async () => {
    const { page, api } = await apart(false);
    expect(await run(page, 'refused', api.origin)).toMatchObject({
      code: 'internal',
      msg: expect.stringContaining('failed to do request'),
    });
    expect(api.requests).toEqual([`OPTIONS ${say}`]);
  });

  test('an error can be read too', async () => {
    const { page, api } = await apart(true, {});
    expect(await run(page, 'refused', api.origin)).toMatchObject({ code: 'unimplemented' });
  });

  test('cookies are set and sent with credentials, and only then', async () => {
    const methods = {
      say({ text }: { text: string }, { headers, responseHeaders }: Context) {
        if (text === 'log in') {
          responseHeaders.append('Set-Cookie', 'session=abc; HttpOnly; Path=/');
          responseHeaders.append('Set-Cookie', 'theme=dark; Path=/');
        }
        return { text: String(headers['cookie'] ?? '') };
      },
    };
    const { page, api } = await apart(true, methods);
    expect(await run(page, 'cookies', api.origin, false)).toBe('');
    expect(await run(page, 'cookies', api.origin, true)).toBe('session=abc; theme=dark');
  });
});
