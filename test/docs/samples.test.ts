import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a page shows in one language. */
function samplesOf(page: string, language: string): string[] {
  const doc = readFileSync(join(root, page), 'utf8');
  return [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);
}

test.each([
  ['docs/client.md', ['es2024', 'dom']],
  ['docs/serving.md', ['es2024']],
  ['docs/schema.md', ['es2024']],
  ['docs/protocols.md', ['es2024']],
  ['docs/streaming.md', ['es2024', 'dom', 'dom.asynciterable']],
  ['docs/deploying.md', ['es2024']],
  ['docs/recipes.md', ['es2024']],
  ['docs/validation.md', ['es2024', 'dom']],
])('the samples of %s compile against what is generated from its .proto', (page, lib) => {
  const samples = (language: string): string[] => samplesOf(page, language);
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'pipit-doc-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const [proto = ''] = samples('proto');
  const path = /^\/\/ (\S+\.proto)$/m.exec(proto)?.[1] ?? '';
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), proto);
  const protoc = spawnSync(
    process.execPath,
    [
      require.resolve('protoc/protoc.cjs'),
      `--plugin=protoc-gen-twirp-ts=${join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js')}`,
      `--proto_path=${dir}`,
      `--proto_path=${join(root, 'packages/protoc-gen-twirp-ts/proto')}`,
      `--twirp-ts_out=${dir}`,
      '--twirp-ts_opt=json_client=true',
      path,
    ],
    { encoding: 'utf8' },
  );
  expect(protoc.stderr).toBe('');

  // One page: a sample goes on where the one before it ended.
  writeFileSync(join(dir, 'page.ts'), samples('ts').join('\n'));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  const config = {
    extends: join(root, 'test/typescript/tsconfig.json'),
    compilerOptions: {
      // The sources, so that nothing has to be built.
      customConditions: ['@pipit/source'],
      lib,
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      noUnusedLocals: false,
      isolatedDeclarations: false,
      declaration: false,
    },
    include: ['page.ts'],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', dir, '--pretty', 'false'], { encoding: 'utf8' });
  expect(run.stdout).toBe('');
  expect(samples('ts').length).toBeGreaterThan(1);
});
