// What is sent to both servers of fast-lane.js: requests as text, mutated, in pieces.
import fc from 'fast-check';

/** Headers that the lane takes. */
const plain = ['Accept: */*', 'Connection: keep-alive', 'Cookie: a=1', 'User-Agent: a b', 'X-Trace-Id: abc'];
/** Headers of good requests that it hands over. */
const unusual = [
  'Connection: Keep-Alive, x',
  'Connect-Protocol-Version: 1',
  'Constructor: x',
  'Content-Encoding: gzip',
  'Keep-Alive: 1',
  'Set-Cookie: a=1',
  'TE: trailers',
  'User-Agent: a  b',
  'X-Empty:',
  'X-Latin: \xe9',
  'X-Tab: a\tb',
  '__proto__: x',
  'x-tight:1',
];
/** They end the connection, or are bad in most requests. */
const wild = [
  'Connection: close',
  'Connection: upgrade',
  'Content-Length: 03',
  'Content-Length: 3',
  'Expect: 100-continue',
  'Host: y',
  'Transfer-Encoding: chunked',
  'Transfer-Encoding: identity',
  'Upgrade: h2c',
  ' folded',
  'bad name: x',
];

const path = '/api/fuzz.Lane/';
/** Say answers at once, Wait takes a turn of the event loop. */
const usualPaths = [`${path}Say`, `${path}Say`, `${path}Nope`];
const unusualPaths = [`${path}Say?x=1`, `${path}S%61y`, `${path}Say/`, '/'];
const bodies = ['{}', '{"text":"hi"}', '{"text":', '', `{"text":"${'x'.repeat(300)}"}`];
const usualTypes = ['application/json', 'application/protobuf', 'application/json; charset=utf-8'];

/** One of the first mostly, else one of the others. */
function mostly(usual, others) {
  return fc.oneof(
    { weight: 9, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  );
}

/** Each of `parts` is an arbitrary. @returns that of a request with these parts */
function requestOf(parts) {
  return fc
    .record({
      type: mostly(usualTypes, ['text/plain']),
      more: fc.array(parts.line, { maxLength: 2 }),
      body: fc.constantFrom(...bodies),
      ...parts,
    })
    .map(({ verb, target, version, type, more, body, off }) => {
      const head = [`${verb} ${target} HTTP/${version}`, 'Host: x', `Content-Type: ${type}`, ...more];
      return `${head.join('\r\n')}\r\nContent-Length: ${Math.max(0, body.length + off)}\r\n\r\n${body}`;
    });
}

const anyRequest = requestOf({
  verb: mostly(['POST'], ['GET', 'PUT', 'post']),
  target: mostly(usualPaths, [...unusualPaths, `http://x${path}Say`, '*']),
  version: mostly(['1.1'], ['1.0', '2.0']),
  line: mostly(plain, [...unusual, ...wild, ...wild]),
  off: mostly([0], [1, -1]),
});
const validRequest = requestOf({
  verb: mostly(['POST'], ['PUT']),
  target: mostly([...usualPaths, `${path}Wait`, `${path}Wait`], unusualPaths),
  version: fc.constant('1.1'),
  line: mostly(plain, unusual),
  off: fc.constant(0),
});
const lastRequest = `POST ${path}Say HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}`;

const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const gaps = ['', '\r', '\n', ' ', '\t', ':', '\0', '\x7f', '\xff', '0', 'x', ',', '\r\n', '\r\n\r\n'];
/** A byte that is put in place of another, into a gap, or taken out; often none. */
const mutation = fc.option(
  fc.record({ at: position, take: fc.integer({ min: 0, max: 1 }), put: fc.constantFrom(...gaps) }),
  { freq: 2 },
);
/** Where it is cut, or at every byte. */
const splits = fc.oneof(
  { weight: 9, arbitrary: fc.array(position, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

/** @returns the requests, as one text and in the pieces they are sent in */
function sent(requests, mutated, cutAt) {
  let whole = requests.join('');
  if (mutated !== null) {
    const at = Math.floor(mutated.at * whole.length);
    whole = whole.slice(0, at) + mutated.put + whole.slice(at + mutated.take);
  }
  if (cutAt === undefined) return { whole, pieces: [...whole] };
  const cuts = cutAt.map((cut) => Math.floor(cut * whole.length)).toSorted((a, b) => a - b);
  const pieces = [0, ...cuts].map((cut, index) => whole.slice(cut, cuts[index]));
  return { whole, pieces: pieces.filter((piece) => piece !== '') };
}

const anyRequests = fc.tuple(fc.array(anyRequest, { minLength: 1, maxLength: 3 }), mutation, splits);
const validRequests = fc.tuple(fc.array(validRequest, { minLength: 1, maxLength: 4 }), splits);

/**
 * What is sent on one connection. `end` is how it ends: the caller ends its side (`fin`), the last request says so
 * (`close`), or the server loses patience (`open`).
 */
export const connection = fc.oneof(
  {
    weight: 60,
    arbitrary: anyRequests.map(([requests, mutated, cuts]) => ({
      end: 'fin',
      requests: requests.length,
      ...sent(requests, mutated, cuts),
    })),
  },
  {
    weight: 39,
    arbitrary: validRequests.map(([requests, cuts]) => ({
      end: 'close',
      requests: requests.length + 1,
      ...sent([...requests, lastRequest], null, cuts),
    })),
  },
  {
    weight: 1,
    arbitrary: anyRequests.map(([requests, mutated, cuts]) => ({
      end: 'open',
      requests: requests.length,
      ...sent(requests, mutated, cuts),
    })),
  },
);
