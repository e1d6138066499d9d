import { invalidArgument } from '@pipit/runtime';
import { createClient } from '@pipit/runtime/client';
import { createProtobufClient, EncodeError, unwrap } from '@pipit/runtime/protobuf-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { pipit } from '@pipit/runtime/fastify';
import { fastify } from 'fastify';
import { watch } from '../fixture/feed.protobuf.ts';
import { Feed } from '../fixture/feed.twirp.ts';
import { enter, fetch, lookUp, say } from '../fixture/probe.protobuf.ts';
import { Probe, type Text } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { serve } from '../fixture/serve.ts';

describe('the client in protobuf that has only the codecs it needs', () => {
  test('sends protobuf, and gives messages with every field', async () => {
    const seen: unknown[] = [];
    const origin = await rawServer(async (request, response) => {
      const body = Buffer.concat(await request.toArray()).toString('hex');
      seen.push([request.method, request.url, request.headers['content-type'], body]);
      response.setHeader('content-type', 'application/protobuf').end(Buffer.from('0a0178', 'hex'));
    });
    const client = createProtobufClient({ baseUrl: origin, prefix: 'twirp' });
    const text: Text = await client(lookUp, { text: 'é' });
    expect(text).toMatchObject({ text: 'x', ids: [] });
    expect(seen).toEqual([
      ['POST', '/twirp/pipit.test.v1.Probe/look_up', 'application/protobuf', '0a02c3a9'],
    ]);
  });

  test('answers as createClient in protobuf does: a message, an envelope with and without data, a download', async () => {
    const file = { contentType: 'text/csv', data: Buffer.from('a,b'), filename: 'ä.csv', status: 201 };
    const answers = [{ data: { text: 'in' } }, {}];
    let entered = 0;
    const baseUrl = await serve({
      say: (request) => request,
      enter: () => answers[Math.floor(entered++ / 2)]!,
      fetch: () => file,
    });
    const whole = createClient(Probe, { baseUrl, format: 'protobuf' });
    const lean = createProtobufClient({ baseUrl });
    const request = { text: 'hi', ids: [1, 2] };
    expect(await lean(say, request)).toEqual(await whole.say(request));
    const envelope = await lean(enter, {});
    expect(unwrap(envelope)).toMatchObject({ text: 'in' });
    expect(envelope).toEqual(await whole.enter({}));
    const empty = await lean(enter, {});
    expect(empty.data).toMatchObject({ text: '' });
    expect(empty).toEqual(await whole.enter({}));
    expect(await lean(fetch, {})).toEqual(await whole.fetch({}));
  });

  test('throws the server’s error, and one for a request that cannot be sent', async () => {
    const client = createProtobufClient({
      baseUrl: await serve({
        say: () => {
          throw invalidArgument('text', 'is rude');
        },
      }),
    });
    await expect(client(say, {})).rejects.toMatchObject({ code: 'invalid_argument', msg: 'text is rude' });
    await expect(client(say, { ids: [1.5] })).rejects.toThrow(EncodeError);
  });

  test('reads a stream', async () => {
    const app = fastify({ forceCloseConnections: true });
    onTestFinished(() => app.close());
    async function* count(): AsyncGenerator<{ text: string }> {
      yield { text: 'one' };
      yield { text: 'two' };
    }
    async function* nothing(): AsyncGenerator<never> {}
    const feed: Feed = { watch: count, follow: count, export: nothing };
    await app.register(pipit, { services: [Feed.serve(feed)] });
    const client = createProtobufClient({ baseUrl: await app.listen({ port: 0 }) });
    const texts: string[] = [];
    for await (const { text } of client(watch, {})) texts.push(text);
    expect(texts).toEqual(['one', 'two']);
  });
});
