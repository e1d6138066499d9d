// Requests, mutated and cut, at two servers of the same service, with the fast lane and without: the same answers in the
// same frames. `npm run fuzz:lane [-- --runs 100000 --seed 1]`.
//
// What must hold: the same statuses, headers and bodies in the same order, and an end of the connection at both.
import { connect } from 'node:net';
import { inspect, isDeepStrictEqual, parseArgs } from 'node:util';
import { serviceType } from '@pipit/runtime';
import { Struct } from '@pipit/runtime/google/protobuf/struct';
import { createHandler, createServer, nodeRequest } from '@pipit/runtime/node';
import fc from 'fast-check';
import { connection } from './raw-requests.js';

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1e9) },
  },
});

const Lane = serviceType('fuzz.Lane', {
  say: { name: 'Say', input: Struct, output: Struct },
  wait: { name: 'Wait', input: Struct, output: Struct },
});
const nothing = () => undefined;
const log = { debug: nothing, info: nothing, warn: nothing, error: nothing };
const counts = { requests: 0, 'in the lane': 0, 'handed over': 0 };
const count = (context) => {
  counts[context.get(nodeRequest) === undefined ? 'in the lane' : 'handed over']++;
};

/** @returns the port */
async function serve(fastLane, patience = {}) {
  const services = [
    Lane.serve({
      say: (message) => message,
      wait: (message) => new Promise((resolve) => setImmediate(resolve, message)),
    }),
  ];
  const hooks = fastLane ? [{ requestReceived: count }] : [];
  const server = createServer(createHandler({ services, hooks, log }), { fastLane, ...patience });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

/** All that comes in answer to the pieces. Where the server does not end it within a minute, no machine is that busy. */
function answers(port, { pieces, end }) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: end === 'fin', noDelay: true });
    let received = '';
    const late = setTimeout(() => reject(new Error(`no end after ${inspect(received)}`)), 60_000);
    socket.setEncoding('latin1').on('data', (chunk) => (received += chunk));
    socket.on('error', nothing).on('close', () => {
      clearTimeout(late);
      resolve(received);
    });
    const send = (index) => {
      if (index < pieces.length) {
        socket.write(pieces[index], 'latin1');
        setImmediate(send, index + 1);
      } else if (end === 'fin') socket.end();
    };
    send(0);
  });
}

/** Where Node's answer is not yet flushed when garbage comes behind it, it closes without this; a moment later it sends it. */
const refusal = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n';

/** Answers without what differs from call to call; their headers in any order. */
function normal(received) {
  const answered =
    received !== refusal && received.endsWith(refusal) ? received.slice(0, -refusal.length) : received;
  return answered.split(/(?=HTTP\/1\.1 \d{3} )/).map((answer) => {
    const [head, ...body] = answer.split('\r\n\r\n');
    const headers = head
      .toLowerCase()
      .replace(/date: [^\r]*/, 'date')
      .replace(/x-trace-id: [0-9a-f]{32}/, 'x-trace-id')
      .split('\r\n');
    return [...headers.slice(0, 1), ...headers.slice(1).toSorted(), body.join('\r\n\r\n')].join('\n');
  });
}

/** What Node answers where it gets the requests from the second on, or from the third. */
async function answersToRests(port, { whole, end }) {
  const starts = [...whole.matchAll(/(?:POST|GET|PUT|post) /g)].slice(1).map(({ index }) => index);
  const rests = starts.map((start) => answers(port, { pieces: [whole.slice(start)], end }));
  return (await Promise.all(rests)).flatMap(normal);
}

/** Empty lines behind a call: to node:http an idle connection; handed over, one on which a head does not come. */
function isIdleHead({ whole, end }, more) {
  return end === 'open' && /[\r\n]$/.test(whole) && more.length === 1 && more[0].startsWith('http/1.1 408');
}

async function compare([node, lane], sent) {
  const [nodes, ours] = (await Promise.all([answers(node, sent), answers(lane, sent)])).map(normal);
  // Node drops the answers it has not sent when garbage comes behind them in one piece. The lane, which takes one after the
  // other, has sent some: then it must be those that Node gives to the rest.
  const more = ours.length > nodes.length ? ours.splice(nodes.length) : [];
  if (!isDeepStrictEqual(ours, nodes)) throw new Error(`${inspect(ours)}\nand node:http ${inspect(nodes)}`);
  if (more.length === 0 || isIdleHead(sent, more)) return;
  const allowed = await answersToRests(node, sent);
  const wrong = more.filter((answer) => !allowed.includes(answer));
  if (wrong.length > 0) throw new Error(`${inspect(wrong)}\nand node:http to the rests ${inspect(allowed)}`);
}

const servers = [await serve(false), await serve(true)];
const short = { headersTimeout: 1_000, requestTimeout: 1_000, keepAliveTimeout: 1_000 };
const patience = { ...short, connectionsCheckingInterval: 100 };
const impatient = [await serve(false, patience), await serve(true, patience)];

const outcome = await fc.check(
  fc.asyncProperty(connection, async (sent) => {
    counts.requests += sent.requests;
    await compare(sent.end === 'open' ? impatient : servers, sent);
  }),
  { numRuns: Number(flags.runs), seed: Number(flags.seed), endOnFailure: true },
);
console.log(`seed ${flags.seed}, ${outcome.numRuns} connections, Node ${process.version}:`, counts);
if (outcome.failed) {
  console.error(inspect(outcome.errorInstance), '\n', inspect(outcome.counterexample, { depth: 4 }));
  console.error(`again: fast-check's path ${outcome.counterexamplePath}`);
}
process.exit(outcome.failed ? 1 : 0);
