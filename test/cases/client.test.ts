import { TwirpError } from '@pipit/runtime';
import { createClient, type ClientOptions } from '@pipit/runtime/client';
import { createJsonClient } from '@pipit/runtime/json-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { makeHat } from '../gen/twirp/example/haberdasher/haberdasher.json.ts';
import { Haberdasher, Hat } from '../gen/twirp/example/haberdasher/haberdasher.twirp.ts';
import { readLines } from './case.ts';
import { cutAnswer, rawAnswer, rawServer, type ClientCase, type Outcome } from './raw-answers.ts';

/** The formats of `createClient`, and the client that has no codecs. */
type Kind = 'json' | 'protobuf' | 'codec-free';

const all = ['twirp-client.jsonl', 'client.jsonl'].flatMap((file) => readLines<ClientCase>(file));
/** Cases that are about something else than an answer; the tests below make them. */
const special = new Set(['base-url-without-scheme', 'ctx-canceled-before', 'truncated-error-response']);

/** What a client without codecs does not look at, or leaves as it is: its messages are what JSON.parse makes. */
const needsCodec = new Set([
  'twirp-error-on-200',
  'json-200-trailing-garbage',
  'answer with an unknown field',
  'answer that breaks the mapping',
]);

/** What a call of a server that gives this answer comes to. */
async function outcomeOf(answer: Buffer, kind: Kind, options: Partial<ClientOptions> = {}): Promise<Outcome> {
  const server = await rawServer(answer);
  onTestFinished(() => server.close());
  return call(kind, { baseUrl: server.origin, ...options });
}

async function call(
  kind: Kind,
  options: ClientOptions,
  signal = new AbortController().signal,
): Promise<Outcome> {
  const all = { prefix: '/twirp', ...options };
  try {
    if (kind === 'codec-free') {
      return { ok: await createJsonClient(all)(makeHat, { inches: 12 }, { signal }) };
    }
    const client = createClient(Haberdasher, { ...all, format: kind });
    return {
      ok: Hat.toJson(await client.makeHat({ inches: 12 }, { signal }), { emitDefaults: false }) as object,
    };
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

describe.each(['json', 'protobuf', 'codec-free'] as const)('the %s client', (kind) => {
  const cases = all.filter(
    ({ name }) => !special.has(name) && !(kind === 'codec-free' && needsCodec.has(name)),
  );

  test.each(cases)('$name', async (wanted) => {
    const outcome = wanted.expect[kind === 'protobuf' ? 'protobuf' : 'json'] ?? wanted.expect.both!;
    expect(await outcomeOf(rawAnswer(wanted), kind)).toEqual(expected(outcome));
    // A trailing slash in the base URL is harmless.
    expect(await outcomeOf(rawAnswer(wanted), kind, { prefix: 'twirp/' })).toEqual(expected(outcome));
  });

  test('base-url-without-scheme', async () => {
    expect(await call(kind, { baseUrl: '127.0.0.1:1' })).toMatchObject({ code: 'internal' });
  });

  test('ctx-canceled-before', async () => {
    const outcome = await call(kind, { baseUrl: 'http://127.0.0.1:1' }, AbortSignal.abort());
    // Twirp's Go client says internal; who left wants to be told apart from what broke (wire.md, Client).
    expect(outcome).toMatchObject({
      code: 'canceled',
      msg: expect.stringMatching(/^aborted because context was done: /),
    });
  });

  test('truncated-error-response', async () => {
    expect(await outcomeOf(cutAnswer, kind)).toMatchObject({
      code: 'internal',
      msg: expect.stringMatching(/^failed to read server error response body: /),
    });
  });
});

test('every case without an answer has a test of its own', () => {
  const without = all.filter(({ response }) => response.status === undefined).map(({ name }) => name);
  expect(new Set(without)).toEqual(special);
});
