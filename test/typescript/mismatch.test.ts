import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

/** What the compiler says about these files, which find the runtime as a user's do. */
function compile(files: Readonly<Record<string, string>>): string {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'pipit-mismatch-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  const config = {
    extends: join(root, 'test/typescript/tsconfig.json'),
    // The sources, so that nothing has to be built.
    compilerOptions: {
      customConditions: ['@pipit/source'],
      lib: ['es2024', 'dom'],
      types: ['node'],
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: ['*.ts'],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(dir, 'package.json'), '{ "type": "module" }');
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  return spawnSync(process.execPath, [tsc, '-p', dir, '--pretty', 'false'], { encoding: 'utf8', cwd: dir })
    .stdout;
}

const generated = (path: string): string => readFileSync(join(root, 'test/gen', path), 'utf8');

test('code generated for another runtime does not compile, and the error says what to do', () => {
  const leaf = generated('imports/leaf.pb.ts');
  const newer = leaf.replaceAll('pipit_runtime_0_1', 'pipit_runtime_9_0');
  expect(newer).not.toBe(leaf);
  const output = compile({ 'leaf.pb.ts': newer });
  expect(output.trim().split('\n')).toHaveLength(1);
  expect(output).toMatch(/leaf\.pb\.ts\(\d+,\d+\): error TS\d+/);
  expect(output).toContain("'$needs_pipit_runtime_9_0__npm_install_pipit_runtime_9_0__or_generate_again'");
});

test('several generated files may be exported from one', () => {
  const files = {
    'leaf.pb.ts': generated('imports/leaf.pb.ts'),
    'scalars.pb.ts': generated('shop/v1/common.pb.ts'),
    'all.ts': "export * from './leaf.pb.ts';\nexport * from './scalars.pb.ts';\n",
  };
  expect(compile(files)).toBe('');
});
