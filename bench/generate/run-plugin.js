import { fromBinary } from '@bufbuild/protobuf';
import { CodeGeneratorResponseSchema } from '@bufbuild/protobuf/wkt';
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../lib/paths.js';

const usageHook = fileURLToPath(new URL('report-usage.cjs', import.meta.url));
const usageFile = join(tmpdir(), `pipit-bench-usage-${process.pid}.json`);

/**
 * Runs a plugin once, from the start of its process to its end, the request piped in and the response piped out.
 * @returns `{ wall, cpu, rss, files, bytes }` (seconds, bytes), or `{ failure }` when it ran longer than
 * `seconds`, died, or answered with an error
 */
export async function runPlugin(entry, request, seconds) {
  rmSync(usageFile, { force: true });
  const start = performance.now();
  const child = spawn(process.execPath, ['--require', usageHook, entry], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, BENCH_USAGE: usageFile },
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), seconds * 1000);
  // A plugin that dies early closes its input: how it ended says more than this error.
  child.stdin.on('error', () => {});
  child.stdin.end(request);
  const [output, errors, { code, signal }] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    ended(child),
  ]);
  const wall = (performance.now() - start) / 1000;
  clearTimeout(timer);
  if (signal === 'SIGKILL' && wall >= seconds) return { failure: 'timeout', wall };
  const memory = /heap out of memory|heap limit/.test(errors.toString());
  if (memory) return { failure: 'out of memory', wall };
  if (code !== 0) return { failure: `ended with ${signal ?? code}: ${reason(errors)}`, wall };
  const response = fromBinary(CodeGeneratorResponseSchema, output);
  if (response.error !== '') return { failure: response.error, wall };
  const usage = JSON.parse(readFileSync(usageFile, 'utf8'));
  return { wall, ...usage, files: response.file.length, bytes: output.length };
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
}

/** The line that names the error, where a stack trace surrounds it. */
function reason(errors) {
  const lines = errors.toString().trim().split('\n');
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines.at(-1))
    .replaceAll(`${root}/`, '')
    .slice(0, 200);
}
