import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

// What is sent may be 4 MiB, and what it becomes has to be a small multiple of that.

const script = fileURLToPath(new URL('read-worst.js', import.meta.url));
const run = promisify(execFile);

beforeAll(() => run(process.execPath, [script, 'compile']));

const tooMany = /more than 262144 messages and map entries/;

test.each([
  ['binary: messages', tooMany],
  ['binary: nested messages', tooMany],
  ['binary: messages with unknown fields', tooMany],
  ['binary: unknown fields of two messages in turn', tooMany],
  ['binary: values', tooMany],
  ['binary: bytes', tooMany],
  ['binary: 64-bit integers', /^read$/],
  ['binary: strings', /^read$/],
  ['JSON: messages', tooMany],
  ['JSON: values', tooMany],
  ['JSON: lists', tooMany],
  ['JSON: objects', tooMany],
  ['JSON: bytes', tooMany],
  ['JSON: keys under strict', /unknown field/],
  ['JSON: unknown keys', /^read$/],
  ['JSON: Anys', tooMany],
  ['JSON: nested Anys', tooMany],
  ['form: numbers', /^read$/],
  ['form: strings', /^read$/],
  ['a body: pieces of one byte', /^read$/],
])('4 MiB of %s in a process of 256 MiB', async (kind, outcome) => {
  const { stdout } = await run(process.execPath, ['--max-old-space-size=256', script, kind]);
  expect(stdout.trim()).toMatch(outcome);
});
