import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
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

test('a service bundled for the edge needs nothing of Node, and no eval', async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: `
        import { createFetchHandler } from '@pipit/runtime/fetch';
        import { Cases } from './gen/pipit/cases/v1/cases.twirp.ts';
        const service = new Proxy({}, { get: () => (request) => request, has: () => true });
        globalThis.handler = createFetchHandler({ services: [Cases.serve(service)] });`,
      resolveDir: import.meta.dirname,
      loader: 'ts',
    },
    bundle: true,
    platform: 'browser',
    format: 'iife',
    conditions: ['@pipit/source'],
    write: false,
  });
  // What a Worker has. No process, no Buffer, no require.
  const edge = createContext(
    {
      Headers,
      ReadableStream,
      Request,
      Response,
      TextDecoder,
      TextEncoder,
      TransformStream,
      URL,
      crypto,
      performance,
      console,
      queueMicrotask,
      clearTimeout,
      setTimeout,
    },
    { codeGeneration: { strings: false, wasm: false } },
  ) as { handler: (request: Request) => Promise<Response> };
  runInContext(outputFiles[0]!.text, edge);
  const url = 'http://x/api/pipit.cases.v1.Cases/Echo';
  const body = new URLSearchParams({ 'int32s[0]': '4', 'int32s[1]': '5' });
  const answer = await edge.handler(new Request(url, { method: 'POST', body }));
  expect(answer.headers.get('x-trace-id')).toMatch(/^[0-9a-f]{32}$/);
  expect(await answer.json()).toMatchObject({ int32s: [4, 5] });
});
