import { bodyLimit } from './doors.js';
import { message } from './messages.js';

const contentTypes = {
  json: 'application/json',
  protobuf: 'application/protobuf',
  form: 'application/x-www-form-urlencoded',
};

/** @param more what else the call is: `expect`, headers, how it is sent, and so on */
function post(method, { headers, ...more }) {
  return { verb: 'POST', path: `/api/soak.v1.Soak/${method}`, headers: { ...headers }, ...more };
}

/** A call of a method in a codec, its body encoded. */
function typed(method, input, value, codec, { headers, ...more }) {
  const bodies = {
    json: () => Buffer.from(JSON.stringify(value)),
    protobuf: () => message(input).encode(value),
    form: () =>
      Buffer.from(new URLSearchParams(Object.entries(value).map(([k, v]) => [k, String(v)])).toString()),
  };
  const all = { 'content-type': contentTypes[codec], ...headers };
  return post(method, { body: bodies[codec](), codec, headers: all, ...more });
}

/** The answer of the Echo method. */
function echoed(data) {
  return { code: 0, msg: '', data: { text: '', number: '0', ids: [], ...data } };
}

function echoData(random) {
  const text = 'Grüße, 世界 & more '.repeat(Math.floor(random() * 20));
  return { text, number: String(Math.floor(random() * 2 ** 53)), ids: [1, -2, Math.floor(random() * 1e9)] };
}

function pick(random, values) {
  return values[Math.floor(random() * values.length)];
}

function hex(random, digits) {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

const codecs = ['json', 'protobuf', 'form'];
const twirpCodes =
  'canceled unknown invalid_argument malformed deadline_exceeded not_found already_exists permission_denied unauthenticated resource_exhausted failed_precondition aborted out_of_range unimplemented internal unavailable data_loss'.split(
    ' ',
  );

/** A call that is split in two and sent slowly. */
function inPieces({ body, ...call }, count) {
  const size = Math.ceil(body.length / count) || 1;
  const pieces = [];
  for (let start = 0; start < body.length; start += size) pieces.push(body.subarray(start, start + size));
  return { ...call, pieces };
}

const large = Buffer.alloc(bodyLimit * 4, 0x20);
const tooLarge = { error: 'resource_exhausted', status: 413 };

function echo(random, more = {}) {
  const data = echoData(random);
  return typed('Echo', 'EchoRequest', data, pick(random, codecs), {
    expect: { response: echoed(data) },
    ...more,
  });
}

function file(random, size, more = {}) {
  const request = { size, status: pick(random, [0, 200, 201, 404]), filename: 'a b.bin' };
  return typed('Load', 'LoadRequest', request, pick(random, codecs), { expect: { file: request }, ...more });
}

function wait(random, ms, more = {}) {
  const request = { ms, stubborn: random() < 0.5 };
  return typed('Wait', 'WaitRequest', request, pick(random, codecs), {
    expect: { response: echoed({ number: String(ms) }) },
    ...more,
  });
}

/** `[weight, make(random)]` by name: what the callers do, as often as its weight says. */
export const calls = {
  echo: [40, echo],
  'echo by GET': [
    4,
    (random) => ({
      verb: pick(random, ['GET', 'HEAD']),
      path: '/api/soak.v1.Soak/Echo?text=a%20b&number=12345678901234567&ids=1,2&ids=3',
      headers: {},
      expect: { response: echoed({ text: 'a b', number: '12345678901234567', ids: [1, 2, 3] }) },
    }),
  ],
  'echo without a body': [1, () => post('Echo', { headers: {}, expect: { response: echoed({}) } })],
  'echo under a trace id': [
    4,
    (random) => {
      const id = hex(random, 32).replace(/^0/, 'a');
      const traceparent = `00-${id}-${hex(random, 16).replace(/^0/, 'a')}-01`;
      const headers = random() < 0.5 ? { traceparent, 'x-trace-id': 'not-this-one' } : { 'x-trace-id': id };
      return echo(random, { headers, traceId: id });
    },
  ],
  'Twirp error': [
    8,
    (random) => {
      const how = pick(random, twirpCodes);
      return typed('Fail', 'FailRequest', { how }, pick(random, codecs), {
        expect: { error: how, meta: { how } },
      });
    },
  ],
  'business error': [
    4,
    (random) => {
      const codec = pick(random, codecs);
      // Protobuf has no `{}`: the field is not there.
      const data = codec === 'protobuf' ? null : {};
      const response = { code: 100, msg: 'Need Login', data };
      return typed('Fail', 'FailRequest', { how: 'business' }, codec, { expect: { response } });
    },
  ],
  'unexpected error': [
    4,
    (random) =>
      typed('Fail', 'FailRequest', { how: pick(random, ['error', 'nothing']) }, pick(random, codecs), {
        expect: { error: 'internal' },
      }),
  ],
  'refused by a hook': [
    2,
    (random) => echo(random, { headers: { 'x-refuse': 'yes' }, expect: { error: 'unauthenticated' } }),
  ],
  'malformed body': [
    3,
    (random) => ({
      ...echo(random),
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(
        pick(random, ['', '{', '[]', '{"ids":["x"]}', '{"number":"12x"}', '{"text":"\xff"}', 'null']),
        'latin1',
      ),
      expect: { error: 'malformed' },
    }),
  ],
  'bad form value': [
    2,
    (random) => ({
      ...echo(random),
      headers: { 'content-type': contentTypes.form },
      body: Buffer.from('number=seven'),
      expect: { error: 'invalid_argument', meta: { argument: 'number' } },
    }),
  ],
  'bad route': [
    4,
    (random) => {
      const verb = pick(random, ['POST', 'PUT', 'DELETE', 'PATCH']);
      const path = pick(random, ['/api/soak.v1.Soak/Nothing', '/api/no.Such/Method', '/api/%zz', '/api/']);
      return { ...echo(random), verb, path, expect: { error: 'bad_route' } };
    },
  ],
  'other content type': [
    2,
    (random) => echo(random, { headers: { 'content-type': 'text/plain' }, expect: { error: 'bad_route' } }),
  ],
  'oversize, length told': [
    2,
    (random) =>
      echo(random, { headers: { 'content-type': 'application/json' }, expect: tooLarge, body: large }),
  ],
  'oversize, length not told': [
    2,
    (random) =>
      inPieces(
        echo(random, { headers: { 'content-type': 'application/json' }, expect: tooLarge, body: large }),
        4,
      ),
  ],
  'small file': [4, (random) => file(random, Math.floor(random() * 40_000))],
  'large file': [1, (random) => file(random, Math.floor(random() * 1024 * 1024))],
  'slow handler': [6, (random) => wait(random, 20 + Math.floor(random() * 100))],
  deadline: [
    4,
    (random) =>
      wait(random, 500, {
        headers: { 'x-request-timeout-ms': '20' },
        expect: { error: 'deadline_exceeded' },
      }),
  ],
  'slow body': [3, (random) => inPieces(echo(random), 5)],
  'slow reader': [1, (random) => file(random, 2 * 1024 * 1024, { readPause: 100 })],
  'left while sending': [3, (random) => inPieces({ ...echo(random), leave: 'sending' }, 3)],
  'left while waiting': [3, (random) => wait(random, 500, { leave: 'waiting' })],
  'left while reading': [1, (random) => file(random, 8 * 1024 * 1024, { leave: 'reading' })],
};
