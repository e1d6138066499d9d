import { gzipSync } from 'node:zlib';
import { createClient } from '@pipit/runtime/client';
import { createJsonClient } from '@pipit/runtime/json-client';
import { describe, expect, test } from 'vitest';
import { fetch as download, say } from '../fixture/probe.json.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { rawServer } from '../fixture/raw-server.ts';
import { signalled } from '../fixture/serve.ts';

describe('maxResponseBytes', () => {
  const tooLarge = { code: 'resource_exhausted', msg: 'answer exceeds maxResponseBytes: 100' };
  const text = 'x'.repeat(1000);
  const answers: [string, number, Buffer, Record<string, string>][] = [
    ['an answer', 200, Buffer.from(JSON.stringify({ text })), {}],
    ['an error', 500, Buffer.from(JSON.stringify({ code: 'internal', msg: text })), {}],
    [
      'what is small while compressed',
      200,
      gzipSync(JSON.stringify({ text })),
      { 'content-encoding': 'gzip' },
    ],
  ];

  test.each(answers)('bounds %s, in every client', async (_, status, body, headers) => {
    const baseUrl = await rawServer((_request, response) => response.writeHead(status, headers).end(body));
    const options = { baseUrl, maxResponseBytes: 100 };
    for (const format of ['json', 'protobuf'] as const) {
      await expect(createClient(Probe, { ...options, format }).say({})).rejects.toMatchObject(tooLarge);
    }
    await expect(createJsonClient(options)(say, {})).rejects.toMatchObject(tooLarge);
  });

  test('bounds a download', async () => {
    const baseUrl = await rawServer((_request, response) => response.end(text));
    const options = { baseUrl, maxResponseBytes: 100 };
    await expect(createClient(Probe, options).fetch({})).rejects.toMatchObject(tooLarge);
    await expect(createJsonClient(options)(download, {})).rejects.toMatchObject(tooLarge);
    expect(await createJsonClient({ baseUrl, maxResponseBytes: 1000 })(download, {})).toMatchObject({
      data: new TextEncoder().encode(text),
    });
  });

  test('ends the connection of an answer that has no end', async () => {
    const closed = signalled();
    const baseUrl = await rawServer((_request, response) => {
      const write = (): void => void response.write(text);
      response.on('drain', write).on('close', closed.resolve);
      write();
      write();
    });
    const client = createClient(Probe, { baseUrl, maxResponseBytes: 100 });
    await expect(client.say({})).rejects.toMatchObject(tooLarge);
    await closed.promise;
  });

  test('is 64 MiB by default', async () => {
    const chunk = new Uint8Array(1024 * 1024);
    let chunks = 0;
    const stream = (): ReadableStream => new ReadableStream({ pull: (to) => (chunks++, to.enqueue(chunk)) });
    const client = createClient(Probe, { baseUrl: '', fetch: async () => new Response(stream()) });
    await expect(client.fetch({})).rejects.toMatchObject({
      code: 'resource_exhausted',
      msg: 'answer exceeds maxResponseBytes: 67108864',
    });
    expect(chunks).toBeLessThan(70);
  });
});
