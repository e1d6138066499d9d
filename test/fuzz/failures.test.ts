import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** `npm run fuzz:failures` takes 100,000. */
const RUNS = Number(process.env['PIPIT_RUNS'] ?? 5) * 20;

test('a call that fails in any way is answered, and nothing reaches the process', async () => {
  const script = fileURLToPath(new URL('failures.js', import.meta.url));
  // A process of its own: what escapes would be the test runner's otherwise.
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--runs', `${RUNS}`]);
  expect(stdout).toContain(` ${RUNS} runs, `);
});
