import { createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { buffer, text } from 'node:stream/consumers';
import { createServer } from '@pipit/runtime/node';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { fetchResponse, type Answered } from '../../src/server/fetch/fetch-response.ts';
import type { HttpResponse } from '../../src/protocol/http-response.ts';
import type { Logger } from '../../src/rpc/logger.ts';
import { sendResponse } from '../../src/server/fastify/send-response.ts';
import { writeResponse } from '../../src/server/node/write-response.ts';
import { closing, listen } from '../fixture/host-app.ts';
import { http2Session, listening } from '../fixture/node-server.ts';
import { signalled } from '../fixture/serve.ts';

const nothing = (): void => undefined;
const silent: Logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const writing = { log: silent, stallTimeout: 0 };

function chunked(
  body: AsyncIterable<Uint8Array>,
  more: Partial<Pick<HttpResponse, 'trailers' | 'afterWrite'>> = {},
): HttpResponse {
  const common = {
    status: 200,
    contentType: 'text/plain',
    traceId: 't',
    headers: undefined,
    error: undefined,
  };
  return { ...common, body, trailers: undefined, afterWrite: undefined, ...more };
}

async function* pieces(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const piece of texts) yield Buffer.from(piece);
}

/** Pieces of 64 KiB without end; `made` counts them, `closed` is called when nobody wants any more. */
async function* endless(count: { made: number }, closed: () => void): AsyncGenerator<Uint8Array> {
  try {
    for (; ; count.made++) yield new Uint8Array(64 * 1024);
  } finally {
    closed();
  }
}

/** An origin that answers every request with what `make` makes. */
const doors: [name: string, serve: (make: () => HttpResponse) => Promise<string>][] = [
  [
    'node',
    async (make) => {
      const server = createHttpServer((_, response) => writeResponse(response, make(), writing));
      return `http://127.0.0.1:${await listening(server)}`;
    },
  ],
  [
    'Fastify',
    async (make) => {
      const app = closing(fastify({ forceCloseConnections: true }));
      app.get('/', (_, reply) => sendResponse(reply, make()));
      return listen(app);
    },
  ],
];

const open = (origin: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(origin, resolve).once('error', reject));

describe.each(doors)('a body in chunks through the %s door', (_, serve) => {
  test('arrives whole, with its trailers behind it', async () => {
    const { promise: written, resolve: afterWrite } = signalled<boolean>();
    let ended = false;
    async function* body(): AsyncGenerator<Uint8Array> {
      yield* pieces('one ', 'two');
      ended = true;
    }
    const trailers = (): Record<string, string> => ({ 'x-ended': String(ended) });
    const response = await open(await serve(() => chunked(body(), { trailers, afterWrite })));
    expect(response.headers).toMatchObject({ 'content-type': 'text/plain', 'x-trace-id': 't' });
    expect(response.headers['content-length']).toBeUndefined();
    expect(await text(response)).toBe('one two');
    expect(response.trailers).toEqual({ 'x-ended': 'true' });
    await written;
  });

  test('is asked for no faster than the caller reads, and no more once the caller is gone', async () => {
    const count = { made: 0 };
    const { promise: closed, resolve } = signalled();
    const response = await open(await serve(() => chunked(endless(count, resolve))));
    response.pause();
    // Sockets on both sides take some megabytes; a body nobody held back would take gigabytes in the time of a turn of
    // the event loop, and never let it turn.
    await new Promise((next) => setImmediate(next));
    expect(count.made).toBeLessThan(1_000);
    response.destroy();
    await closed;
  });

  test('that breaks off does not pass for a whole one', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one');
      throw new Error('the source is gone');
    }
    const response = await open(await serve(() => chunked(broken())));
    await expect(buffer(response)).rejects.toThrow('aborted');
  });
});

test('a body in chunks has its trailers over HTTP/2', async () => {
  const trailers = (): Record<string, string> => ({ 'grpc-status': '0' });
  const server = createServer((_: never, response: never) =>
    writeResponse(response, chunked(pieces('one ', 'two'), { trailers }), writing),
  );
  const stream = http2Session(`http://127.0.0.1:${await listening(server)}`).request({ ':path': '/' });
  const behind = new Promise((resolve) => stream.once('trailers', resolve));
  expect(await text(stream)).toBe('one two');
  expect(await behind).toMatchObject({ 'grpc-status': '0' });
});

describe('a body in chunks through the in-process door', () => {
  const answered = (signal = new AbortController().signal, lose = nothing): Answered => {
    return { verb: 'POST', signal, log: silent, lose };
  };

  test('is a stream, and the call is over when that is read', async () => {
    let isOver = false;
    const { promise: written, resolve } = signalled();
    const afterWrite = (): void => {
      isOver = true;
      resolve();
    };
    const response = fetchResponse(chunked(pieces('one ', 'two'), { afterWrite }), answered());
    expect(isOver).toBe(false);
    expect(await response.text()).toBe('one two');
    await written;
  });

  test('ends with its source when the caller cancels', async () => {
    const { promise: closed, resolve } = signalled();
    const controller = new AbortController();
    const response = fetchResponse(chunked(endless({ made: 0 }, resolve)), answered(controller.signal));
    const reader = response.body?.getReader();
    await reader?.read();
    controller.abort();
    await closed;
    await expect(reader?.read().then(() => reader.closed)).rejects.toThrow();
  });

  test('ends with its source, and the call hears of it, when the reader cancels', async () => {
    const [closed, lost, written] = [signalled(), signalled(), signalled<boolean>()];
    const body = chunked(endless({ made: 0 }, closed.resolve), { afterWrite: written.resolve });
    const response = fetchResponse(body, answered(undefined, lost.resolve));
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await Promise.all([closed.promise, lost.promise]);
    expect(await written.promise).toBe(false);
  });

  test('makes no chunk that nobody reads', async () => {
    const count = { made: 0 };
    const reader = fetchResponse(chunked(endless(count, nothing)), answered()).body?.getReader();
    for (let read = 0; read < 3; read++) await reader?.read();
    expect(count.made).toBe(2);
  });

  test('breaks off where its source fails', async () => {
    const { promise: written, resolve: afterWrite } = signalled<boolean>();
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* pieces('half');
      throw new Error('the disk is gone');
    }
    const lines: string[] = [];
    const log = { ...silent, error: (_fields: object, text: string) => void lines.push(text) };
    const response = fetchResponse(chunked(broken(), { afterWrite }), { ...answered(), log });
    await expect(response.text()).rejects.toThrow('the disk is gone');
    expect(await written).toBe(false);
    expect(lines).toEqual(['the answer broke off: the disk is gone']);
  });
});
