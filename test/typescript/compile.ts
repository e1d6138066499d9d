import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * What the compiler says, under the strictest options, about these files, which find the runtime as a user's do.
 * @param flags of tsc, for example `--extendedDiagnostics`
 */
export function compile(files: Readonly<Record<string, string>>, flags: readonly string[] = []): string {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const dir = mkdtempSync(join(cache, 'pipit-compile-'));
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
  return spawnSync(process.execPath, [tsc, '-p', dir, '--pretty', 'false', ...flags], {
    encoding: 'utf8',
    cwd: dir,
  }).stdout;
}

/** A file that was generated for the tests. */
export function generated(path: string): string {
  return readFileSync(join(root, 'test/gen', path), 'utf8');
}
