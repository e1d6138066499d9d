import { Agent, createServer, request } from 'node:http';
import { BusinessError, serviceType, TwirpError } from '@pipit/runtime';
import { pipit } from '@pipit/runtime/fastify';
import { Empty } from '@pipit/runtime/google/protobuf/empty';
import { localFetch } from '@pipit/runtime/local';
import { createHandler } from '@pipit/runtime/node';
import fc from 'fast-check';
import { fastify } from 'fastify';

const fail = (what) => {
  throw new Error(`${what} fails`);
};

/** What an error or a response is asked for. */
const keys = [
  'cause',
  'name',
  'constructor',
  'message',
  'stack',
  'code',
  'msg',
  'meta',
  'then',
  'readBody',
  'toString',
  'statusCode',
  'status',
  'headers',
  'toJSON',
  'data',
  'errors',
  'length',
];
const traps = Reflect.ownKeys(Reflect).filter((key) => typeof key === 'string');

/** Any value, and what no text, error or promise should be. */
const plain = fc.oneof(
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withSet: true }),
  fc.constantFrom(undefined, null, {}, Object.create(null), Symbol('s'), () => 1, new Date(NaN), NaN, -1n),
);

// What follows are functions that make values: fast-check itself looks into a value, which some do not stand.

const error = fc.oneof(
  fc.string().map((text) => () => new Error(text)),
  fc.tuple(fc.constantFrom('not_found', 'internal', 'nonsense', undefined), fc.string(), plain).map(
    ([code, msg, meta]) =>
      () =>
        new TwirpError(code, msg, { meta }),
  ),
  fc.string().map((msg) => () => new BusinessError(100, msg)),
  fc.constantFrom(1, 10, 1_000, 9_000).map((length) => () => {
    let link = new Error('root');
    for (let i = 0; i < length; i++) link = new Error('link', { cause: link });
    return link;
  }),
);

const thenable = fc
  .tuple(plain, fc.constantFrom('once', 'twice', 'both', 'throws', 'throws after', 'later'))
  .map(([value, how]) => () => ({
    then(done, failed) {
      if (how === 'throws') fail('then');
      if (how === 'later') setImmediate(() => done(value));
      else done(value);
      if (how === 'twice') done({});
      if (how === 'both') failed(new Error('late'));
      if (how === 'throws after') fail('then');
    },
  }));

const promise = fc.tuple(fc.oneof(plain.map(made), error), fc.boolean()).map(([make, isKept]) => () => {
  const settled = isKept ? Promise.resolve(make()) : Promise.reject(make());
  settled.catch(() => undefined);
  return settled;
});

/** A value with a property that throws or holds another value, or a proxy of it with a trap that throws. */
const odd = fc
  .tuple(
    fc.oneof(
      error,
      thenable,
      promise,
      fc.constant(() => ({})),
    ),
    fc.constantFrom('as it is', 'getter', 'value', 'proxy'),
    fc.constantFrom(...keys),
    fc.constantFrom(...traps),
    plain,
  )
  .map(([make, how, key, trap, other]) => () => {
    const value = make();
    if (how === 'getter') return defined(value, key, { get: () => fail(key) });
    // A `then` that never calls back is waited for, as it is everywhere.
    if (how === 'value' && key === 'then') return defined(value, key, { value: 1 });
    if (how === 'value') return defined(value, key, { value: other });
    if (how === 'proxy') return new Proxy(value, { [trap]: () => fail(trap) });
    return value;
  });

function defined(value, key, property) {
  try {
    return Object.defineProperty(value, key, { ...property, configurable: true });
  } catch {
    return value;
  }
}

function made(value) {
  return () => value;
}

const value = fc.oneof(plain.map(made), error, thenable, odd);

/** How one place behaves: it returns or throws a value, at once or after a turn. */
const act = fc.record({ value, how: fc.constantFrom('returns', 'throws', 'resolves', 'rejects', 'nothing') });

/** One call: what its handler does, one of its hooks or interceptors, and its logger. */
export const failingCall = fc.record({
  method: fc.constantFrom('say', 'enter'),
  handler: act,
  stage: fc.constantFrom(
    'requestReceived',
    'requestRouted',
    'responsePrepared',
    'error',
    'responseSent',
    'interceptor',
  ),
  hook: act,
  logger: fc.constantFrom('takes', 'throws', 'rejects'),
  timeoutMs: fc.constantFrom(undefined, 60_000),
});

function does({ value: make, how }) {
  const what = make();
  if (how === 'throws') throw what;
  if (how === 'returns') return what;
  if (how === 'nothing') return {};
  return (async () => {
    await Promise.resolve();
    if (how === 'rejects') throw what;
    return what;
  })();
}

const Probe = serviceType('fuzz.Probe', {
  say: { name: 'Say', input: Empty, output: Empty },
  enter: { name: 'Enter', input: Empty, output: Empty, kind: 'envelope' },
});

/** The call under way: one at a time, so that what escapes is known to be its own. */
let current;
const line = () => {
  if (current.logger === 'throws') fail('log');
  return current.logger === 'rejects' ? Promise.reject(new Error('log')) : undefined;
};
const silent = () => undefined;
const log = { debug: silent, info: silent, warn: silent, trace: silent, fatal: silent, error: line };
Object.assign(log, { child: () => log });

const stage = (name) => () => (current.stage === name ? does(current.hook) : undefined);
const service = {
  say: () => does(current.handler),
  enter: () => does(current.handler),
};
const options = {
  services: [Probe.serve(service)],
  hooks: [
    Object.fromEntries(
      ['requestReceived', 'requestRouted', 'responsePrepared', 'error', 'responseSent'].map((name) => [
        name,
        stage(name),
      ]),
    ),
  ],
  interceptors: [
    (message, _context, next) => (current.stage === 'interceptor' ? does(current.hook) : next(message)),
  ],
  log,
};

/** A call's status, unless it takes as long as no machine is busy. */
async function answered(call) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in 30 s')), 30_000);
  });
  try {
    return await Promise.race([call, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Opens every door. Each takes a call and answers its status once nothing of it can come any more. */
export async function openDoors() {
  // What is said to the console for a dead logger is not wanted here.
  console.error = silent;
  const servers = [];
  const byTimeout = async (open) => {
    const doors = new Map();
    for (const timeoutMs of [undefined, 60_000]) {
      doors.set(timeoutMs, await open(timeoutMs === undefined ? options : { ...options, timeoutMs }));
    }
    return async (call) => {
      current = call;
      const status = await answered(doors.get(call.timeoutMs)(call));
      // Rejections are told of after the promises that follow them.
      await new Promise((resolve) => setImmediate(resolve));
      return status;
    };
  };
  const body = '{}';
  const headers = { 'content-type': 'application/json' };
  const pathOf = ({ method }) => `/api/fuzz.Probe/${method === 'say' ? 'Say' : 'Enter'}`;
  const overHttp = (port) => {
    const agent = new Agent({ keepAlive: true });
    return (call) =>
      new Promise((resolve, reject) => {
        const sent = request({ port, host: '127.0.0.1', method: 'POST', path: pathOf(call), headers, agent });
        sent.on('response', (response) => {
          response
            .resume()
            .on('end', () => resolve(response.statusCode))
            .on('error', reject);
        });
        sent.on('error', reject).end(body);
      });
  };
  return {
    local: await byTimeout((all) => {
      const fetch = localFetch(all);
      return async (call) => {
        const response = await fetch(`http://local${pathOf(call)}`, { method: 'POST', headers, body });
        await response.arrayBuffer();
        return response.status;
      };
    }),
    node: await byTimeout(async (all) => {
      // On a busy machine a connection is idle for longer than node keeps it, and a call that then comes is lost.
      const server = createServer({ keepAliveTimeout: 0 }, createHandler(all));
      servers.push(server);
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      return overHttp(server.address().port);
    }),
    // The log is the app's.
    fastify: await byTimeout(async ({ log: loggerInstance, ...all }) => {
      const app = fastify({ loggerInstance, disableRequestLogging: true, keepAliveTimeout: 0 });
      await app.register(pipit, all);
      await app.listen({ port: 0, host: '127.0.0.1' });
      return overHttp(app.server.address().port);
    }),
  };
}
