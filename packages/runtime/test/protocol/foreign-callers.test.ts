import { Code } from '@connectrpc/connect';
import { BusinessError, TwirpError, type Context } from '@pipit/runtime';
import type { PipitOptions } from '@pipit/runtime/fastify';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { anyPack } from '@pipit/runtime/wkt';
import { describe, expect, test } from 'vitest';
import { foreignProbe, type ForeignProbe } from '../fixture/foreign-callers.ts';
import { codes, failure, foreignCases } from '../fixture/foreign-cases.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe, signalled } from '../fixture/serve.ts';

type Options = Partial<Pick<PipitOptions, 'hooks' | 'timeoutMs' | 'bodyLimit' | 'protocols'>>;

const cases = foreignCases.map(({ open, ...rest }) => ({
  ...rest,
  open: async (methods: Partial<Probe>, options?: Options): Promise<ForeignProbe> =>
    foreignProbe(await open([Probe.serve(probe(methods))], options)),
}));

describe.each(cases)('$name, at the $door door', ({ caller, open }) => {
  test('a call goes well, with headers and trailers both ways', async () => {
    const seen: Context[] = [];
    const client = await open({
      say(request, context) {
        seen.push(context);
        context.responseHeaders.set('x-head', String(context.headers['x-asked']));
        context.responseTrailers.set('x-tail', 'behind it');
        return { text: request.text.toUpperCase(), count: 7, ids: [1, 2] };
      },
    });
    let head: Headers | undefined;
    let tail: Headers | undefined;
    const answer = await client.say(
      { text: 'grüß dich' },
      {
        headers: { 'x-asked': 'yes' },
        onHeader: (headers) => (head = headers),
        onTrailer: (trailers) => (tail = trailers),
      },
    );
    expect(answer).toMatchObject({ text: 'GRÜSS DICH', count: 7, ids: [1, 2] });
    expect(head?.get('x-head')).toBe('yes');
    expect(head?.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(tail?.get('x-tail')).toBe('behind it');
    expect(seen[0]).toMatchObject({ protocol: caller.protocol, service: 'pipit.test.v1.Probe' });
  });

  test('a message of a megabyte arrives whole, one too large is refused', async () => {
    const client = await open({ say: ({ text }) => ({ text }) }, { bodyLimit: 1_100_000 });
    const text = 'all work and no play '.repeat(50_000);
    expect(await client.say({ text })).toMatchObject({ text });
    const error = await failure(client.say({ text: text + text }));
    expect(error).toMatchObject({ code: Code.ResourceExhausted });
  });

  test('a method without side effects is called', async () => {
    const verbs: string[] = [];
    const client = await open({
      lookUp({ text }, { verb }) {
        verbs.push(verb);
        return { text };
      },
    });
    expect(await client.look_up({ text: 'a+b/c?&=ü' })).toMatchObject({ text: 'a+b/c?&=ü' });
    expect(verbs).toEqual([caller.name.includes('by GET') ? 'GET' : 'POST']);
  });

  test('a business error is a message, and a download its own', async () => {
    const client = await open({
      enter() {
        throw new BusinessError(100, 'Need Login');
      },
      fetch: () => ({ contentType: 'text/plain', data: Buffer.from('file'), status: 404, filename: 'f' }),
    });
    expect(await client.enter({})).toMatchObject({ code: 100, msg: 'Need Login' });
    expect(await client.fetch({})).toMatchObject({ contentType: 'text/plain', status: 404, filename: 'f' });
  });

  test('an error comes with its code, text, details and trailers', async () => {
    const client = await open({
      say(_, context) {
        context.responseTrailers.append('x-tail', 'one');
        throw new TwirpError('failed_precondition', 'erst zahlen, bitte: 5 €, 100%', {
          meta: { left: 'out' },
          details: [anyPack(StringValue, { value: 'a detail' }), anyPack(StringValue, {})],
        });
      },
    });
    const error = await failure(client.say({}));
    expect(error).toMatchObject({
      code: Code.FailedPrecondition,
      rawMessage: 'erst zahlen, bitte: 5 €, 100%',
    });
    expect(error.metadata.get('x-tail')).toBe('one');
    const [detail] = error.details as { type: string; value: Uint8Array }[];
    expect(detail?.type).toBe('google.protobuf.StringValue');
    expect(StringValue.decode(detail?.value ?? new Uint8Array())).toMatchObject({ value: 'a detail' });
    expect(error.details).toHaveLength(2);
  });

  test('every code is the one that it is', async () => {
    const client = await open({
      say({ text }) {
        throw new TwirpError(text as TwirpError['code'], '');
      },
    });
    for (const [text, code] of Object.entries(codes)) {
      expect(await failure(client.say({ text })), text).toMatchObject({ code, rawMessage: '' });
    }
  });

  test('the deadline of the caller is the call’s', async () => {
    const left: number[] = [];
    const client = await open({
      say(_, { deadline = 0 }) {
        left.push(deadline - Date.now());
        return {};
      },
    });
    await client.say({}, { timeoutMs: 3_600_000 });
    expect(left[0]).toBeGreaterThan(1_800_000);
    expect(left[0]).toBeLessThanOrEqual(3_600_001);
  });

  test('the deadline of the server holds', async () => {
    const client = await open({ say: () => new Promise(() => undefined) }, { timeoutMs: 30 });
    expect(await failure(client.say({}))).toMatchObject({ code: Code.DeadlineExceeded });
  });

  test('a caller who goes away is noticed', async () => {
    const begun = signalled();
    const gone = signalled<unknown>();
    const client = await open({
      async say(_, { signal }) {
        signal.addEventListener('abort', () => gone.resolve(signal.reason));
        begun.resolve();
        await gone.promise;
        return {};
      },
    });
    const leaving = new AbortController();
    const call = failure(client.say({}, { signal: leaving.signal }));
    await begun.promise;
    leaving.abort();
    expect(await call).toMatchObject({ code: Code.Canceled });
    expect(await gone.promise).toMatchObject({ code: 'canceled' });
  });

  // JSON is Twirp's too, and the answer the same.
  test.skipIf(caller.name === 'connect-web, Connect with JSON')(
    'what the server does not speak is no call',
    async () => {
      const client = await open({ say: () => ({}) }, { protocols: ['twirp'] });
      expect((await failure(client.say({}))).code).toBeOneOf([
        Code.Unimplemented,
        Code.Internal,
        Code.Unknown,
      ]);
    },
  );
});
