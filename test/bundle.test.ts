import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

test('a service bundled as one ES module starts, and parses forms with brackets', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pipit-bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { localFetch } from '@pipit/runtime/local';
        import { Cases } from './gen/pipit/cases/v1/cases.twirp.ts';
        const service = new Proxy({}, { get: () => (request) => request, has: () => true });
        const fetch = localFetch({ services: [Cases.serve(service)] });
        const headers = { 'content-type': 'application/x-www-form-urlencoded' };
        const url = 'http://x/api/pipit.cases.v1.Cases/Echo';
        const answer = await fetch(url, { method: 'POST', headers, body: 'int32s[]=4&int32s[]=5' });
        console.log(answer.status, JSON.stringify((await answer.json()).int32s));`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@pipit/source'],
    write: false,
  });
  const file = join(folder, 'service.mjs');
  writeFileSync(file, outputFiles[0]!.text);
  expect(execFileSync(process.execPath, [file], { encoding: 'utf8' })).toBe('200 [4,5]\n');
});
