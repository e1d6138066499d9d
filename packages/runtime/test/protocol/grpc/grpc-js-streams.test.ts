import type { ClientReadableStream, Metadata, StatusObject } from '@grpc/grpc-js';
import { TwirpError, type ServedService } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { createHandler, createServer } from '@pipit/runtime/node';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { loggerOf } from '../../fixture/at-doors.ts';
import type { Feed } from '../../fixture/feed.twirp.ts';
import { grpcStreamer } from '../../fixture/grpc-caller.ts';
import { closing, listen } from '../../fixture/host-app.ts';
import { listening } from '../../fixture/node-server.ts';
import { Text } from '../../fixture/probe.twirp.ts';
import { signalled, untilStill } from '../../fixture/serve.ts';
import { feed } from '../../stream/doors.ts';

const watch = '/pipit.test.v1.Feed/Watch';
const hi = Text.encode({ text: 'hi' }).slice();

type Options = { readonly shutdownSignal?: AbortSignal };
type Serve = (services: readonly ServedService[], options?: Options) => Promise<string>;

const doors: [name: string, serve: Serve][] = [
  [
    'node',
    async (services, options) => {
      const handler = createHandler({ services, grpcAtRoot: true, log: loggerOf({}), ...options });
      return `http://127.0.0.1:${await listening(createServer(handler))}`;
    },
  ],
  [
    'Fastify',
    async (services, options) => {
      const app = closing(
        fastify({ forceCloseConnections: true, serverFactory: (listener) => createServer(listener) }),
      );
      await app.register(pipit, { services, grpcAtRoot: true, ...options });
      return listen(app);
    },
  ],
];

interface Result {
  readonly texts: string[];
  readonly head: Metadata | undefined;
  readonly status: StatusObject;
}

async function resultOf(stream: ClientReadableStream<Buffer>): Promise<Result> {
  const texts: string[] = [];
  let head: Metadata | undefined;
  // Told by the status too.
  stream.on('error', () => undefined);
  stream.on('metadata', (metadata: Metadata) => (head = metadata));
  stream.on('data', (bytes: Buffer) => texts.push(Text.decode(bytes).text));
  const status = await new Promise<StatusObject>((resolve) => stream.once('status', resolve));
  return { texts, head, status };
}

describe.each(doors)('streams to grpc-js at the %s door', (_, serve) => {
  const open = async (methods: Partial<Feed>, options?: Options): Promise<ReturnType<typeof grpcStreamer>> =>
    grpcStreamer(await serve(feed(methods), options));

  test('have metadata in front and behind', async () => {
    const call = await open({
      async *watch({ text }, { responseHeaders, responseTrailers }) {
        responseHeaders.set('x-head', 'in front');
        for (const each of [text, 'there']) yield { text: each };
        responseTrailers.append('x-tail', 'one');
        responseTrailers.append('x-tail', 'two');
      },
    });
    const { texts, head, status } = await resultOf(call(watch, hi));
    expect(texts).toEqual(['hi', 'there']);
    expect(head?.get('x-head')).toEqual(['in front']);
    expect(status).toMatchObject({ code: 0 });
    expect(status.metadata.get('x-tail').join(', ')).toBe('one, two');
  });

  test.each([0, 2])('have their error behind %i messages', async (count) => {
    const call = await open({
      async *watch() {
        for (let i = 0; i < count; i++) yield { text: `${i}` };
        throw new TwirpError('out_of_range', 'zu groß');
      },
    });
    const { texts, status } = await resultOf(call(watch, hi));
    expect(texts).toHaveLength(count);
    expect(status).toMatchObject({ code: 11, details: 'zu groß' });
  });

  test('end at the deadline of their caller, who tells the handler of it', async () => {
    const ended = signalled<unknown>();
    const call = await open({
      async *watch(_request, { signal, deadline }) {
        yield { text: String(deadline !== undefined) };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended.resolve(signal.reason);
      },
    });
    const { texts, status } = await resultOf(call(watch, hi, { deadline: Date.now() + 300 }));
    expect([texts, status.code]).toEqual([['true'], 4]);
    // Whichever of the two has looked at its clock first.
    expect(((await ended.promise) as TwirpError).code).toBeOneOf(['deadline_exceeded', 'canceled']);
  });

  test('end when their caller cancels', async () => {
    const ended = signalled<unknown>();
    const call = await open({
      async *watch(_request, { signal }) {
        yield { text: 'begun' };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        ended.resolve(signal.reason);
      },
    });
    const stream = call(watch, hi);
    stream.once('data', () => stream.cancel());
    expect((await resultOf(stream)).status.code).toBe(1);
    expect(await ended.promise).toMatchObject({ code: 'canceled' });
  });

  test('end as unavailable when the server shuts down', async () => {
    const closing = new AbortController();
    const call = await open(
      {
        async *watch() {
          yield { text: 'begun' };
          await new Promise(() => undefined);
        },
      },
      { shutdownSignal: closing.signal },
    );
    const stream = call(watch, hi);
    stream.once('data', () => closing.abort());
    expect((await resultOf(stream)).status.code).toBe(14);
  });

  test('wait for a caller who does not read', async () => {
    let yielded = 0;
    const text = 'x'.repeat(10_000);
    const call = await open({
      async *watch() {
        for (; yielded < 4_000; yielded++) yield { text };
      },
    });
    const stream = call(watch, hi);
    // grpc-js holds nothing back before the first read.
    await new Promise<void>((resolve) => {
      stream.once('data', () => {
        stream.pause();
        resolve();
      });
    });
    // Its windows are of 8 MB.
    await untilStill(() => yielded);
    expect(yielded).toBeLessThan(3_000);
    const reading = resultOf(stream);
    stream.resume();
    expect((await reading).texts).toHaveLength(3_999);
  });
});
