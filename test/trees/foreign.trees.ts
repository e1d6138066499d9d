// Schemas that somebody else wrote: `npm run test:trees`, and `TREES=whole npm run test:trees` for all of googleapis.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createFileRegistry, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { agreeOnBinary, agreeOnJson } from '../codec/agreement.ts';
import { messageOf } from '../codec/arbitrary.ts';
import { messageTypesBelow } from '../codec/types.ts';
import { filesOf, outputOf, mend, type Tree, trees } from './trees.ts';

const numRuns = Number(process.env['PIPIT_RUNS'] ?? 3);
const seed = Number(process.env['PIPIT_SEED'] ?? 1);
const require = createRequire(import.meta.url);
const root = fileURLToPath(new URL('../../', import.meta.url));

beforeAll(mend);

describe.each(trees.map((tree): [string, Tree] => [tree.name, tree]))('%s', (_, tree) => {
  const files = beforeTree(tree);

  test('generates with exit 0, and nothing but warnings', () => {
    const { status, stderr } = files.run(
      `--plugin=protoc-gen-twirp-ts=${join(root, 'packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js')}`,
      `--twirp-ts_out=${files.out}`,
      '--twirp-ts_opt=import_extension=ts,json_client=true',
    );
    expect(stderr.split('\n').filter((line) => line !== '' && !line.includes('warning: '))).toEqual([]);
    expect(status).toBe(0);
  });

  test('compiles under the strictest options', () => {
    const tsconfig = {
      extends: join(root, 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        composite: false,
        incremental: false,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
        noUnusedLocals: true,
        noUnusedParameters: true,
        exactOptionalPropertyTypes: true,
      },
      include: ['**/*.ts'],
    };
    writeFileSync(join(files.out, 'tsconfig.json'), JSON.stringify(tsconfig));
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    const args = [tsc, '-p', files.out, '--pretty', 'false'];
    const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 28 });
    expect(stdout.split('\n').slice(0, 20).join('\n')).toBe('');
  });

  test('every message comes through binary and JSON as through protobuf-es', async () => {
    const registry = files.registry();
    const types = new Map((await messageTypesBelow(files.out)).map((type) => [type.typeName, type]));
    const differences: string[] = [];
    let compared = 0;
    for (const [typeName, type] of types) {
      const desc = registry.getMessage(typeName);
      // The holder of an extension is no message of the schema.
      if (desc === undefined) continue;
      compared++;
      try {
        const check = (json: boolean): void =>
          fc.assert(
            fc.property(messageOf(desc, { json, depth: 3 }), (message) =>
              json ? agreeOnJson(type, desc, registry, message) : agreeOnBinary(type, desc, message),
            ),
            { numRuns, seed },
          );
        check(false);
        check(true);
      } catch (error) {
        differences.push(`${typeName}: ${String(error).slice(0, 500)}`);
      }
    }
    console.log(`${tree.name}: ${compared} messages compared`);
    expect(differences.slice(0, 20).join('\n')).toBe('');
    expect(compared).toBeGreaterThan(0);
  });
});

/** The files of a tree, once they are mended. */
function beforeTree(tree: Tree): {
  readonly out: string;
  run(...args: string[]): { status: number | null; stderr: string };
  registry(): FileRegistry;
} {
  const out = outputOf(tree);
  const list = join(out, '../files.txt');
  beforeAll(() => {
    const paths = filesOf(tree);
    console.log(`${tree.name}: ${paths.length} files`);
    writeFileSync(list, paths.join('\n'));
  });
  const run = (...args: string[]): { status: number | null; stderr: string } => {
    const include = tree.roots.map((folder) => `--proto_path=${folder}`);
    const command = [join(dirname(require.resolve('protoc/package.json')), 'protoc.cjs'), ...include];
    return spawnSync(process.execPath, [...command, ...args, `@${list}`], {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
  };
  const registry = (): FileRegistry => {
    const set = join(out, '../set.bin');
    const { status, stderr } = run('--include_imports', `--descriptor_set_out=${set}`);
    if (status !== 0) throw new Error(stderr);
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, readFileSync(set)));
  };
  return { out, run, registry };
}
