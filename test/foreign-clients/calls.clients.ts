import { TwirpError, type Context } from '@pipit/runtime';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { anyPack } from '@pipit/runtime/wkt';
import { describe, expect, test } from 'vitest';
import { Feed } from '../../packages/runtime/test/fixture/feed.twirp.ts';
import { Probe } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { probe, signalled } from '../../packages/runtime/test/fixture/serve.ts';
import { feed } from '../../packages/runtime/test/stream/doors.ts';
import { doors } from './doors.ts';
import type { ForeignCall, ForeignClient, ForeignReply } from './foreign-client.ts';
import { grpcWebClients } from './grpc-web.ts';
import { grpcioClients } from './grpcio.ts';

const FAILED_PRECONDITION = 9;
const DEADLINE_EXCEEDED = 4;
const CANCELLED = 1;

const cases = doors.flatMap(([door, open]) =>
  [...grpcWebClients, ...grpcioClients].map((client) => ({ door, open, client, name: client.name })),
);

type Asked = Partial<Omit<ForeignCall, 'origin' | 'path'>>;

const say = (client: ForeignClient, origin: string, asked: Asked = {}): Promise<ForeignReply> =>
  client.call({ text: '', isStream: false, ...asked, origin, path: `/${Probe.typeName}/say` });

const watch = (client: ForeignClient, origin: string, asked: Asked = {}): Promise<ForeignReply> =>
  client.call({ text: '', isStream: true, ...asked, origin, path: `/${Feed.typeName}/Watch` });

/** What `context` says when its caller has left. */
const left = ({ signal }: Context): Promise<unknown> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(signal.reason)));

function fail(context: Context): never {
  context.responseTrailers.set('x-tail', 'behind it');
  throw new TwirpError('failed_precondition', 'erst zahlen: 5 €, 100%', {
    details: [anyPack(StringValue, { value: 'a detail' })],
  });
}

/** google.rpc.Status in base64, which grpcio and grpc-web leave to their callers: its bytes hold the detail's. */
function expectDetails({ metadata }: ForeignReply): void {
  const status = Buffer.from(metadata['grpc-status-details-bin'] ?? '', 'base64').toString('latin1');
  expect(status).toContain('type.googleapis.com/google.protobuf.StringValue');
  expect(status).toContain('a detail');
}

describe.each(cases)('$name, at the $door', ({ client, open }) => {
  test('a call goes well, with headers and trailers both ways', async () => {
    const seen: Context[] = [];
    const methods = probe({
      say({ text }, context) {
        seen.push(context);
        context.responseHeaders.set('x-head', String(context.headers['x-asked']));
        context.responseTrailers.set('x-tail', 'behind it');
        return { text: text.toUpperCase(), count: 7 };
      },
    });
    const origin = await open([Probe.serve(methods)]);
    const text = 'grüß dich '.repeat(5_000);
    const reply = await say(client, origin, { text, metadata: { 'x-asked': 'yes' } });
    expect(reply).toMatchObject({ code: 0, messages: [{ text: text.toUpperCase(), count: 7 }] });
    expect(reply.metadata).toMatchObject({ 'x-head': 'yes', 'x-tail': 'behind it' });
    expect(seen[0]).toMatchObject({ protocol: client.protocol });
  });

  test('an error comes with its code, text, details and trailers', async () => {
    const origin = await open([Probe.serve(probe({ say: (_, context) => fail(context) }))]);
    const reply = await say(client, origin);
    expect(reply).toMatchObject({ code: FAILED_PRECONDITION, message: 'erst zahlen: 5 €, 100%' });
    expect(reply.metadata).toMatchObject({ 'x-tail': 'behind it' });
    expectDetails(reply);
  });

  test('the deadline of the caller holds', async () => {
    const seen = signalled<number | undefined>();
    const methods = probe({
      async say(_, context) {
        seen.resolve(context.deadline);
        await left(context);
        return {};
      },
    });
    const origin = await open([Probe.serve(methods)]);
    const before = Date.now();
    expect(await say(client, origin, { timeoutMs: 2_000 })).toMatchObject({ code: DEADLINE_EXCEEDED });
    expect(await seen.promise).toBeLessThan(before + 20_000);
  });

  test('a caller who cancels is noticed', async () => {
    const leaving = new AbortController();
    const gone = signalled<unknown>();
    const methods = probe({
      async say(_, context) {
        const leave = left(context);
        leaving.abort();
        gone.resolve(await leave);
        return {};
      },
    });
    const origin = await open([Probe.serve(methods)]);
    expect(await say(client, origin, { signal: leaving.signal })).toMatchObject({ code: CANCELLED });
    expect(await gone.promise).toMatchObject({ code: 'canceled' });
  });
});

// Google's client does not read streams in its binary format.
const streams = cases.filter(({ name }) => name !== 'grpc-web in binary');

describe.each(streams)('a stream to $name, at the $door', ({ client, open }) => {
  test('comes message by message, with trailers behind', async () => {
    const methods = feed({
      async *watch({ text }, { responseHeaders, responseTrailers }) {
        responseHeaders.set('x-head', 'in front');
        yield { text, count: 1 };
        await new Promise(setImmediate);
        yield { text: 'x'.repeat(200_000), count: 2 };
        responseTrailers.set('x-tail', 'behind it');
      },
    });
    const reply = await watch(client, await open(methods), { text: 'grüß dich' });
    expect(reply.code).toBe(0);
    expect(reply.messages).toMatchObject([
      { text: 'grüß dich', count: 1 },
      { text: 'x'.repeat(200_000), count: 2 },
    ]);
    expect(reply.metadata).toMatchObject({ 'x-head': 'in front', 'x-tail': 'behind it' });
  });

  test.each([0, 2])('ends with its error, details and trailers, behind %i messages', async (count) => {
    const methods = feed({
      async *watch(_, context) {
        for (let i = 0; i < count; i++) yield { count: i };
        fail(context);
      },
    });
    const reply = await watch(client, await open(methods));
    expect(reply).toMatchObject({ code: FAILED_PRECONDITION, message: 'erst zahlen: 5 €, 100%' });
    expect(reply.messages).toHaveLength(count);
    expect(reply.metadata).toMatchObject({ 'x-tail': 'behind it' });
    expectDetails(reply);
  });

  test('ends the handler when its caller cancels', async () => {
    const leaving = new AbortController();
    const gone = signalled<unknown>();
    const methods = feed({
      async *watch(_, context) {
        const leave = left(context);
        try {
          yield { count: 1 };
          leaving.abort();
          await leave;
        } finally {
          gone.resolve(context.signal.reason);
        }
      },
    });
    const reply = await watch(client, await open(methods), { signal: leaving.signal });
    expect(reply).toMatchObject({ code: CANCELLED });
    expect(await gone.promise).toMatchObject({ code: 'canceled' });
  });
});
