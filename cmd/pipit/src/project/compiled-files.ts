import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { slashed } from './paths.ts';
import type { Project } from './project.ts';
import { compilerOptions, tsconfigOf } from './tsconfig.ts';

/** Endings of the files that the compiler writes beside a `.js` of the same name. */
const companions = ['.js.map', '.d.ts', '.d.ts.map'];

/**
 * The files in the compiler's output whose names are those of compiled generated code, by the path of the source below
 * `rpc/`: `user/v0/echo.pb.ts` → `dist/rpc/user/v0/echo.pb.js` and what lies beside it, absolute. The `.js` is first.
 * None where the tsconfig has no `outDir`, or one outside of the project.
 */
export function compiledFiles({ root, rpcDir }: Project): Map<string, string[]> {
  const config = tsconfigOf(root, rpcDir);
  const { outDir, rootDir } = compilerOptions(config);
  if (typeof outDir !== 'string') return new Map();
  const from = resolve(dirname(config), typeof rootDir === 'string' ? rootDir : '.');
  const folder = resolve(dirname(config), outDir, relative(from, rpcDir));
  if (folder === rpcDir || relative(root, folder).startsWith('..') || !existsSync(folder)) return new Map();
  const names = new Set(readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(slashed));
  const compiled = [...names].filter((name) => name.endsWith('.js'));
  return new Map(
    compiled.map((name) => {
      const stem = name.slice(0, -'.js'.length);
      const beside = companions.map((end) => stem + end).filter((each) => names.has(each));
      return [`${stem}.ts`, [name, ...beside].map((each) => join(folder, each))];
    }),
  );
}
