// The message types of test/gen as they run in production: compiled by tsc, on the compiled runtime.
import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));
const folderOf = (user) => join(root, 'node_modules/.cache', `pipit-test-gen-${user}`);

/**
 * Compiles test/gen; the runtime must have been built.
 * @param {string} user whose folder it is: suites run beside each other
 */
export function compileGenerated(user) {
  const out = folderOf(user);
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  rmSync(out, { recursive: true, force: true });
  const run = spawnSync(
    process.execPath,
    [tsc, '-p', join(root, 'test/tsconfig.gen.json'), '--outDir', out],
    {
      encoding: 'utf8',
    },
  );
  if (run.status !== 0) throw new Error(`test/gen does not compile (was the runtime built?):\n${run.stdout}`);
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }\n');
}

/** @returns {Promise<import('@pipit/runtime/codec').MessageType<any, any>[]>} every message type of the compiled code */
export async function compiledTypes(user) {
  const dir = folderOf(user);
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.pb.js'),
  );
  const modules = await Promise.all(files.sort().map((path) => import(pathToFileURL(join(dir, path)).href)));
  return modules
    .flatMap((module) => Object.values(module))
    .filter((value) => typeof value?.decode === 'function');
}
