// The clients in every engine they run in: `npm run test:engines`. Each answers the cases of twirp-client.jsonl as node
// does (test/cases/client.test.ts holds what that is), leaves a call, and bounds an answer.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { STATUS_CODES } from 'node:http';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { engines } from './engines.js';

const path = (name) => fileURLToPath(new URL(name, import.meta.url));
const kinds = ['json', 'protobuf', 'codec-free'];
/** What is sent, by the first segment of the path; a case without an answer is about something else. */
const answers = ['twirp-client.jsonl', 'client.jsonl']
  .flatMap((file) => readFileSync(path(`../cases/${file}`), 'utf8').split('\n'))
  .flatMap((line) => (line === '' ? [] : [JSON.parse(line)]))
  .filter(({ response }) => response.status !== undefined);

const server = createServer((socket) => {
  let received = '';
  socket.on('error', () => undefined);
  socket.setEncoding('latin1').on('data', (chunk) => {
    received += chunk;
    const end = received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0);
    const whole = /\r\ntransfer-encoding: *chunked/i.test(received)
      ? received.endsWith('0\r\n\r\n')
      : received.length - end - 4 >= length;
    const name = /^POST \/([^/]*)/.exec(received)?.[1] ?? '';
    if (whole && name !== 'silence')
      socket.end(name === 'long' ? long() : answer(answers[Number(name)].response));
  });
}).listen(0, '127.0.0.1');
await once(server, 'listening');
const origin = `http://127.0.0.1:${server.address().port}`;

function answer({ status, contentType = '', location = '', body = '' }) {
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, 'Connection: close'];
  if (contentType !== '') lines.push(`Content-Type: ${contentType}`);
  if (location !== '') lines.push(`Location: ${location}`);
  if (status !== 204 && status !== 304) lines.push(`Content-Length: ${Buffer.byteLength(body)}`);
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}

function long() {
  return answer({ status: 200, contentType: 'application/json', body: `{"name":"${'x'.repeat(5000)}"}` });
}

const bundle = path('.out/calls.mjs');
mkdirSync(path('.out'), { recursive: true });
const { outputFiles } = await build({
  entryPoints: [path('calls.ts')],
  bundle: true,
  format: 'iife',
  platform: 'browser',
  conditions: ['@pipit/source'],
  write: false,
});
const code = outputFiles[0].text;
// For those that are programs: the calls come as an argument, what they came to is written.
const main = `
const calls = JSON.parse((globalThis.Deno?.args ?? process.argv.slice(2))[0]);
pipitOutcomes(calls, fetch).then((outcomes) => { console.log(JSON.stringify(outcomes)); globalThis.process?.exit?.(0); });`;
writeFileSync(bundle, code + main);

const calls = kinds.flatMap((kind) => [
  ...answers.map((_, index) => ({ kind, baseUrl: `${origin}/${index}` })),
  { kind, baseUrl: `${origin}/silence`, leave: true },
  { kind, baseUrl: `${origin}/long`, maxResponseBytes: 1000 },
]);
const names = kinds.flatMap((kind) =>
  [...answers.map(({ name }) => name), 'left', 'too long'].map((name) => `${kind}: ${name}`),
);

/** An engine has words of its own for a status, for what a reader of JSON refuses, and for why a call was left. */
function comparable(outcome) {
  const msg = outcome.msg
    ?.replace(/^(failed to unmarshal response|aborted because context was done): .*/s, '$1')
    .replace(/(HTTP status code \d+) "[^"]*"/, '$1');
  return { ...outcome, msg };
}

let failed = 0;
let expected;
for (const [engine, run] of Object.entries(engines(bundle, code))) {
  // React Native gives no bytes where nobody asks for text: it speaks JSON.
  const chosen = calls.flatMap((call, i) =>
    engine.startsWith('React') && call.kind === 'protobuf' ? [] : [i],
  );
  let wrong = [];
  try {
    const outcomes = (await run(chosen.map((i) => calls[i]))).map((outcome) =>
      comparable(ofThisRealm(outcome)),
    );
    expected ??= outcomes;
    if (expected === outcomes) checkNode(outcomes);
    wrong = chosen.flatMap((i, at) =>
      differs(outcomes[at], expected[i])
        ? [`${names[i]}: ${JSON.stringify(outcomes[at])}, node: ${JSON.stringify(expected[i])}`]
        : [],
    );
  } catch (error) {
    wrong = [String(error.stack ?? error)];
  }
  failed += wrong.length;
  console.log(
    `${engine}: ${wrong.length === 0 ? `${chosen.length} calls as in node` : `${wrong.length} wrong`}`,
  );
  for (const line of wrong.slice(0, 10)) console.log(`  ${line}`);
}
server.close();
process.exit(failed === 0 ? 0 : 1);

/** Other realms' objects have other prototypes. */
function ofThisRealm(value) {
  return JSON.parse(JSON.stringify(value));
}

function differs(outcome, wanted) {
  try {
    assert.deepEqual(outcome, wanted);
    return false;
  } catch {
    return true;
  }
}

/** That node's own are right beyond what the cases' test holds. */
function checkNode(outcomes) {
  for (const [i, name] of names.entries()) {
    if (name.endsWith(': left')) assert.equal(outcomes[i].code, 'canceled');
    if (name.endsWith(': too long')) assert.equal(outcomes[i].code, 'resource_exhausted');
  }
}
