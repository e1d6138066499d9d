/**
 * Child process: `beside.js <port> <size> <seconds>` makes small calls, a thousand a second at even times, while one
 * caller after the other loads a file of `size` bytes (0 for none). Prints the small calls' latencies in ms and how
 * many files came. A call's time starts when it was due, so that waiting for the one before counts too.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { message } from '../soak/messages.js';

const [port, size, seconds] = process.argv.slice(2).map(Number);
const every = 1;
const small = new Agent({ keepAlive: true, maxSockets: 64 });
const large = new Agent({ keepAlive: true, maxSockets: 1 });
const echo = message('EchoRequest').encode({ text: 'x'.repeat(100) });
const load = message('LoadRequest').encode({ size });

function call(agent, method, body) {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/protobuf', 'content-length': body.length };
    const path = `/api/soak.v1.Soak/${method}`;
    const sent = request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers }, (answer) => {
      let length = 0;
      answer.on('data', (chunk) => (length += chunk.length));
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(length) : reject(new Error(`${method}: ${answer.statusCode}`)),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const latencies = [];
const calls = [];
let files = 0;
const end = performance.now() + seconds * 1_000;

async function transfers() {
  if (size === 0) return;
  while (performance.now() < end) {
    const length = await call(large, 'Load', load);
    if (length !== size) throw new Error(`a file of ${size} bytes came as ${length}`);
    files += 1;
  }
}

async function paced() {
  let due = performance.now();
  while (due < end) {
    for (; due <= performance.now(); due += every) {
      const from = due;
      calls.push(call(small, 'Echo', echo).then(() => latencies.push(performance.now() - from)));
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

// The transfers have a process of their own: reading them must not hold up those who measure.
if (process.send !== undefined) {
  await transfers();
  process.send(files);
  process.disconnect();
} else {
  await measure();
}

async function measure() {
  const child = size > 0 ? fork(fileURLToPath(import.meta.url), process.argv.slice(2)) : undefined;
  const ended = child === undefined ? undefined : once(child, 'message');
  await paced();
  await Promise.all(calls);
  if (ended !== undefined) [files] = await ended;
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.floor(latencies.length * share)];
  console.log(JSON.stringify({ requests: latencies.length, p50: at(0.5), p99: at(0.99), files }));
  process.exit(0);
}
