/**
 * Child process: `h2-generator.js <port> <seconds> <request>` keeps 4 × 16 calls under way over HTTP/2 and prints
 * how many were answered, in how many seconds, and their latency in milliseconds. `request` is
 * `{ headers: [name, value][], body }` as JSON, the body in base64. Fails when an answer is not as long as the first.
 */
import { H2Connection } from './h2-connection.js';

const [port, seconds, request] = process.argv.slice(2);
const { headers, body } = JSON.parse(request);
const fields = [[':method', 'POST'], [':scheme', 'http'], [':authority', `127.0.0.1:${port}`], ...headers];

const latencies = [];
let expected;
let underWay = 64;

const start = performance.now();
const end = start + Number(seconds) * 1000;

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

for (let index = 0; index < 4; index++) {
  const started = new Map();
  const send = () => started.set(connection.send(), performance.now());
  const onAnswer = (stream, length) => {
    expected ??= length;
    if (length !== expected) fail(new Error(`an answer of ${length} bytes instead of ${expected}`));
    const now = performance.now();
    latencies.push(now - started.get(stream));
    started.delete(stream);
    if (now < end) send();
    else if (--underWay === 0) finish(now);
  };
  const connection = new H2Connection(Number(port), fields, Buffer.from(body, 'base64'), onAnswer, fail);
  for (let call = 0; call < 16; call++) send();
}

function finish(now) {
  latencies.sort((a, b) => a - b);
  const percentile = (share) => latencies[Math.floor(latencies.length * share)];
  const result = {
    requests: latencies.length,
    seconds: (now - start) / 1000,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}
