// The fast lane on sockets of the test's own: what it answers, when it gives a connection to node:http, and its time limits.
import { once } from 'node:events';
import { createServer as createHttp1, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { TwirpError } from '@pipit/runtime';
import {
  createHandler,
  createServer,
  nodeRequest,
  nodeSocket,
  type HandlerOptions,
  type ServerOptions,
} from '@pipit/runtime/node';
import { describe, expect, onTestFinished, test } from 'vitest';
import { http2Session, listening, postHttp2, serveNode } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe, signalled } from '../fixture/serve.ts';

/** Says in its answer which way the call came. */
const methods: Partial<Probe> = {
  say: (request, context) => {
    const way = context.get(nodeRequest) === undefined ? 'lane' : 'node';
    context.responseHeaders.set('X-Way', way);
    return request;
  },
  fetch: () => ({ data: Buffer.alloc(8 * 1024 * 1024) }),
};

async function open(
  serverOptions: Omit<ServerOptions, 'tls'> = {},
  own: Partial<Probe> = methods,
  options: Partial<HandlerOptions> = {},
): Promise<{ server: Server; port: number }> {
  const handler = createHandler({ services: [Probe.serve(probe(own))], ...options });
  const server = createServer(handler, { ...serverOptions, fastLane: true });
  return { server, port: await listening(server) };
}

function caller(port: number): Socket {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  return socket;
}

const say = (value: string, more = ''): string => {
  const body = JSON.stringify({ text: value });
  return `POST /api/pipit.test.v1.Probe/say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;
};

/** All that comes until the server closes the connection. */
async function exchange(port: number, ...pieces: readonly string[]): Promise<string> {
  const socket = caller(port);
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, 'latin1', resolve));
  return text(socket);
}

const ways = (answers: string): string[] =>
  [...answers.matchAll(/X-Way: (\w+)/g)].map((match) => match[1] ?? '');
const close = 'Connection: close\r\n';

test('answers plain calls, pipelined or not, in their order', async () => {
  const { port } = await open();
  const answers = await exchange(port, say('one') + say('two'), say('three', close));
  expect(ways(answers)).toEqual(['lane', 'lane', 'lane']);
  expect([...answers.matchAll(/"text":"(\w+)"/g)].map((match) => match[1])).toEqual(['one', 'two', 'three']);
  expect(answers.match(/Connection: keep-alive\r\nKeep-Alive: timeout=5\r\n/g)).toHaveLength(2);
  expect(answers.match(/Connection: close\r\n/g)).toHaveLength(1);
  expect(answers.match(/Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r\n/g)).toHaveLength(3);
});

test('gives the connection to node:http with the first request that is not plain', async () => {
  const { port } = await open();
  const chunked = say('two').replace(/Content-Length: \d+/, 'Transfer-Encoding: chunked');
  const [head = '', body = ''] = chunked.split('\r\n\r\n');
  const second = `${head}\r\n\r\n${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
  const answers = await exchange(port, say('one') + second + say('three', close));
  expect(ways(answers)).toEqual(['lane', 'node', 'node']);
});

/** Requests that node:http refuses: none of them may wait, or be answered in another way. */
const refused: [name: string, request: string][] = [
  ['two lengths', say('x', 'Content-Length: 3\r\n')],
  ['a length and chunks', say('x', 'Transfer-Encoding: chunked\r\n')],
  ['a length with a sign', say('x').replace('Content-Length: ', 'Content-Length: +')],
  ['lines that end in LF', say('x').replaceAll('\r\n', '\n')],
  ['a line that ends in CR', say('x').replace('Host: x\r\n', 'Host: x\r')],
  ['a space before the colon', say('x').replace('Host:', 'Host :')],
  ['a folded line', say('x').replace('Host: x\r\n', 'Host: x\r\n y\r\n')],
  ['a control in a value', say('x').replace('Host: x', 'Host: x\0')],
  ['no host', say('x').replace('Host: x\r\n', '')],
  ['HTTP/1.2', say('x').replace('HTTP/1.1', 'HTTP/1.2')],
  ['a head beyond the limit', say('x', `X-Long: ${'x'.repeat(20_000)}\r\n`)],
  ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
];
test.each(refused)('node:http refuses %s, at the start and behind a call', async (_, request) => {
  const { port } = await open();
  const plain = createHttp1(createHandler({ services: [Probe.serve(probe(methods))] }));
  const wanted = statuses(await exchange(await listening(plain), request));
  expect(statuses(await exchange(port, request))).toEqual(wanted);
  expect(statuses(await exchange(port, say('one') + request))).toEqual(['200', ...wanted]);
  expect(wanted.every((status) => status.startsWith('4') || status.startsWith('5'))).toBe(true);
});

const statuses = (answers: string): string[] =>
  [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => match[1] ?? '');

test('the preface of HTTP/2 is none behind a call', async () => {
  const { port } = await open();
  expect(statuses(await exchange(port, `${say('one')}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`))).toEqual([
    '200',
    '400',
  ]);
});

test('HTTP/2 is spoken on the same port', async () => {
  const { port } = await open();
  expect(
    String((await postHttp2(http2Session(`http://127.0.0.1:${port}`), 'say', '{"text":"h2"}')).body),
  ).toContain('h2');
});

test('a body that comes in pieces is put together, and what is behind it waits its turn', async () => {
  const { port } = await open();
  const whole = say('in pieces');
  const socket = caller(port);
  const received = text(socket);
  const cut = whole.indexOf('\r\n\r\n') + 4;
  for (const piece of [whole.slice(0, cut), ...whole.slice(cut).split('')]) {
    await new Promise((resolve) => socket.write(piece, resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(say('next', close));
  expect(ways(await received)).toEqual(['lane', 'lane']);
  expect(await received).toContain('in pieces');
});

test.each([
  ['reads it afterwards', undefined, '200'],
  ['refuses the call', new TwirpError('permission_denied', 'no'), '403'],
])(
  'a body is read no further than is wise before a hook has ended, which then %s',
  async (_, error, status) => {
    const { promise, resolve } = signalled();
    const { server, port } = await open({}, methods, {
      hooks: [
        {
          async requestReceived() {
            await promise;
            if (error !== undefined) throw error;
          },
        },
      ],
    });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const socket = caller(port);
    const received = text(socket);
    const large = say('x'.repeat(1024 * 1024));
    const start = large.indexOf('{');
    socket.write(large.slice(0, start));
    const [connection] = await accepted;
    socket.write(large.slice(start) + say('next', close));
    while (!connection.isPaused()) await new Promise((wake) => setImmediate(wake));
    expect(connection.bytesRead).toBeLessThan(512 * 1024);
    resolve();
    expect(statuses(await received)).toEqual([status, status]);
  },
);

test('what comes behind a call under way is held, and no more of it than is wise', async () => {
  const { promise, resolve } = signalled();
  const slow = {
    async say(request: { text?: string }) {
      if (request.text === 'slow') await promise;
      return request;
    },
  };
  const { server, port } = await open({}, slow);
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const socket = caller(port);
  const received = text(socket);
  socket.write(say('slow'));
  const [connection] = await accepted;
  const count = 500;
  socket.write(say('next').repeat(count));
  while (!connection.isPaused()) await new Promise((wake) => setImmediate(wake));
  resolve();
  socket.write(say('last', close));
  expect(statuses(await received)).toHaveLength(count + 2);
});

test('an answer larger than the connection takes comes whole, and the next behind it', async () => {
  const { port } = await open();
  const download =
    'POST /api/pipit.test.v1.Probe/Fetch HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}';
  const answers = await exchange(port, download + say('next', close));
  expect(answers.length).toBeGreaterThan(8 * 1024 * 1024);
  expect(answers.slice(-400)).toContain('"text":"next"');
});

describe('time limits', () => {
  test('a connection on which nothing comes is closed', async () => {
    const { port } = await open({ headersTimeout: 100 });
    expect(await exchange(port)).toBe('');
  });

  test('a head that does not end is node:http’s to refuse', async () => {
    const { port } = await open({ headersTimeout: 100, connectionsCheckingInterval: 20 });
    expect(await exchange(port, 'POST /api/pip')).toMatch(/^HTTP\/1\.1 408 /);
  });

  test('a body that does not end is refused', async () => {
    const { port } = await open({ requestTimeout: 100 });
    expect(await exchange(port, say('never').slice(0, -3))).toMatch(/^HTTP\/1\.1 408 [^]*Connection: close/);
  });

  test('a connection is closed when it has been idle for long', async () => {
    const { port } = await open({ keepAliveTimeout: 100 });
    expect(statuses(await exchange(port, say('one')))).toEqual(['200']);
  });

  test('an answer of which nothing is taken ends the connection', async () => {
    const { server, port } = await open({}, methods, { stallTimeoutMs: 100 });
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    caller(port).pause().write(say('x').replace('Probe/say', 'Probe/Fetch'));
    const [connection] = await accepted;
    await once(connection, 'close');
    expect(connection.bytesWritten).toBeGreaterThan(0);
  });
});

test('a caller that leaves in the middle of a body is told of, and the call is canceled', async () => {
  const { promise, resolve } = signalled<string>();
  const { server, port } = await open({}, methods, {
    hooks: [{ error: (_context, error) => resolve(error.code) }],
  });
  const told = new Promise<unknown>((hear) => {
    server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
      hear(error.code);
      socket.destroy();
    });
  });
  caller(port).end(say('half').slice(0, -3));
  expect(await told).toBe('HPE_INVALID_EOF_STATE');
  expect(await promise).toBe('canceled');
});

test('a call sees its socket, and that its caller has gone', async () => {
  const gone = signalled();
  const entered = signalled<Socket | undefined>();
  const { port } = await open(
    {},
    {
      async say(request, context) {
        context.signal.addEventListener('abort', () => gone.resolve());
        entered.resolve(context.get(nodeSocket));
        await gone.promise;
        return request;
      },
    },
  );
  const socket = caller(port);
  socket.write(say('x'));
  expect((await entered.promise)?.remotePort).toBe(socket.localPort);
  socket.destroy();
  await gone.promise;
});

test('close lets the call under way end, and closes what is idle', async () => {
  const { promise, resolve } = signalled();
  const entered = signalled();
  const { server, port } = await open(
    {},
    {
      async say(request) {
        if (request.text === 'slow') {
          entered.resolve();
          await promise;
        }
        return request;
      },
    },
  );
  const idle = caller(port);
  idle.write(say('one'));
  await once(idle, 'data');
  const busy = exchange(port, say('slow'));
  await entered.promise;
  const closed = new Promise<void>((done) => server.close(() => done()));
  await once(idle.resume(), 'close');
  resolve();
  expect(await busy).toMatch(/Connection: close\r\n[^]*"text":"slow"/);
  await closed;
});

test('a server that counts requests, limits silence, or lets callers end first has node:http for all of them', async () => {
  for (const options of [{ maxRequestsPerSocket: 1 }, { timeout: 60_000 }, { httpAllowHalfOpen: true }]) {
    const { server, port } = await open();
    Object.assign(server, options);
    expect(ways(await exchange(port, say('one', close)))).toEqual(['node']);
  }
});

test('a handler of somebody else, or TLS, is refused at the start', async () => {
  expect(() => createServer(() => undefined, { fastLane: true })).toThrow('made by createHandler');
  await expect(serveNode(methods, {}, { fastLane: true, tls: {} })).rejects.toThrow('plaintext only');
});
