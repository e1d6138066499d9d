import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generate, root, samplesOf } from './page.ts';

const require = createRequire(import.meta.url);
const cache = join(root, 'node_modules/.cache');

/** The pages by where their samples run: what there is in a browser there is not on a server. */
const pages = {
  server: ['coming-from', 'serving', 'schema', 'protocols', 'deploying', 'messages', 'recipes'],
  browser: ['client', 'streaming', 'validation'],
} as const;
const libraries = { server: ['es2024'], browser: ['es2024', 'dom', 'dom.asynciterable'] };
const all = [...pages.server, ...pages.browser];

/** What the compiler says of all pages of a place, a line each; once for all of them, since it takes a while to start. */
function compile(place: keyof typeof pages, dir: string): string[] {
  for (const page of pages[place]) {
    mkdirSync(join(dir, page));
    generate(`docs/${page}.md`, join(dir, page));
    // One page: a sample goes on where the one before it ended.
    writeFileSync(join(dir, page, 'page.ts'), samplesOf(`docs/${page}.md`, 'ts').join('\n'));
  }
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
  expect(samplesOf(`docs/${page}.md`, 'ts').length).toBeGreaterThan(1);
  expect(said.filter((line) => line.startsWith(`${page}/`))).toEqual([]);
});

test('what the compiler says is said of a page', () => {
  const others = said.filter((line) => !all.some((page) => line.startsWith(`${page}/`)));
  expect(others).toEqual([]);
});
