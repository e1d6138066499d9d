import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from './paths.js';

/**
 * Compiles the generated `.ts` files of a folder to `.js` beside them, unchecked: this measures code, and what
 * a peer's types are like under the newest compiler is not the question.
 * `module` is `esm`, or `commonjs` for a peer whose imports have no file extension.
 */
export function compile(folder, module) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => file.endsWith('.ts'));
  if (files.length === 0) return;
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ type: module === 'esm' ? 'module' : 'commonjs' }),
  );
  const tsconfig = {
    compilerOptions: {
      target: 'es2023',
      module: module === 'esm' ? 'nodenext' : 'commonjs',
      moduleResolution: module === 'esm' ? 'nodenext' : 'bundler',
      noCheck: true,
      skipLibCheck: true,
      types: [],
      rootDir: '.',
    },
    files,
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  try {
    execFileSync(process.execPath, [join(packageFolder('typescript'), 'bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    });
  } catch (error) {
    throw new Error(error.stdout || error.message, { cause: error });
  }
}
