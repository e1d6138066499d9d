import { TwirpError } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { createJsonClient } from '@pipit/runtime/json-client';
import { describe, expect, test } from 'vitest';
import { rawServer } from '../packages/runtime/test/fixture/raw-server.ts';
import { readLines } from './cases/case.ts';
import { makeHat } from './gen/twirp/example/haberdasher/haberdasher.json.ts';
import { Haberdasher, type SizeInit } from './gen/twirp/example/haberdasher/haberdasher.twirp.ts';

/** What Twirp's Go client was measured to make of a raw HTTP answer. */
interface Case {
  readonly name: string;
  readonly response: {
    readonly status: number;
    readonly body: string;
    readonly contentType: string;
    readonly location: string;
  };
  readonly expect: Readonly<Partial<Record<'both' | 'json' | 'protobuf', Outcome>>>;
}

interface Outcome {
  readonly ok?: object;
  readonly code?: string;
  readonly msg?: string;
  readonly meta?: Readonly<Record<string, string>>;
}

// The lines without an answer are about the connection (packages/runtime/test/client).
const cases = readLines<Case>('twirp-client.jsonl').filter(({ response }) => 'status' in response);

const prefix = '/twirp';
const request: SizeInit = { inches: 1 };

describe.each([
  {
    client: 'createClient in JSON',
    format: 'json' as const,
    call: (baseUrl: string): Promise<object> =>
      createClient(Haberdasher, { baseUrl, prefix }).makeHat(request),
  },
  {
    client: 'createClient in protobuf',
    format: 'protobuf' as const,
    call: (baseUrl: string): Promise<object> =>
      createClient(Haberdasher, { baseUrl, prefix, format: 'protobuf' }).makeHat(request),
  },
  {
    client: 'createJsonClient',
    format: 'json' as const,
    call: (baseUrl: string): Promise<object> => createJsonClient({ baseUrl, prefix })(makeHat, { inches: 1 }),
  },
])('$client takes an answer as Twirp’s Go client does', ({ client, format, call }) => {
  // JSON.parse takes one value and nothing after it.
  const ours = cases.filter(
    ({ name }) => client !== 'createJsonClient' || name !== 'json-200-trailing-garbage',
  );

  test.each(ours)('$name', async ({ response, expect: expected }) => {
    const { ok, code, msg = '', meta = {} } = expected.both ?? expected[format]!;
    const origin = await rawServer((_request, answer) => {
      if (response.contentType !== '') answer.setHeader('content-type', response.contentType);
      if (response.location !== '') answer.setHeader('location', response.location);
      // The reason Go has for 413 is older than Node's.
      const reason = /HTTP status code \d+ "(.*?)"/.exec(msg)?.[1];
      answer.writeHead(response.status, ...(reason === undefined ? [] : [reason])).end(response.body);
    });
    const outcome: unknown = await call(origin).catch((thrown: unknown) => thrown);
    if (ok !== undefined) {
      expect(outcome).toMatchObject(ok);
      return;
    }
    expect(outcome).toBeInstanceOf(TwirpError);
    expect(outcome).toMatchObject({ code });
    // What is wrong with bytes is said in everyone's own words.
    const unreadable = /^failed to unmarshal .*response: /;
    if (unreadable.test(msg)) expect(outcome).toMatchObject({ msg: expect.stringMatching(unreadable) });
    else expect(outcome).toMatchObject({ msg, meta });
  });
});
