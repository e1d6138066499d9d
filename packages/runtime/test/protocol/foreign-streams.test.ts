import { randomBytes } from 'node:crypto';
import { Code } from '@connectrpc/connect';
import { TwirpError, type Context } from '@pipit/runtime';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { anyPack } from '@pipit/runtime/wkt';
import type { PipitOptions } from '@pipit/runtime/fastify';
import { describe, expect, test } from 'vitest';
import type { Feed } from '../fixture/feed.twirp.ts';
import { foreignFeed, type ForeignFeed } from '../fixture/foreign-callers.ts';
import { failure, foreignCases } from '../fixture/foreign-cases.ts';
import { signalled } from '../fixture/serve.ts';
import { feed } from '../stream/doors.ts';

type Options = Partial<Pick<PipitOptions, 'hooks' | 'streamTimeoutMs' | 'bodyLimit'>>;

const cases = foreignCases.map(({ open, ...rest }) => ({
  ...rest,
  open: async (methods: Partial<Feed>, options?: Options): Promise<ForeignFeed> =>
    foreignFeed(await open(feed(methods), options)),
}));

async function all(messages: AsyncIterable<object>, into: object[] = []): Promise<object[]> {
  for await (const message of messages) into.push(message);
  return into;
}

describe.each(cases)('a stream to $name, at the $door door', ({ caller, open }) => {
  test('comes message by message, with headers in front and trailers behind', async () => {
    const seen: Context[] = [];
    const read = [signalled(), signalled()];
    const client = await open({
      async *watch({ text }, context) {
        seen.push(context);
        context.responseHeaders.set('x-head', String(context.headers['x-asked']));
        yield { text: text.toUpperCase(), ids: [1, 2] };
        // Nothing is held back: the caller has the first before there is a second.
        await read[0]!.promise;
        yield { count: 2 };
        await read[1]!.promise;
        context.responseTrailers.append('x-tail', 'one');
        context.responseTrailers.append('x-tail', 'two');
      },
    });
    let head: Headers | undefined;
    let tail: Headers | undefined;
    const got: object[] = [];
    const messages = client.watch(
      { text: 'grüß dich' },
      {
        headers: { 'x-asked': 'yes' },
        onHeader: (headers) => (head = headers),
        onTrailer: (trailers) => (tail = trailers),
      },
    );
    for await (const message of messages) {
      got.push(message);
      read[got.length - 1]!.resolve();
    }
    expect(got).toMatchObject([
      { text: 'GRÜSS DICH', count: 0, ids: [1, 2] },
      { text: '', count: 2, ids: [] },
    ]);
    expect(Object.fromEntries(head ?? [])).toMatchObject({
      'x-head': 'yes',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(tail?.get('x-tail')).toBe('one, two');
    expect(seen[0]).toMatchObject({ protocol: caller.protocol, messages: 2 });
  });

  test('may have no message', async () => {
    const client = await open({ async *watch() {} });
    expect(await all(client.watch({}))).toEqual([]);
  });

  test('has messages of any size, and a request of no more than the limit', async () => {
    const text = 'all work and no play '.repeat(5_000);
    const noise = randomBytes(150_000).toString('base64');
    const client = await open(
      {
        async *watch(request) {
          yield request;
          yield { text: noise };
          yield { text: 'small' };
        },
      },
      { bodyLimit: 110_000 },
    );
    const got = (await all(client.watch({ text }))) as { text: string }[];
    expect(got.map((message) => message.text)).toEqual([text, noise, 'small']);
    expect(await failure(all(client.watch({ text: text + text })))).toMatchObject({
      code: Code.ResourceExhausted,
    });
  });

  test.each([0, 2])('ends with its error, details and trailers, behind %i messages', async (count) => {
    const client = await open({
      async *watch(_, context) {
        for (let i = 0; i < count; i++) yield { count: i };
        context.responseTrailers.set('x-tail', 'behind it');
        throw new TwirpError('failed_precondition', 'erst zahlen, bitte: 5 €, 100%', {
          details: [anyPack(StringValue, { value: 'a detail' })],
        });
      },
    });
    const got: object[] = [];
    const error = await failure(all(client.watch({}), got));
    expect(got).toHaveLength(count);
    expect(error).toMatchObject({
      code: Code.FailedPrecondition,
      rawMessage: 'erst zahlen, bitte: 5 €, 100%',
    });
    expect(error.metadata.get('x-tail')).toBe('behind it');
    const [detail] = error.details as { type: string; value: Uint8Array }[];
    expect(detail?.type).toBe('google.protobuf.StringValue');
    expect(StringValue.decode(detail?.value ?? new Uint8Array())).toMatchObject({ value: 'a detail' });
  });

  test('is refused by a hook in the shape of its caller', async () => {
    const requestRouted = (): void => {
      throw new TwirpError('unauthenticated', 'who are you?');
    };
    const client = await open({ async *watch() {} }, { hooks: [{ requestRouted }] });
    expect(await failure(all(client.watch({})))).toMatchObject({
      code: Code.Unauthenticated,
      rawMessage: 'who are you?',
    });
  });

  test('ends at the deadline, whether or not the handler watches it', async () => {
    const client = await open(
      {
        async *watch() {
          yield { count: 1 };
          await new Promise(() => undefined);
        },
      },
      { streamTimeoutMs: 50 },
    );
    const got: object[] = [];
    expect(await failure(all(client.watch({}), got))).toMatchObject({ code: Code.DeadlineExceeded });
    expect(got).toHaveLength(1);
  });

  test('ends the handler when its caller leaves', async () => {
    const gone = signalled<unknown>();
    const client = await open({
      async *watch(_, { signal }) {
        try {
          yield { count: 1 };
          await new Promise((resolve) => signal.addEventListener('abort', resolve));
        } finally {
          gone.resolve(signal.reason);
        }
      },
    });
    const leaving = new AbortController();
    const error = await failure(
      (async () => {
        for await (const _ of client.watch({}, { signal: leaving.signal })) leaving.abort();
      })(),
    );
    expect(error).toMatchObject({ code: Code.Canceled });
    expect(await gone.promise).toMatchObject({ code: 'canceled' });
  });

  test('of downloads has its messages', async () => {
    const client = await open({
      async *export() {
        yield { contentType: 'text/plain', filename: 'f', status: 200 };
        yield { data: Buffer.from('part') };
      },
    });
    expect(await all(client.export({}))).toMatchObject([
      { contentType: 'text/plain', filename: 'f' },
      { data: new Uint8Array(Buffer.from('part')) },
    ]);
  });
});
