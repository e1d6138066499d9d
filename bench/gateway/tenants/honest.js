/**
 * Child process: `honest.js <services url> <callers url> <key> <calls a second>`: a service with two connections, and calls of
 * it at fixed times. Asked for `{ seconds }` it says when that time is over what became of its calls: latencies in
 * milliseconds, each from the time at which the call was due, so that one that had to wait for its turn counts whole.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connectGateway } from '@pipit/gateway/connector';
import { serviceType } from '@pipit/runtime';
import { Echo } from '@pipit/rpc/user/v0/echo.twirp';

process.on('disconnect', () => process.exit(0));
const [url, callers, apiKey, rate] = process.argv.slice(2);
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const name = 'honest.v1.Echo';
const services = [serviceType(name, Echo.methods).serve({ hello: ({ message }) => ({ data: { message } }) })];
for (let count = 0; count < 2; count++) await connectGateway({ url, apiKey, services, log: quiet }).ready;

const agent = new Agent({ keepAlive: true });
const { port } = new URL(callers);
const interval = 1_000 / Number(rate);

function call() {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/json', 'content-length': 16 };
    const path = `/api/${name}/Hello`;
    request({ agent, port, host: '127.0.0.1', method: 'POST', path, headers }, (response) => {
      response.resume().once('close', () => resolve(response.statusCode));
    })
      .on('error', ({ message }) => resolve(message))
      .end('{"message":"hi"}');
  });
}

async function measure(seconds) {
  const begin = performance.now();
  const outcomes = {};
  const latencies = [];
  const calls = [];
  for (let number = 0; number < seconds * rate; number++) {
    const due = begin + number * interval;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    calls.push(
      call().then((outcome) => {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        latencies.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(calls);
  return { outcomes, latencies };
}

await measure(2);
process.send('ready');
for (;;) {
  const [{ seconds }] = await once(process, 'message');
  process.send(await measure(seconds));
}
