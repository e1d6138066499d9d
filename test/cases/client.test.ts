import { TwirpError } from '@pipit/runtime';
import { createClient, type ClientOptions } from '@pipit/runtime/client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Haberdasher, Hat } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';
import { readLines } from './case.ts';
import { cutAnswer, rawAnswer, rawServer, type ClientCase, type Outcome } from './raw-answers.ts';

type Format = 'json' | 'protobuf';

const all = ['twirp-client.jsonl', 'client.jsonl'].flatMap((file) => readLines<ClientCase>(file));
/** Cases that are about something else than an answer; the tests below make them. */
const special = new Set(['base-url-without-scheme', 'ctx-canceled-before', 'truncated-error-response']);

/** What a call of a server that gives this answer comes to. */
async function outcomeOf(
  answer: Buffer,
  format: Format,
  options: Partial<ClientOptions> = {},
): Promise<Outcome> {
  const server = await rawServer(answer);
  onTestFinished(() => server.close());
  return call({ baseUrl: server.origin, format, ...options });
}

async function call(options: ClientOptions, signal = new AbortController().signal): Promise<Outcome> {
  try {
    const hat = await createClient(Haberdasher, { prefix: '/twirp', ...options }).makeHat(
      { inches: 12 },
      { signal },
    );
    return { ok: Hat.toJson(hat, { emitDefaults: false }) as object };
  } catch (error) {
    if (!(error instanceof TwirpError)) throw error;
    const { code, msg, meta } = error;
    return { code, msg, meta };
  }
}

/** What is Go's own in a measured outcome is not ours to have: the class of its errors, and the text that comes with it. */
function expected({ ok, code, msg = '', meta = {} }: Outcome): unknown {
  if (ok !== undefined) return { ok };
  if (meta['cause'] === '*hab.wrappedError')
    return { code, msg: expect.any(String), meta: expect.any(Object) };
  return { code, msg, meta };
}

describe.each(['json', 'protobuf'] as const)('the %s client', (format) => {
  test.each(all.filter(({ name }) => !special.has(name)))('$name', async (wanted) => {
    const outcome = wanted.expect[format] ?? wanted.expect.both!;
    expect(await outcomeOf(rawAnswer(wanted), format)).toEqual(expected(outcome));
    // A trailing slash in the base URL is harmless.
    expect(await outcomeOf(rawAnswer(wanted), format, { prefix: 'twirp/' })).toEqual(expected(outcome));
  });

  test('base-url-without-scheme', async () => {
    expect(await call({ baseUrl: '127.0.0.1:1', format })).toMatchObject({ code: 'internal' });
  });

  test('ctx-canceled-before', async () => {
    const outcome = await call({ baseUrl: 'http://127.0.0.1:1', format }, AbortSignal.abort());
    expect(outcome).toMatchObject({
      code: 'internal',
      msg: expect.stringMatching(/^aborted because context was done: /),
    });
  });

  test('truncated-error-response', async () => {
    expect(await outcomeOf(cutAnswer, format)).toMatchObject({
      code: 'internal',
      msg: expect.stringMatching(/^failed to read server error response body: /),
    });
  });
});

test('every case without an answer has a test of its own', () => {
  const without = all.filter(({ response }) => response.status === undefined).map(({ name }) => name);
  expect(new Set(without)).toEqual(special);
});
