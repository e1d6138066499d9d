import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));
const cache = join(root, 'node_modules/.cache');

/** The pages by where their samples run: what there is in a browser there is not on a server. */
const pages = {
  server: ['serving', 'schema', 'protocols', 'deploying', 'recipes'],
  browser: ['client', 'streaming', 'validation'],
} as const;
const libraries = { server: ['es2024'], browser: ['es2024', 'dom', 'dom.asynciterable'] };
const all = [...pages.server, ...pages.browser];

/** What a page shows in one language. */
function samplesOf(page: string, language: string): string[] {
  const doc = readFileSync(join(root, `docs/${page}.md`), 'utf8');
  return [...doc.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code]) => code!);
}

/** Writes what a page shows into a folder of its own, with what is generated from its .proto. */
function writePage(page: string, dir: string): void {
  const [proto = ''] = samplesOf(page, 'proto');
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
      '--twirp-ts_opt=json_client=true,protobuf_client=true',
      path,
    ],
    { encoding: 'utf8' },
  );
  expect(protoc.stderr, page).toBe('');
  // One page: a sample goes on where the one before it ended.
  writeFileSync(join(dir, 'page.ts'), samplesOf(page, 'ts').join('\n'));
}

/** What the compiler says of all pages of a place, a line each; once for all of them, since it takes a while to start. */
function compile(place: keyof typeof pages, dir: string): string[] {
  for (const page of pages[place]) writePage(page, join(dir, page));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  const config = {
    extends: join(root, 'test/typescript/tsconfig.json'),
    compilerOptions: {
      // The sources, so that nothing has to be built.
      customConditions: ['@pipit/source'],
      lib: libraries[place],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
      noUnusedLocals: false,
      isolatedDeclarations: false,
      declaration: false,
    },
    include: ['*/page.ts'],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const run = spawnSync(process.execPath, [tsc, '-p', dir, '--pretty', 'false'], {
    cwd: dir,
    encoding: 'utf8',
  });
  return run.stdout.split('\n').filter((line) => line !== '');
}

let dir = '';
const said: string[] = [];
beforeAll(() => {
  mkdirSync(cache, { recursive: true });
  dir = mkdtempSync(join(cache, 'pipit-doc-'));
  for (const place of ['server', 'browser'] as const) {
    mkdirSync(join(dir, place));
    said.push(...compile(place, join(dir, place)));
  }
});
afterAll(() => rmSync(dir, { recursive: true }));

test.each(all)('the samples of docs/%s.md compile against what is generated from its .proto', (page) => {
  expect(samplesOf(page, 'ts').length).toBeGreaterThan(1);
  expect(said.filter((line) => line.startsWith(`${page}/`))).toEqual([]);
});

test('what the compiler says is said of a page', () => {
  const others = said.filter((line) => !all.some((page) => line.startsWith(`${page}/`)));
  expect(others).toEqual([]);
});
