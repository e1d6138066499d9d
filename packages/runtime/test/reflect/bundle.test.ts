import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Platform } from 'esbuild';
import { expect, test } from 'vitest';

/** The files that go into a bundle. */
async function inputsOf(code: string, platform: Platform): Promise<string[]> {
  const result: { readonly metafile: Metafile; readonly warnings: readonly unknown[] } = await build({
    stdin: {
      contents: code,
      resolveDir: fileURLToPath(new URL('../fixture/', import.meta.url)),
      loader: 'ts',
    },
    bundle: true,
    platform,
    format: 'esm',
    minify: true,
    write: false,
    metafile: true,
    external: ['fastify', 'qs'],
    conditions: ['@pipit/source'],
    logLevel: 'silent',
  });
  expect(result.warnings).toEqual([]);
  return Object.keys(result.metafile.inputs);
}

const client = `
  import { createClient } from '@pipit/runtime/client';
  import { Accounts } from './access.twirp.ts';
  console.log(createClient(Accounts, { baseUrl: 'https://example.com' }));`;
const server = `
  import { createHandler } from '@pipit/runtime/node';
  import { Accounts } from './access.twirp.ts';
  console.log(createHandler({ services: [Accounts.serve({} as never)] }));`;

test.each<[string, string, Platform]>([
  ['client', client, 'browser'],
  ['server', server, 'node'],
])('a %s that asks for no schema has none in its bundle', async (_, code, platform) => {
  const inputs = await inputsOf(code, platform);
  expect(inputs.some((path) => path.endsWith('access.twirp.ts'))).toBe(true);
  expect(inputs.filter((path) => /\.descriptor\.ts$|packages\/schema\/|\/reflect\//.test(path))).toEqual([]);
});
