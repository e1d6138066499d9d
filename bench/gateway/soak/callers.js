/**
 * Child process: `callers.js <port> <names> <concurrency>`: calls services at random under tokens that nobody else has,
 * and says once a second `{ counts, wrong }`. An answer is right if it is that token from that service, or an error
 * that the spec has. While it is told that the gateway restarts, a connection that breaks is one, too.
 */
import { Agent, request } from 'node:http';

const [port, names, concurrency] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: Number(concurrency) });
const counts = {};
let wrong = [];
const over = new AbortController();
/** Counts the turns of the gateway's being away: odd while it is. */
let restarts = 0;
process.on('message', (told) => {
  if (told === 'end') over.abort();
  else restarts += 1;
});
process.on('disconnect', () => process.exit(0));

const allowed = {
  unavailable: 503,
  deadline_exceeded: 408,
  resource_exhausted: 429,
  unknown: 500,
  internal: 500,
  not_found: 404,
  unimplemented: 501,
};

function call(service, method, body, leave) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `/api/${service}/${method}`,
        headers: { 'content-type': 'application/protobuf', 'content-length': body.length },
        timeout: 20_000,
      },
      (answer) => {
        const parts = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('end', () => resolve({ status: answer.statusCode, body: Buffer.concat(parts) }));
        answer.on('error', reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')));
    sent.on('error', (error) => (leave ? resolve(undefined) : reject(error)));
    sent.end(body);
    if (leave) setTimeout(() => sent.destroy(), Math.random() * 20);
  });
}

const { message } = await import('../../soak/messages.js');
const echo = message('EchoRequest');
const echoed = message('EchoResponse');
const load = message('LoadRequest');

async function once(token) {
  const number = Math.floor(Math.random() * names);
  const service = `soak.v1.S${number}`;
  const dice = Math.random();
  // Only connectors serve files.
  if (dice < 0.02 && number % 2 === 0) {
    const size = Math.floor(Math.random() * 3 * 1024 * 1024);
    return judge(await call(service, 'Load', load.encode({ size })), ({ body }) => {
      if (body.length !== size) return `a file of ${size} bytes came as ${body.length}`;
    });
  }
  const text = dice < 0.05 ? token.repeat(20_000) : token;
  const answer = await call(service, 'Echo', echo.encode({ text }), dice > 0.97);
  return judge(answer, ({ body }) => {
    const { msg, data } = echoed.decode(body);
    if (msg !== service) return `asked ${service}, answered by ${msg}`;
    if (data.text !== text) return `asked with ${token}, answered with ${data.text.slice(0, 60)}`;
  });
}

function judge(answer, check) {
  if (answer === undefined) return 'left';
  if (answer.status === 200) return check(answer) ?? 'ok';
  const { code } = JSON.parse(answer.body.toString());
  return allowed[code] === answer.status ? code : `status ${answer.status} with ${code}`;
}

async function caller(id) {
  for (let turn = 0; !over.signal.aborted; turn++) {
    const token = `${id}-${turn}-${Math.random()}`;
    const before = restarts;
    let what;
    try {
      what = await once(token);
    } catch (error) {
      const isExpected = restarts !== before || restarts % 2 === 1;
      what = isExpected ? 'restart' : `broken: ${error.message}`;
      // Nobody is there to answer the next one.
      if (isExpected) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    counts[what.includes(' ') ? 'wrong' : what] = (counts[what.includes(' ') ? 'wrong' : what] ?? 0) + 1;
    if (what.includes(' ')) wrong.push(what);
  }
}

const tell = setInterval(() => {
  process.send({ counts, wrong });
  wrong = [];
}, 1_000);
await Promise.all(Array.from({ length: concurrency }, (_, id) => caller(`${process.pid}-${id}`)));
clearInterval(tell);
process.send({ counts, wrong, done: true }, () => process.exit(0));
