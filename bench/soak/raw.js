import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const body = '{"text":"pipelined"}';
const pipelined =
  `POST /api/soak.v1.Soak/Echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n` +
  `Content-Length: ${body.length}\r\n\r\n${body}`;

const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Bytes that are not HTTP, `make(random)` by name. All of it is answered with a 4xx, or with an end of the connection. */
const garbage = {
  noise: (random) => Buffer.from(Array.from({ length: 200 }, () => random() * 256)),
  'bad length': () => 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: abc\r\n\r\n',
  'bad version': () => 'GET / HTTP/9.9\r\n\r\n',
  'bad chunk': () => `${pipelined.split('Content-Length')[0]}Transfer-Encoding: chunked\r\n\r\nZZ\r\n`,
  'large head': () => `GET / HTTP/1.1\r\nHost: a\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
  // A SETTINGS frame of 4 MB: larger than what was agreed.
  'large HTTP/2 frame': () => `${preface}\x40\0\0\x04\0\0\0\0\0${'a'.repeat(100)}`,
  'noise as HTTP/2': (random) =>
    Buffer.concat([Buffer.from(preface), Buffer.from(Array.from({ length: 200 }, () => random() * 256))]),
};

/** `[weight, run(port, random)]` by name: connections that are no calls of an HTTP client. */
export const rawScenarios = {
  garbage: [
    2,
    async (port, random) => {
      const kinds = Object.keys(garbage);
      const kind = kinds[Math.floor(random() * kinds.length)];
      const answer = await converse(port, garbage[kind](random), 20_000, kind);
      // What HTTP/2 says in its frames is Node's.
      if (!kind.includes('HTTP/2') && answer !== '' && !/^HTTP\/1\.1 4\d\d /.test(answer)) {
        throw new Error(`${kind}: got ${JSON.stringify(answer.slice(0, 100))}`);
      }
    },
  ],
  'half a request': [
    1,
    async (port, random) => {
      const whole = random() < 0.3 ? preface : pipelined;
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      socket.write(whole.slice(0, Math.floor(random() * whole.length)));
      await sleep(50 + random() * 500);
      socket.destroy();
    },
  ],
  'connects and leaves': [1, async (port) => void connect(port, '127.0.0.1').destroy()],
  'loses an HTTP/2 connection': [
    1,
    async (port) => {
      const session = connectHttp2(`http://127.0.0.1:${port}`).on('error', () => undefined);
      for (let call = 0; call < 3; call++) {
        const path = '/api/soak.v1.Soak/Wait';
        const stream = session.request({
          ':method': 'POST',
          ':path': path,
          'content-type': 'application/json',
        });
        stream.on('error', () => undefined).end('{"ms":500}');
      }
      await sleep(20);
      session.destroy();
    },
  ],
  pipelined: [
    2,
    async (port) => {
      const last = pipelined.replace('Host: a', 'Host: a\r\nConnection: close');
      const answer = await converse(port, pipelined.repeat(4) + last, 30_000, 'pipelined');
      const answers = answer.split('HTTP/1.1 200 OK\r\n').slice(1);
      const whole = answers.filter((text) =>
        text.endsWith('"data":{"text":"pipelined","number":"0","ids":[]}}'),
      );
      if (whole.length !== 5) throw new Error(`${whole.length} of 5 answers: ${JSON.stringify(answer)}`);
    },
  ],
};

/** Sends bytes and returns all that comes back until the other side closes. @throws {Error} when it does not */
function converse(port, bytes, patience, what) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    const socket = connect(port, '127.0.0.1');
    const timer = setTimeout(() => {
      reject(new Error(`${what}: the server did not close the connection within ${patience / 1000} s`));
      socket.destroy();
    }, patience);
    socket.on('data', (chunk) => chunks.push(chunk));
    // A reset is an end, too: the server does not read what it does not understand.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.write(bytes);
  });
}
