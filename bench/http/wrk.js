import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { formats } from './call.js';
import { onLoadCore } from '../lib/cores.js';

const connections = 64;

const folder = mkdtempSync(join(tmpdir(), 'bench-http-'));

/**
 * Loads a server over 64 keep-alive connections.
 * @returns how many requests were answered, in how many seconds, and the latency in ms at p50 and p99
 * @throws {Error} for any answer that is not 2xx and any connection that breaks
 */
export async function wrk(peer, format, port, seconds) {
  const script = join(folder, `${peer.id}-${format}.lua`);
  writeFileSync(script, lua(peer, format));
  const [command, ...args] = onLoadCore([
    'wrk',
    '-t1',
    `-c${connections}`,
    `-d${seconds}s`,
    '-s',
    script,
    `http://127.0.0.1:${port}${peer.path}`,
  ]);
  const { stdout } = await promisify(execFile)(command, args);
  const [requests, microseconds, errors, p50, p99] = /^result (.*)$/m.exec(stdout)[1].split(' ').map(Number);
  if (errors > 0) throw new Error(`${peer.id}, ${format}: ${errors} of ${requests} requests failed`);
  return { requests, seconds: microseconds / 1e6, p50: p50 / 1e3, p99: p99 / 1e3 };
}

/** Without a `request` function wrk makes the request once, so sending it costs next to nothing. */
function lua(peer, format) {
  const { type, body } = formats[format];
  const headers = { 'Content-Type': peer.contentType?.(format) ?? type, ...peer.headers };
  return `wrk.method = "POST"
wrk.body = "${[...body()].map((byte) => `\\${String(byte).padStart(3, '0')}`).join('')}"
${Object.entries(headers)
  .map(([name, value]) => `wrk.headers["${name}"] = "${value}"`)
  .join('\n')}
function done(summary, latency)
  local e = summary.errors
  local failed = e.status + e.connect + e.read + e.write + e.timeout
  print(string.format("result %d %d %d %d %d", summary.requests, summary.duration, failed,
    latency:percentile(50), latency:percentile(99)))
end
`;
}
