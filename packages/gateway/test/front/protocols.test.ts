import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Code, ConnectError } from '@connectrpc/connect';
import { BusinessError, TwirpError } from '@pipit/runtime';
import { createServer } from '@pipit/runtime/node';
import { StringValue } from '@pipit/runtime/google/protobuf/wrappers';
import { anyPack } from '@pipit/runtime/wkt';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  foreignCallers,
  foreignProbe,
  type ForeignCaller,
  type ForeignProbe,
} from '../../../runtime/test/fixture/foreign-callers.ts';
import { Probe } from '../../../runtime/test/fixture/probe.twirp.ts';
import { probe } from '../../../runtime/test/fixture/serve.ts';
import { createFront } from '../../src/front/index.ts';
import { keys, realGateway, service } from '../connector/real-gateway.ts';

/** Probe behind a connector of ours, a gateway and its front; returns the origin of callers. */
async function serve(methods: Partial<Probe>): Promise<string> {
  const { gateway, url } = await realGateway();
  const { connection } = service({ url, services: [Probe.serve(probe(methods))] });
  await connection.ready;
  const server = createServer(createFront({ gateway, keys, access: 'open' }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function open({ transport }: ForeignCaller, methods: Partial<Probe>): Promise<ForeignProbe> {
  return foreignProbe(transport(`${await serve(methods)}/api`));
}

async function failure(call: Promise<unknown>): Promise<ConnectError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof ConnectError) return error;
    throw error;
  }
  throw new Error('the call went well');
}

describe.each(foreignCallers)('$name, through the gateway', (caller) => {
  test('a call goes well, with headers and trailers', async () => {
    const client = await open(caller, {
      say({ text }, { headers, responseHeaders, responseTrailers }) {
        responseHeaders.set('x-head', String(headers['x-asked']));
        responseTrailers.set('x-tail', 'behind it');
        return { text: text.repeat(2) };
      },
    });
    let head: Headers | undefined;
    let tail: Headers | undefined;
    const long = 'ü'.repeat(40_000);
    const answer = await client.say(
      { text: long },
      {
        headers: { 'x-asked': 'yes' },
        onHeader: (headers) => (head = headers),
        onTrailer: (trailers) => (tail = trailers),
      },
    );
    expect(answer).toMatchObject({ text: long + long });
    expect(head?.get('x-head')).toBe('yes');
    expect(tail?.get('x-tail')).toBe('behind it');
  });

  test('a business error is a message, an error has its code, text and details', async () => {
    const client = await open(caller, {
      enter() {
        throw new BusinessError(100, 'Need Login');
      },
      say() {
        throw new TwirpError('out_of_range', 'zu groß', { details: [anyPack(StringValue, { value: 'a' })] });
      },
    });
    expect(await client.enter({})).toMatchObject({ code: 100, msg: 'Need Login' });
    const error = await failure(client.say({}));
    expect(error).toMatchObject({ code: Code.OutOfRange, rawMessage: 'zu groß' });
    expect(error.details).toMatchObject([{ type: 'google.protobuf.StringValue' }]);
  });

  test('the deadline is the caller’s', async () => {
    const client = await open(caller, { say: () => new Promise(() => undefined) });
    expect(await failure(client.say({}, { timeoutMs: 50 }))).toMatchObject({ code: Code.DeadlineExceeded });
  });
});

test.each([
  ['application/proto', 404, 'application/json', '"code":"unimplemented"'],
  ['application/grpc-web', 200, 'application/grpc-web', 'grpc-status: 12'],
  ['application/json', 404, 'application/json', '"code":"bad_route"'],
])('an error of the gateway’s own has the shape of %s', async (type, status, answered, text) => {
  const origin = await serve({});
  const answer = await fetch(`${origin}/api/nowhere`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(5),
  });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([status, answered]);
  expect(await answer.text()).toContain(text);
});
