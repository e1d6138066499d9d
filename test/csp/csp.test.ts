import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const script = fileURLToPath(new URL('run.js', import.meta.url));

test('every message works where code from strings is forbidden', () => {
  const run = spawnSync(process.execPath, ['--disallow-code-generation-from-strings', script], {
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  expect(run.stdout).toMatch(/^[1-9]\d+ message types\n$/);
}, 60_000);

test('which the script makes sure of', () => {
  const run = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(run.status).not.toBe(0);
  expect(run.stderr).toContain('code generation is allowed');
});
