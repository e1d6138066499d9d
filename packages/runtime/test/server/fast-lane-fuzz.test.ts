// Mutated requests at two servers of the same service, with the fast lane and without: the same answers in the same frames.
// FAST_LANE_RUNS=100000 for a long run, FAST_LANE_SEED for another.
import { connect } from 'node:net';
import { createHandler, createServer } from '@pipit/runtime/node';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listening } from '../fixture/node-server.ts';
import { Probe } from '../fixture/probe.twirp.ts';
import { probe } from '../fixture/serve.ts';

const runs = Number(process.env['FAST_LANE_RUNS'] ?? 500);
const seed = Number(process.env['FAST_LANE_SEED'] ?? 20_261_201);

const lines = fc.constantFrom(
  'Host: x',
  'Accept: */*',
  'User-Agent: a b  c',
  'X-Empty:',
  'x-tight:1',
  'X-Tab: a\tb',
  'X-Latin: \xe9',
  'X-Trace-Id: abc',
  'Connection: keep-alive',
  'Connection: Keep-Alive, x',
  'Connection: upgrade',
  'Transfer-Encoding: chunked',
  'Content-Length: 3',
  'Content-Length: 03',
  'Content-Encoding: gzip',
  'Expect: 100-continue',
  'Cookie: a=1',
  'Constructor: x',
  '__proto__: x',
  'bad name: x',
  ' folded',
  'Keep-Alive: 1',
  'TE: trailers',
  'Connect-Protocol-Version: 1',
);
const request = fc
  .record({
    verb: fc.constantFrom('POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'post'),
    target: fc.constantFrom(
      '/api/pipit.test.v1.Probe/say',
      '/api/pipit.test.v1.Probe/say',
      '/api/pipit.test.v1.Probe/Nope',
      '/api/pipit.test.v1.Probe/say?x=1',
      '/api/pipit.test.v1.Probe/s%61y',
      'http://x/api/pipit.test.v1.Probe/say',
      '/',
      '*',
    ),
    version: fc.constantFrom('1.1', '1.1', '1.1', '1.1', '1.1', '1.0', '2.0'),
    type: fc.constantFrom(
      'application/json',
      'application/json',
      'application/protobuf',
      'text/plain',
      'application/json; charset=utf-8',
    ),
    more: fc.array(lines, { maxLength: 2 }),
    body: fc.constantFrom('{}', '{"text":"hi"}', '{"text":', '', `{"text":"${'x'.repeat(300)}"}`),
    off: fc.constantFrom(0, 0, 0, 0, 0, 0, 1, -1),
  })
  .map(({ verb, target, version, type, more, body, off }) => {
    const head = [`${verb} ${target} HTTP/${version}`, 'Host: x', `Content-Type: ${type}`, ...more];
    return `${head.join('\r\n')}\r\nContent-Length: ${Math.max(0, body.length + off)}\r\n\r\n${body}`;
  });
/** A byte that is put in place of another, into a gap, or taken out; often none. */
const mutation = fc.option(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    take: fc.integer({ min: 0, max: 1 }),
    put: fc.constantFrom(
      '',
      '\r',
      '\n',
      ' ',
      '\t',
      ':',
      '\0',
      '\x7f',
      '\xff',
      '0',
      'x',
      ',',
      '\r\n',
      '\r\n\r\n',
    ),
  }),
  { freq: 2 },
);
const scenario = fc.record({
  requests: fc.array(request, { minLength: 1, maxLength: 3 }),
  mutation,
  splits: fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { maxLength: 3 }),
});

/** All that comes in answer to the pieces, of which the end is told to the server. */
async function answers(port: number, pieces: readonly string[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
  let received = '';
  socket.setEncoding('latin1').on('data', (chunk) => (received += String(chunk)));
  const closed = new Promise<void>((resolve) =>
    socket.on('error', () => undefined).on('close', () => resolve()),
  );
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) await new Promise((resolve) => setImmediate(resolve));
    socket.write(piece, 'latin1');
  }
  socket.end();
  await closed;
  return received;
}

/** Where Node's answer is not yet flushed when garbage comes behind it, it closes without this; a moment later it sends it. */
const refusal = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

/** Answers without what differs from call to call; their headers in any order. */
function normal(received: string): string[] {
  const answered =
    received !== refusal && received.endsWith(refusal) ? received.slice(0, -refusal.length) : received;
  return answered.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => {
    const [head = '', ...body] = answer.split('\r\n\r\n');
    const headers = head
      .toLowerCase()
      .replace(/date: [^\r]*/, 'date')
      .replace(/x-trace-id: [0-9a-f]{32}/, 'x-trace-id')
      .split('\r\n');
    return [...headers.slice(0, 1), ...headers.slice(1).toSorted(), body.join('\r\n\r\n')].join('\n');
  });
}

/** What Node answers where it gets the requests from the second on, or from the third. */
async function answersToRests(port: number, whole: string): Promise<string[][]> {
  const starts = [...whole.matchAll(/(?:POST|GET|PUT|post) /g)].slice(1).map(({ index }) => index);
  return Promise.all(starts.map(async (start) => normal(await answers(port, [whole.slice(start)]))));
}

test(
  'the fast lane answers as node:http does, however requests are mutated and cut',
  async () => {
    const nothing = (): void => undefined;
    const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
    const handler = createHandler({ services: [Probe.serve(probe({ say: (message) => message }))], log });
    let laneCalls = 0;
    const counted = createHandler({
      services: [Probe.serve(probe({ say: (message) => message }))],
      hooks: [{ requestReceived: () => void laneCalls++ }],
      log,
    });
    const node = await listening(createServer(handler));
    const lane = await listening(createServer(counted, { fastLane: true }));
    await fc.assert(
      fc.asyncProperty(scenario, async ({ requests, mutation: one, splits }) => {
        let whole = requests.join('');
        if (one !== null) {
          const at = Math.floor(one.at * whole.length);
          whole = whole.slice(0, at) + one.put + whole.slice(at + one.take);
        }
        const cuts = splits.map((cut) => Math.floor(cut * whole.length)).toSorted((a, b) => a - b);
        const pieces = [0, ...cuts]
          .map((cut, index) => whole.slice(cut, cuts[index]))
          .filter((piece) => piece !== '');
        const [wanted, got] = await Promise.all([answers(node, pieces), answers(lane, pieces)]);
        const [ours, nodes] = [normal(got), normal(wanted)];
        // Node drops the answers it has not sent when garbage comes behind them in one piece. The lane, which takes one after
        // the other, has sent some: then it must be those that Node gives to the rest.
        const more = ours.length > nodes.length ? ours.splice(nodes.length) : [];
        expect(ours).toEqual(nodes);
        if (more.length > 0)
          expect((await answersToRests(node, whole)).flat()).toEqual(expect.arrayContaining(more));
      }),
      { numRuns: runs, seed, endOnFailure: true },
    );
    expect(laneCalls).toBeGreaterThan(runs / 2);
  },
  Math.max(120_000, runs * 60),
);
