import { Code, ConnectError } from '@connectrpc/connect';
import { Any } from '@pipit/runtime/google/protobuf/any';
import { describe, expect, test } from 'vitest';
import { foreignCallers, foreignProbe } from '../../../runtime/test/fixture/foreign-callers.ts';
import { grpcCaller } from '../../../runtime/test/fixture/grpc-caller.ts';
import { frameOf } from '../../../runtime/src/protocol/frame.ts';
import { Entered, File, Text } from '../../../runtime/test/fixture/probe.twirp.ts';
import type { ForwardResponseInit } from '../../src/protocol/registry.pb.ts';
import { createTranscoder } from '../../src/transcode/create-transcoder.ts';
import { probeDescriptors } from './probe-descriptors.ts';
import { startFront, type Answerer, type FrontRig } from './rig.ts';
import type { ScriptedService } from '../server/connections/scripted-service.ts';

const service = 'pipit.test.v1.Probe';
const register = { services: [service] };
const protobuf = { 'content-type': 'application/protobuf' };
const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };
const hi = Text.encode({ text: 'hi', count: 3 });

/** Knows the descriptors, or none. */
async function start(
  answer: Answerer,
  descriptors = true,
): Promise<{ rig: FrontRig; peer: ScriptedService }> {
  const transcoder = descriptors ? createTranscoder(probeDescriptors()) : undefined;
  const rig = await startFront({}, { gateway: { transcoder: () => transcoder } });
  return { rig, peer: await rig.connect(register, answer) };
}

const succeed =
  (payload: Uint8Array, more: ForwardResponseInit = {}): Answerer =>
  () => ({ statusCode: 200, payload, ...more });

function post(
  rig: FrontRig,
  method: string,
  headers: Record<string, string>,
  body: string | Buffer<ArrayBuffer>,
): Promise<Response> {
  return fetch(`${rig.origin}/api/${service}/${method}`, { method: 'POST', headers, body });
}

describe('a service that speaks protobuf only', () => {
  test('gets protobuf as it came, and so does its caller', async () => {
    const { rig, peer } = await start(succeed(hi), false);
    const response = await post(rig, 'say', protobuf, Buffer.from(hi));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/protobuf']);
    expect(Text.decode(new Uint8Array(await response.arrayBuffer()))).toMatchObject({ text: 'hi', count: 3 });
    expect(peer.requests).toMatchObject([
      { methodPath: `/${service}/say`, payload: hi, payloadFormat: 0, verb: '', target: '' },
    ]);
    expect(peer.requests[0]?.headers['content-type']).toBe('application/protobuf');
  });

  test.for([
    ['JSON', json, '{"text":"hi","count":3}'],
    ['a form', form, 'text=hi&count=3'],
  ] as const)('gets %s as protobuf, its caller JSON', async ([, headers, body]) => {
    const { rig, peer } = await start(succeed(hi));
    const response = await post(rig, 'say', headers, body);
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      200,
      'application/json',
      { text: 'hi', count: 3, ids: [] },
    ]);
    expect(peer.requests).toMatchObject([{ payload: hi, methodPath: `/${service}/say` }]);
  });

  test('is asked by GET where its method has no side effects, under its own name', async () => {
    const { rig, peer } = await start(succeed(hi));
    const response = await fetch(`${rig.origin}/api/${service}/LookUp?text=hi&count=3`);
    expect([response.status, await response.json()]).toEqual([200, { text: 'hi', count: 3, ids: [] }]);
    const head = await fetch(`${rig.origin}/api/${service}/look_up`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '32', '']);
    expect(peer.requests).toMatchObject([
      { methodPath: `/${service}/look_up`, payload: hi },
      { methodPath: `/${service}/look_up`, payload: new Uint8Array() },
    ]);
  });

  test('answers a download and an envelope as a service of ours does', async () => {
    const file = File.encode({ contentType: 'text/plain', data: Buffer.from('bytes'), filename: 'a.txt' });
    const entered = Entered.encode({ code: 0, msg: '' });
    const { rig } = await start(({ methodPath }) =>
      succeed(methodPath.endsWith('Fetch') ? file : entered)({} as never),
    );
    const download = await post(rig, 'Fetch', json, '{}');
    expect([
      download.headers.get('content-type'),
      download.headers.get('x-content-type-options'),
      download.headers.get('content-disposition'),
      await download.text(),
    ]).toEqual(['text/plain', 'nosniff', expect.stringContaining('a.txt'), 'bytes']);
    const envelope = await post(rig, 'Enter', json, '{}');
    expect(await envelope.text()).toBe('{"code":0,"msg":"","data":{}}');
  });

  test.for([
    ['say', json, '{"text":1}', 400, 'malformed'],
    ['say', form, 'count=x', 400, 'invalid_argument'],
    ['say', { 'content-type': 'text/plain' }, 'x', 404, 'bad_route'],
    ['nothing', json, '{}', 404, 'bad_route'],
    ['say', { ...json, 'content-encoding': 'gzip' }, '{}', 501, 'unimplemented'],
  ] as const)('never sees what is wrong: %s, %o', async ([method, headers, body, status, code]) => {
    const { rig, peer } = await start(succeed(hi));
    const response = await post(rig, method, { ...headers }, body);
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
    expect(response.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
    expect(peer.requests).toEqual([]);
  });

  test.for(['GET', 'PUT'])('has no method that can be asked by %s otherwise', async (method) => {
    const { rig } = await start(succeed(hi));
    const response = await fetch(`${rig.origin}/api/${service}/say`, { method });
    expect([response.status, await response.json()]).toEqual([
      404,
      {
        code: 'bad_route',
        msg: `unsupported method "${method}" (only POST is allowed)`,
        meta: { twirp_invalid_route: `${method} /api/${service}/say` },
      },
    ]);
  });

  test('takes no JSON where nobody knows its messages, and says what to do', async () => {
    const { rig } = await start(succeed(hi), false);
    const response = await post(rig, 'say', json, '{}');
    expect([response.status, await response.json()]).toEqual([
      501,
      {
        code: 'unimplemented',
        msg: `${service} takes protobuf only, and the gateway does not know its messages: send application/protobuf, or give the gateway its descriptors`,
      },
    ]);
  });

  test.for([
    [{ statusCode: 0, errorMessage: 'broken' }, 500, 'unknown', 'broken'],
    [{ statusCode: 12, errorMessage: 'not yet' }, 501, 'unimplemented', 'not yet'],
    [{ statusCode: 404, errorMessage: 'none' }, 404, 'not_found', 'none'],
    [{ statusCode: 429, errorMessage: 'slowly' }, 429, 'resource_exhausted', 'slowly'],
    [{ statusCode: 999 }, 500, 'unknown', 'the service answered status 999'],
    [{ statusCode: 200, grpcStatus: 7, errorMessage: 'no' }, 403, 'permission_denied', 'no'],
  ] as const)('fails with %o, and its caller gets an error of Twirp', async ([answer, status, code, msg]) => {
    const { rig } = await start(() => ({
      ...answer,
      headers: { 'x-why': 'because', 'content-type': 'text/x' },
    }));
    const response = await post(rig, 'say', json, '{}');
    expect([response.status, response.headers.get('content-type'), await response.json()]).toEqual([
      status,
      'application/json',
      { code, msg },
    ]);
    expect(response.headers.get('x-why')).toBe('because');
  });

  test('answers what is no message of its kind: internal', async () => {
    const { rig } = await start(succeed(Buffer.from([0x0a, 0xff])));
    const response = await post(rig, 'say', json, '{}');
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([500, 'internal']);
  });

  test('answers in chunks, and its caller gets JSON of the whole', async () => {
    const text = 'x'.repeat(100_000);
    const whole = Text.encode({ text });
    const rig = await startFront({}, { gateway: { transcoder: () => createTranscoder(probeDescriptors()) } });
    const capable = { ...register, protocolRevision: 1, capabilities: ['chunks'] };
    const peer = await rig.connect(capable);
    peer.onRequest = ({ requestId }) => {
      for (const [index, from] of [0, 60_000].entries()) {
        peer.respond({
          requestId,
          payload: whole.subarray(from, from + 60_000),
          responseStreamInfo: { isStreamed: true, chunkIndex: index, isFinalChunk: index === 1 },
        });
      }
    };
    const response = await post(rig, 'say', json, '{}');
    expect(await response.json()).toEqual({ text, count: 0, ids: [] });
  });
});

/** Of a service in any language, which has trailers and speaks no HTTP. */
const foreign = { ...register, protocolRevision: 1 };

describe.each(foreignCallers)('$name of a service that speaks protobuf only', ({ protocol, transport }) => {
  test('has its call taken out of its frames, and the answer put into them', async () => {
    const rig = await startFront({}, { gateway: { transcoder: () => createTranscoder(probeDescriptors()) } });
    const text = '\u00fc'.repeat(40_000);
    const peer = await rig.connect(foreign, ({ payload }) => ({
      statusCode: 200,
      payload,
      headers: { 'x-head': 'in front' },
      trailers: [{ key: 'x-tail', value: Buffer.from('behind it') }],
    }));
    let head: Headers | undefined;
    let tail: Headers | undefined;
    const client = foreignProbe(transport(`${rig.origin}/api`));
    const options = {
      headers: { 'x-asked': 'yes' },
      onHeader: (headers: Headers) => (head = headers),
      onTrailer: (trailers: Headers) => (tail = trailers),
    };
    expect(await client.say({ text, count: 3 }, options)).toMatchObject({ text, count: 3 });
    expect([head?.get('x-head'), tail?.get('x-tail')]).toEqual(['in front', 'behind it']);
    expect(await client.look_up({ text: 'hi' })).toMatchObject({ text: 'hi' });
    const [said, looked] = peer.requests;
    expect(Text.decode(said!.payload)).toMatchObject({ text, count: 3 });
    expect([said?.methodPath, looked?.methodPath]).toEqual([`/${service}/say`, `/${service}/look_up`]);
    expect(said?.headers).toMatchObject({ 'x-asked': 'yes', 'content-type': 'application/protobuf' });
    expect(Object.keys(said!.headers).filter((name) => /^(?:grpc|connect|content-e)/.test(name))).toEqual([]);
  });

  test('gets its error, with details and trailers', async () => {
    const detail = Any.encode({ typeUrl: 'type.googleapis.com/a.B', value: Uint8Array.of(8, 1) });
    const rig = await startFront();
    await rig.connect(foreign, () => ({
      grpcStatus: 11,
      errorMessage: 'zu gro\u00df',
      headers: { 'x-head': 'in front' },
      trailers: [
        { key: 'x-tail', value: Buffer.from('behind it') },
        { key: 'grpc-status-details-bin', value: Buffer.from([8, 11, 0x1a, detail.length, ...detail]) },
      ],
    }));
    const client = foreignProbe(transport(`${rig.origin}/api`));
    // Without descriptors there is protobuf alone.
    const thrown = await client.enter({}).catch((error: unknown) => ConnectError.from(error));
    const { code, rawMessage, details, metadata } = thrown as ConnectError;
    if (code === Code.Unimplemented) {
      expect(rawMessage).toContain('the gateway does not know its messages');
      return;
    }
    expect([code, rawMessage]).toEqual([Code.OutOfRange, 'zu gro\u00df']);
    expect(details).toMatchObject([{ type: 'a.B', value: Uint8Array.of(8, 1) }]);
    // Where an answer has no trailers, headers stand for them.
    const tail = protocol === 'connect' ? 'trailer-x-tail' : 'x-tail';
    expect([metadata.get('x-head'), metadata.get('x-tail') ?? metadata.get(tail)]).toEqual([
      'in front',
      'behind it',
    ]);
  });
});

describe('what is wrong with a call by another protocol is said in that', () => {
  test.for([
    ['application/proto', 'PUT', '', 405, 'PUT does not call this method'],
    ['application/connect+proto', 'POST', frameOf(0, hi), 415, 'is not supported'],
    ['application/grpc-web', 'POST', '', 200, 'grpc-status: 12'],
    ['application/grpc-web', 'POST', frameOf(1, hi), 200, 'grpc-status: 13'],
    ['application/grpc-web', 'POST', frameOf(0, Buffer.alloc(1_001)), 200, 'grpc-status: 8'],
    ['application/proto', 'POST', Buffer.alloc(1_001), 429, 'resource_exhausted'],
  ] as const)('%s by %s: %#', async ([type, method, body, status, text]) => {
    const rig = await startFront({ bodyLimit: 1_000 });
    const peer = await rig.connect(foreign, succeed(hi));
    const init = { method, headers: { 'content-type': type }, body: Buffer.from(body) };
    const response = await fetch(`${rig.origin}/api/${service}/say`, init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(text)]);
    expect(peer.requests).toEqual([]);
  });

  test('a method that there is not, by gRPC', async () => {
    const { rig } = await start(succeed(hi));
    const { status } = await grpcCaller(rig.origin)(`/${service}/Nothing`, hi);
    expect(status.code).toBe(12);
  });
});

test('GET of a service whose messages are not known is told what is missing, not to POST', async () => {
  const { rig } = await start(succeed(hi), false);
  const response = await fetch(`${rig.origin}/api/${service}/Get?text=hi`);
  expect([response.status, await response.json()]).toEqual([
    501,
    { code: 'unimplemented', msg: expect.stringContaining('give the gateway its descriptors') as string },
  ]);
});
