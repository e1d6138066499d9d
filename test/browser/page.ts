/**
 * The script of the page under test, as a front end would have it: generated clients, bundled, under a
 * Content-Security-Policy without 'unsafe-eval'. Tests ask for its functions by name; what they return is
 * plain data.
 */
import { hello } from '@pipit/rpc/user/v0/echo.json';
import { BusinessError, TwirpError } from '@pipit/runtime';
import { createClient, unwrap, type ClientOptions } from '@pipit/runtime/client';
import { createJsonClient, unwrap as unwrapJson } from '@pipit/runtime/json-client';
import { watch } from '../../packages/runtime/test/fixture/feed.json.ts';
import { Feed } from '../../packages/runtime/test/fixture/feed.twirp.ts';
import { Probe, type ProbeClient } from '../../packages/runtime/test/fixture/probe.twirp.ts';

/** What a page can tell of an error. */
interface Failure {
  readonly code: string | number;
  readonly msg: string;
  readonly meta?: Readonly<Record<string, string>>;
}

async function failureOf(pending: Promise<unknown>): Promise<Failure> {
  try {
    await pending;
  } catch (error) {
    if (error instanceof TwirpError) return { code: error.code, msg: error.msg, meta: error.meta };
    if (error instanceof BusinessError) return { code: error.code, msg: error.msg };
    throw error;
  }
  throw new Error('the call did not fail');
}

const probe = (options: Partial<ClientOptions> = {}): ProbeClient =>
  createClient(Probe, { baseUrl: '', ...options });
const withCookies: typeof fetch = (input, init) => fetch(input, { ...init, credentials: 'include' });
const path = '/api/pipit.test.v1.Probe';
let controller: AbortController | undefined;

const calls = {
  /** Whether the policy forbids what a careless library would do. */
  async evalIsForbidden(): Promise<boolean> {
    try {
      // oxlint-disable-next-line typescript/no-implied-eval
      return new Function('return false')() as boolean;
    } catch (error) {
      return error instanceof EvalError;
    }
  },
  async say(format: 'json' | 'protobuf', baseUrl = ''): Promise<unknown> {
    let type: string | null = null;
    const onResponse = (response: Response): void => {
      type = response.headers.get('content-type');
    };
    const answer = await probe({ format, baseUrl }).say(
      { text: 'grüße 🐦', count: -1, ids: [1, 2] },
      { onResponse },
    );
    return { type, answer };
  },
  /** The protocol of the connections that calls went over, as ALPN names it. */
  async protocols(): Promise<string[]> {
    const entries = performance.getEntriesByType('resource') as unknown as {
      readonly name: string;
      readonly nextHopProtocol: string;
    }[];
    return entries.filter(({ name }) => name.includes(path)).map(({ nextHopProtocol }) => nextHopProtocol);
  },
  async traceId(baseUrl = ''): Promise<string | null> {
    let id: string | null = null;
    await probe({ baseUrl }).say(
      {},
      { onResponse: (response) => void (id = response.headers.get('x-trace-id')) },
    );
    return id;
  },
  async form(): Promise<unknown> {
    const body = new URLSearchParams([
      ['text', 'a b&ü'],
      ['ids', '1,2'],
      ['ids', '3'],
    ]);
    return (await fetch(`${path}/say`, { method: 'POST', body })).json();
  },
  async get(): Promise<unknown> {
    return (await fetch(`${path}/look_up?text=hi&ids=1,2`)).json();
  },
  async download(format: 'json' | 'protobuf'): Promise<unknown> {
    const { data, ...rest } = await probe({ format }).fetch({ text: 'grüße.bin' });
    return { ...rest, data: Array.from(data) };
  },
  failure: (format: 'json' | 'protobuf'): Promise<Failure> =>
    failureOf(probe({ format }).say({ text: 'fail' })),
  noRoute: (): Promise<Failure> => failureOf(probe({ prefix: '/api/none' }).say({})),
  redirected: (): Promise<Failure> => failureOf(probe({ prefix: '/moved' }).say({})),
  refused: (baseUrl: string): Promise<Failure> => failureOf(probe({ baseUrl }).say({})),
  abortable(): Promise<Failure> {
    controller = new AbortController();
    return failureOf(probe().say({}, { signal: controller.signal }));
  },
  async abort(): Promise<void> {
    controller?.abort();
  },
  late: (timeoutMs: number): Promise<Failure> => failureOf(probe().say({}, { timeoutMs })),
  async enter(format: 'json' | 'protobuf', text: string): Promise<unknown> {
    const entered = probe({ format }).enter({ text });
    return text === '' ? failureOf(entered.then(unwrap)) : unwrap(await entered);
  },
  /** Logs in, then says what cookies the server got with the next call. */
  async cookies(baseUrl: string, sent: boolean): Promise<string> {
    const client = probe({ baseUrl, ...(sent ? { fetch: withCookies } : {}) });
    await client.say({ text: 'log in' });
    return (await client.say({ text: 'cookies' })).text;
  },
  async jsonOnly(message: string): Promise<unknown> {
    const answer = createJsonClient({ baseUrl: '' })(hello, { message });
    return message === '' ? failureOf(answer.then(unwrapJson)) : unwrapJson(await answer);
  },
  /** The counts of a stream up to `last`, where the loop is left. */
  async watch(format: 'json' | 'protobuf' | 'without codecs', last: number): Promise<number[]> {
    const got: number[] = [];
    const messages =
      format === 'without codecs'
        ? createJsonClient({ baseUrl: '' })(watch, {})
        : createClient(Feed, { baseUrl: '', format }).watch({});
    for await (const { count } of messages) {
      got.push(count);
      if (count === last) break;
    }
    return got;
  },
  /** Ids and counts of an EventSource, which comes back by itself, until the end. */
  events: (): Promise<unknown[]> =>
    new Promise((resolve) => {
      const got: unknown[] = [];
      const events = new EventSource('/api/pipit.test.v1.Feed/Follow');
      events.addEventListener('message', ({ lastEventId, data }) => {
        got.push([lastEventId, (JSON.parse(data as string) as { count: number }).count]);
      });
      events.addEventListener('end', () => {
        events.close();
        resolve(got);
      });
    }),
};

export type Calls = typeof calls;
Object.assign(globalThis, { calls });
