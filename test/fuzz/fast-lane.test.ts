import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** `npm run fuzz:lane` takes 100,000. */
const RUNS = Number(process.env['PIPIT_RUNS'] ?? 5) * 40;

test('the fast lane answers as node:http does, however requests are mutated and cut', async () => {
  const script = fileURLToPath(new URL('fast-lane.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, '--runs', `${RUNS}`]);
  expect(stdout).toContain(` ${RUNS} connections, `);
  expect(Number(/'in the lane': (\d+)/.exec(stdout)?.[1])).toBeGreaterThan(RUNS / 2);
});
