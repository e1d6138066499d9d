import { readFileSync } from 'node:fs';
import { Code, ConnectError } from '@connectrpc/connect';
import { describe, expect, test } from 'vitest';
import { foreignCallers, foreignFeed } from '../../../runtime/test/fixture/foreign-callers.ts';
import { grpcStreamer } from '../../../runtime/test/fixture/grpc-caller.ts';
import { File, Text } from '../../../runtime/test/fixture/probe.twirp.ts';
import {
  StreamingInfo_StreamType,
  type ForwardRequest,
  type ForwardResponseInit,
} from '../../src/protocol/registry.pb.ts';
import type { RequestInfo } from '../../src/server/observer.ts';
import { createTranscoder } from '../../src/transcode/create-transcoder.ts';
import { descriptorSet } from '../transcode/descriptor-set.ts';
import { nextRequest, startFront, until, type FrontRig } from './rig.ts';
import type { ScriptedService } from '../server/connections/scripted-service.ts';

const service = 'pipit.test.v1.Feed';
const { SERVER_STREAMING: streamType } = StreamingInfo_StreamType;
const fixture = (name: string): string =>
  readFileSync(new URL(`../../../runtime/test/fixture/${name}`, import.meta.url), 'utf8');
const descriptors = descriptorSet(
  { 'feed.proto': fixture('feed.proto'), 'probe.proto': fixture('probe.proto') },
  ['feed.proto'],
);
const hello = { text: 'hi', count: 1 };

interface Rig extends FrontRig {
  readonly peer: ScriptedService;
  readonly settled: RequestInfo[];
}

/** A service that reads protobuf only. @param capabilities which it says it has */
async function start(known = true, capabilities = ['streams', 'window', 'cancel']): Promise<Rig> {
  const settled: RequestInfo[] = [];
  const transcoder = known ? createTranscoder(descriptors) : undefined;
  const observer = { requestSettled: (info: RequestInfo) => void settled.push(info) };
  const rig = await startFront({}, { gateway: { transcoder: () => transcoder, observers: [observer] } });
  const peer = await rig.connect({ services: [service], protocolRevision: 1, capabilities });
  return { ...rig, peer, settled };
}

/** Says messages of a stream, in the answer to a request. */
class Stream {
  readonly #peer: ScriptedService;
  readonly #requestId: string;
  #sequence = 0;

  constructor(peer: ScriptedService, { requestId }: ForwardRequest) {
    this.#peer = peer;
    this.#requestId = requestId;
  }

  say(message: Uint8Array, more: ForwardResponseInit = {}, isStreamEnd = false): this {
    const streamingInfo = { streamType, sequenceNumber: this.#sequence++, isStreamEnd };
    this.#peer.respond({
      requestId: this.#requestId,
      statusCode: 200,
      payload: message,
      streamingInfo,
      ...more,
    });
    return this;
  }

  end(more: ForwardResponseInit = {}): void {
    this.say(new Uint8Array(), more, true);
  }
}

/** Answers every request with two messages, of which the second is empty, and perhaps an error. */
function answering(peer: ScriptedService): void {
  peer.onRequest = (request) => {
    const { text } = Text.decode(request.payload);
    const stream = new Stream(peer, request);
    if (text === 'refuse') {
      peer.respond({ requestId: request.requestId, statusCode: 5, errorMessage: 'gone' });
      return;
    }
    if (text !== 'nothing') stream.say(Text.encode({ text, count: 1 }), { headers: { 'x-own': 'a head' } });
    if (text !== 'nothing') stream.say(new Uint8Array());
    const trailers = [{ key: 'x-tail', value: Buffer.from('a tail') }];
    if (text === 'fail') stream.end({ grpcStatus: 9, errorMessage: 'no more', trailers });
    else stream.end({ trailers });
  };
}

async function all(messages: AsyncIterable<object>): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const { $typeName: _, ...message } of messages as AsyncIterable<{ $typeName: string }>) {
    got.push(message);
  }
  return got;
}

const post = (
  { origin }: Rig,
  method: string,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
  signal?: AbortSignal,
): Promise<Response> =>
  fetch(`${origin}/api/${service}/${method}`, { method: 'POST', headers, body, ...(signal && { signal }) });

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const protobuf = { 'content-type': 'application/protobuf' };

describe.each(foreignCallers)('$name', ({ transport, protocol }) => {
  test('gets the messages of a service that speaks protobuf only, its headers and trailers', async () => {
    const rig = await start();
    answering(rig.peer);
    // Their gRPC calls have no prefix that they do not give themselves.
    const { watch } = foreignFeed(transport(protocol === 'grpc' ? rig.origin : `${rig.origin}/api`));
    let headers: Headers | undefined;
    let trailers: Headers | undefined;
    const messages = await all(
      watch(hello, { onHeader: (got) => (headers = got), onTrailer: (got) => (trailers = got) }),
    );
    expect(messages).toMatchObject([hello, { text: '', count: 0 }]);
    expect([headers?.get('x-own'), trailers?.get('x-tail')]).toEqual(['a head', 'a tail']);
    expect(await all(watch({ text: 'nothing' }))).toEqual([]);
    expect(rig.peer.requests[0]).toMatchObject({
      methodPath: `/${service}/Watch`,
      payloadFormat: 0,
      streamingInfo: { streamType },
    });
  });

  test('is told the error that a stream ends with, before a message and behind some', async () => {
    const rig = await start();
    answering(rig.peer);
    const { watch } = foreignFeed(transport(protocol === 'grpc' ? rig.origin : `${rig.origin}/api`));
    const got: unknown[] = [];
    const failing = async (text: string): Promise<ConnectError> => {
      try {
        for await (const message of watch({ text })) got.push(message['text']);
      } catch (error) {
        return ConnectError.from(error);
      }
      throw new Error('it did not fail');
    };
    expect(await failing('refuse')).toMatchObject({ code: Code.NotFound, rawMessage: 'gone' });
    const late = await failing('fail');
    expect(late).toMatchObject({ code: Code.FailedPrecondition, rawMessage: 'no more' });
    expect(late.metadata.get('x-tail')).toBe('a tail');
    expect(got).toEqual(['fail', '']);
    await until(() => rig.settled.length === 2);
    expect(rig.settled.map(({ code }) => code)).toEqual(['not_found', 'failed_precondition']);
  });
});

describe('a caller by Twirp', () => {
  test.for([
    ['JSON', json, JSON.stringify(hello)],
    ['a form', form, 'text=hi&count=1'],
  ] as const)('with %s gets a line a message, as it comes', async ([, headers, body]) => {
    const rig = await start();
    const asked = nextRequest(rig.peer);
    const answer = post(rig, 'Watch', headers, body);
    const stream = new Stream(rig.peer, await asked);
    stream.say(Text.encode(hello));
    const response = await answer;
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe('{"result":{"text":"hi","count":1,"ids":[]}}\n');
    stream.say(new Uint8Array());
    expect((await reader.read()).value).toBe('{"result":{"text":"","count":0,"ids":[]}}\n');
    stream.end({ grpcStatus: 9, errorMessage: 'no more' });
    expect(JSON.parse((await reader.read()).value!)).toMatchObject({
      error: { code: 'failed_precondition', msg: 'no more' },
    });
    expect((await reader.read()).done).toBe(true);
  });

  test('gets events by GET where the method has no side effects', async () => {
    const rig = await start();
    answering(rig.peer);
    const response = await fetch(`${rig.origin}/api/${service}/Follow?text=hi&count=1`, {
      headers: { accept: 'text/event-stream' },
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(await response.text()).toContain('data: {"text":"hi","count":1,"ids":[]}\n\n');
  });

  test('gets a download in parts as one file', async () => {
    const rig = await start();
    rig.peer.onRequest = (request) => {
      new Stream(rig.peer, request)
        .say(File.encode({ contentType: 'text/csv', filename: 'all.csv', data: Buffer.from('a,b\n') }))
        .say(File.encode({ data: Buffer.from('1,2\n') }))
        .end();
    };
    const response = await post(rig, 'Export', json, '{}');
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['text/csv', 'a,b\n1,2\n']);
    expect(response.headers.get('content-disposition')).toContain('all.csv');
  });

  test('with protobuf needs no descriptors', async () => {
    const rig = await start(false);
    answering(rig.peer);
    const response = await post(rig, 'Watch', protobuf, Text.encode(hello).slice());
    expect(response.headers.get('content-type')).toBe('application/connect+proto');
    const body = Buffer.from(await response.arrayBuffer());
    expect(body.readUInt32BE(1)).toBe(Text.encode(hello).length);
  });

  test('is told that a service cannot stream, and which capability it lacks', async () => {
    const rig = await start(true, ['window']);
    const response = await post(rig, 'Watch', json, '{}');
    expect([response.status, await response.json()]).toMatchObject([
      501,
      {
        code: 'unimplemented',
        msg: `${service}/Watch answers with a stream, and the connection of its service has no capability "streams"`,
      },
    ]);
    expect(rig.peer.requests).toEqual([]);
  });
});

test('gRPC needs no descriptors, and its deadline ends a stream', async () => {
  const rig = await start(false);
  const asked = nextRequest(rig.peer);
  const call = grpcStreamer(rig.origin)(`/${service}/Watch`, Text.encode(hello), {
    deadline: Date.now() + 1_500,
  });
  const ended = new Promise<number>((resolve) => {
    call.on('error', (error: Error & { code: number }) => resolve(error.code));
  });
  const got: Buffer[] = [];
  call.on('data', (message: Buffer) => void got.push(message));
  new Stream(rig.peer, await asked).say(Text.encode(hello));
  expect(await ended).toBe(4);
  expect(got).toEqual([Buffer.from(Text.encode(hello))]);
  await until(() => rig.peer.all('cancel').length === 1);
});

test('a caller that leaves ends the stream at its service', async () => {
  const rig = await start();
  const asked = nextRequest(rig.peer);
  const leaving = new AbortController();
  const answer = post(rig, 'Watch', json, '{}', leaving.signal);
  new Stream(rig.peer, await asked).say(Text.encode(hello));
  await answer;
  leaving.abort();
  await until(() => rig.peer.all('cancel').length === 1);
  expect(rig.gateway.admin.stats()).toMatchObject({ inFlight: 0, inFlightBytes: 0 });
  expect(rig.gateway.unread).toMatchObject({ count: 0, bytes: 0 });
});

test('a service that is lost in the middle fails the stream, not the connection of the caller', async () => {
  const rig = await start();
  const asked = nextRequest(rig.peer);
  const answer = post(rig, 'Watch', json, '{}');
  new Stream(rig.peer, await asked).say(Text.encode(hello));
  const response = await answer;
  rig.peer.streams.client.destroy();
  const lines = (await response.text()).trim().split('\n');
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ error: { code: 'unavailable' } });
});

test('a service is acknowledged what a caller takes, and held back where one takes nothing', async () => {
  const rig = await start();
  const asked = nextRequest(rig.peer);
  const answer = post(rig, 'Watch', json, '{}');
  const stream = new Stream(rig.peer, await asked);
  const large = Text.encode({ text: 'x'.repeat(60_000) });
  for (let count = 0; count < 4; count++) stream.say(large);
  stream.end();
  const response = await answer;
  expect((await response.text()).length).toBeGreaterThan(240_000);
  const acknowledged = rig.peer.all('window').reduce((sum, { bytes }) => sum + bytes, 0);
  expect(acknowledged).toBeGreaterThan(0);
  expect(rig.gateway.unread.bytes).toBe(0);
});

test('an answer in one piece is a stream of one message', async () => {
  const rig = await start();
  rig.peer.onRequest = ({ requestId }) =>
    rig.peer.respond({ requestId, statusCode: 200, payload: Text.encode(hello) });
  const response = await post(rig, 'Watch', json, '{}');
  expect(await response.text()).toBe('{"result":{"text":"hi","count":1,"ids":[]}}\n{"end":{}}\n');
});
