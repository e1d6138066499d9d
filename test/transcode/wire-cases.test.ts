import { TwirpError } from '@pipit/runtime';
import {
  bareMessage,
  conditional,
  errorBody,
  type HttpRequest,
  type HttpResponse,
  errorStatus,
  invoke,
  pathOf,
  type Protocol,
  queryOf,
  rpcConfig,
  unaryTwirp,
} from '@pipit/runtime/door';
import { describe, expect, test } from 'vitest';
import type { Call } from '../cases/call.ts';
import { type Put, puts, serverOf } from './puts.ts';

/** What a caller sees. */
interface Seen {
  readonly status: number;
  readonly contentType: string;
  readonly headers: readonly (readonly [name: string, values: string])[];
  readonly body: string;
}

test('there are cases to compare', () => {
  expect(puts.flatMap(([, cases]) => cases).length).toBeGreaterThan(500);
});

describe.each(puts)('%s', (_, cases) => {
  test.each(cases)('$name', async (put) => {
    expect(await transcoded(put)).toEqual(await direct(put));
  });
});

/** The service's own runtime answers the caller. */
async function direct({ call, server }: Put): Promise<Seen> {
  return seen(await ask(server, call, unaryTwirp));
}

/** The service is asked and answers in protobuf, as one that knows nothing else. */
async function transcoded({ call, server, method, codec }: Put): Promise<Seen> {
  try {
    const body = Buffer.from(
      method.toProtobuf(codec, call.body, {
        query: queryOf(call.target),
        contentType: call.headers.find(([name]) => /^content-type$/i.test(name))?.[1],
      }),
    );
    const headers = call.headers.filter(([name]) => name.toLowerCase() !== 'content-type');
    const target = pathOf(call.target);
    const protobuf: Call = {
      ...call,
      verb: 'POST',
      target,
      headers: [...headers, ['content-type', 'application/protobuf']],
      body,
    };
    const answer = await ask(server, protobuf, bareMessage);
    if (answer.error !== undefined) return failed(seen(answer).headers, answer.error);
    const asked = call.headers.map(([name, value]) => [name.toLowerCase(), value] as const);
    const {
      status,
      contentType,
      headers: own,
      body: bytes,
    } = conditional(
      method.toHttp(codec, answer.body),
      { verb: call.verb, headers: Object.fromEntries(asked) },
      { etag: undefined, lastModified: undefined },
    );
    const others = seen(answer).headers;
    return { status, contentType, headers: [...others, ...own], body: latin1(bytes) };
  } catch (error) {
    if (!(error instanceof TwirpError)) throw error;
    return failed([], error);
  }
}

function failed(headers: Seen['headers'], error: TwirpError): Seen {
  const body = latin1(errorBody(error));
  return { status: errorStatus(error), contentType: 'application/json', headers, body };
}

type Response = HttpResponse<Uint8Array>;

function ask(
  server: string,
  { verb, target, headers, body }: Call,
  protocol: Protocol<Response>,
): Promise<Response> {
  const silent = (): void => undefined;
  const request: HttpRequest = {
    verb,
    target,
    // Of two under one name the first counts.
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]).toReversed()),
    bodyLimit: 4 * 1024 * 1024,
    peer: '127.0.0.1',
    log: { info: silent, warn: silent, error: silent, debug: silent },
    readBody: (done) => done(body),
    onDisconnect: () => silent,
  };
  const config = rpcConfig(serverOf(server));
  return new Promise((resolve) => invoke(config, request, protocol, resolve));
}

function seen({ status, contentType, headers, body }: Response): Seen {
  const pairs = [...(headers ?? [])].map(({ name, values }) => [name, values.join()] as const);
  return { status, contentType, headers: pairs, body: latin1(body) };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}
