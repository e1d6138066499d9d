import { once } from 'node:events';
import { BusinessError, notFound, type Context } from '@pipit/runtime';
import type { Echo } from '@pipit/rpc/user/v0/echo.twirp';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { IncomingRequest } from '../../packages/gateway/src/server/requests/incoming-request.ts';
import type {
  PeerAnswer,
  RequestFailure,
  RequestHandle,
  Sink,
} from '../../packages/gateway/src/server/requests/sink.ts';
import { NatsServer } from './nats-server.ts';
import { networks, type Join } from './networks.ts';
import { busPair, gatewayPair, type Pair } from './pairs.ts';
import { waiting } from './gateways.ts';

let nats: NatsServer;
beforeAll(async () => {
  nats = await NatsServer.start('max_payload: 200000');
});
afterAll(() => nats.close());

const pairs: [string, (join: Join) => Promise<Pair>][] = [
  ['two buses', busPair],
  ['two gateways', gatewayPair],
];
const kinds = networks(() => nats.url).flatMap(([network, make]) =>
  pairs.map(([name, pair]) => ({ name: `${name} on ${network}`, start: () => pair(make()) })),
);

// A gateway has to do over a bus what the bus does by itself, whatever carries it.
describe.each(kinds)('$name', ({ start }) => {
  let pair: Pair;
  beforeEach(async () => {
    pair = await start();
    return () => pair.close();
  });

  test('a request is answered as its service does', async () => {
    const seen: Context[] = [];
    await pair.serve((request, context) => {
      seen.push(context);
      context.responseHeaders.set('x-shop', 'open');
      return { data: { message: `Hello, ${request.message}!` } };
    });
    const { status, headers, text } = await ask(pair, 'cluster').outcome;
    expect([status, headers['x-shop'], JSON.parse(text)]).toMatchObject([
      200,
      'open',
      { data: { message: 'Hello, cluster!' } },
    ]);
    expect(seen).toMatchObject([{ verb: 'POST', path: '/api/user.v0.Echo/Hello', headers: { 'x-a': 'b' } }]);
  });

  test('an error comes with its code, its meta and its message', async () => {
    await pair.serve(() => {
      throw notFound('no such shop', { meta: { id: '1' } });
    });
    const { status, text } = await ask(pair, 'x').outcome;
    expect([status, JSON.parse(text)]).toEqual([
      404,
      { code: 'not_found', msg: 'no such shop', meta: { id: '1' } },
    ]);
  });

  test('an error in an envelope is an answer', async () => {
    await pair.serve(() => {
      throw new BusinessError(100, 'Say something');
    });
    const { status, text } = await ask(pair, '').outcome;
    expect([status, JSON.parse(text)]).toMatchObject([200, { code: 100, msg: 'Say something' }]);
  });

  test('a hundred at once have each their own answer', async () => {
    await pair.serve(({ message }) => ({ data: { message } }));
    const names = Array.from({ length: 100 }, (_, i) => `name-${i}`);
    const outcomes = await Promise.all(names.map((name) => ask(pair, name).outcome));
    expect(outcomes.map(({ text }) => messageOf(text))).toEqual(names);
  });

  test('a body and an answer of 3 MB, which no message of the network takes, come whole', async () => {
    await pair.serve(({ message }) => ({ data: { message } }));
    const large = 'abcdefghij'.repeat(300_000);
    const { status, text } = await ask(pair, large).outcome;
    expect([status, messageOf(text) === large]).toEqual([200, true]);
  });

  test('a caller that goes away is gone for the handler too', async () => {
    const signals: AbortSignal[] = [];
    await pair.serve(async (_, { signal }) => {
      signals.push(signal);
      await once(signal, 'abort');
      return {};
    });
    // Longer than the test waits: its end would tell the handler, too.
    const { handle } = ask(pair, 'x', 60_000);
    await vi.waitFor(() => expect(signals.length).toBe(1), waiting);
    handle.cancel();
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true), waiting);
  });

  test("a handler is told when its caller's time is over", async () => {
    const signals: AbortSignal[] = [];
    await pair.serve(async (_, { signal }) => {
      signals.push(signal);
      await once(signal, 'abort');
      return {};
    });
    ask(pair, 'x', 300);
    await vi.waitFor(() => expect(signals.map(({ aborted }) => aborted)).toEqual([true]), waiting);
  });

  test('a service that goes is not asked any more, and is when it comes back', async () => {
    const begun: string[] = [];
    const hello: Echo['hello'] = ({ message }) => {
      begun.push(message);
      return {};
    };
    const stop = await pair.serve(hello);
    await ask(pair, 'one').outcome;
    await stop();
    expect(pair.ask(requestOf('two'), new Asked())).toBeUndefined();
    await pair.serve(hello);
    await ask(pair, 'three').outcome;
    expect(begun).toEqual(['one', 'three']);
  });

  test('events come to the other end', async () => {
    const heard: string[] = [];
    pair.subscribe('shop.opened', (payload) => heard.push(Buffer.from(payload).toString()));
    await vi.waitFor(() => {
      pair.publish('shop.closed', Buffer.from('not this'));
      pair.publish('shop.opened', Buffer.from('hello'));
      expect(heard).toContain('hello');
    }, waiting);
    expect(new Set(heard)).toEqual(new Set(['hello']));
  });
});

interface Outcome {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A caller's sink, which has the whole answer in the end. */
class Asked implements Sink {
  readonly outcome: Promise<Outcome>;
  #resolve: (outcome: Outcome) => void = () => undefined;
  #reject: (error: Error) => void = () => undefined;

  constructor() {
    this.outcome = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // A test that cancels does not look at it.
    this.outcome.catch(() => undefined);
  }

  answered({ head, rest }: PeerAnswer): void {
    const parts = [head.payload];
    const done = (): void =>
      this.#resolve({
        status: head.statusCode,
        headers: head.headers,
        text: Buffer.concat(parts).toString(),
      });
    if (rest === undefined) {
      done();
      return;
    }
    rest.read({
      chunk(bytes, last) {
        parts.push(Buffer.from(bytes));
        rest.consumed(bytes.length);
        if (last) done();
      },
      broken: ({ error }) => this.#reject(error),
    });
    rest.consumed(head.payload.length);
  }

  failed({ error }: RequestFailure): void {
    this.#reject(error);
  }
}

function ask(
  pair: Pair,
  message: string,
  timeout?: number,
): { handle: RequestHandle; outcome: Promise<Outcome> } {
  const asked = new Asked();
  const handle = pair.ask(requestOf(message, timeout), asked);
  if (handle === undefined) throw new Error('nobody was asked');
  onTestFinished(() => handle.cancel());
  return { handle, outcome: asked.outcome };
}

function requestOf(message: string, timeout = 5_000): IncomingRequest {
  const body = Buffer.from(JSON.stringify({ message }));
  return {
    service: 'user.v0.Echo',
    method: 'Hello',
    caller: '192.0.2.1',
    keyId: undefined,
    keyLimit: undefined,
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    timeout,
    safe: false,
    dialect: 'http',
    verb: 'POST',
    target: '/api/user.v0.Echo/Hello',
    prefix: '/api',
    headers: { 'content-type': 'application/json', 'content-length': String(body.length), 'x-a': 'b' },
    metadata: [],
    body,
  };
}

function messageOf(text: string): string {
  return (JSON.parse(text) as { readonly data: { readonly message: string } }).data.message;
}
