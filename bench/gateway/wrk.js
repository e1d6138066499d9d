import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onLoadCore } from '../lib/cores.js';
import { message } from '../soak/messages.js';

const folder = mkdtempSync(join(tmpdir(), 'bench-gateway-'));
let scripts = 0;

/** Echo with so many bytes of text. */
export function echo(bytes) {
  const head = message('EchoRequest')
    .encode({ text: 'x'.repeat(bytes) })
    .subarray(0, -bytes);
  return { method: 'Echo', body: `${luaString(head)} .. string.rep("x", ${bytes})` };
}

/** A file of so many bytes. */
export function load(size) {
  return { method: 'Load', body: luaString(message('LoadRequest').encode({ size })) };
}

/**
 * One call in protobuf again and again, over so many keep-alive connections.
 * @returns requests, seconds, latencies in ms at p50 and p99
 * @throws {Error} for any answer that is not 2xx and any connection that breaks
 */
export async function wrk(port, { method, body }, { concurrency, seconds }) {
  // Each run has its own: several go at once.
  const script = join(folder, `${method}-${++scripts}.lua`);
  writeFileSync(
    script,
    `wrk.method = "POST"
wrk.body = ${body}
wrk.headers["Content-Type"] = "application/protobuf"
function done(summary, latency)
  local e = summary.errors
  local failed = e.status + e.connect + e.read + e.write + e.timeout
  print(string.format("result %d %d %d %d %d", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
`,
  );
  const [command, ...args] = onLoadCore([
    'wrk',
    '-t1',
    `-c${concurrency}`,
    `-d${seconds}s`,
    '--timeout',
    '10s',
    '-s',
    script,
    `http://127.0.0.1:${port}/api/soak.v1.Soak/${method}`,
  ]);
  const { stdout } = await promisify(execFile)(command, args);
  const [requests, microseconds, errors, p50, p99] = /^result (.*)$/m.exec(stdout)[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${errors} of ${requests} requests failed:\n${stdout}`);
  return { requests, seconds: microseconds / 1e6, p50: p50 / 1e3, p99: p99 / 1e3 };
}

function luaString(bytes) {
  return `"${[...bytes].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"`;
}
