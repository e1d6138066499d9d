import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { afterAll, describe, expect, test } from 'vitest';
import { dynamicTypes } from '@pipit/runtime/dynamic';
import { readDescriptorSet } from '@pipit/schema';
import { expectSameForms, expectSameMessages } from '../transcode/same-as-generated.ts';
import { agreeOnBinary, agreeOnJson, type AnyType } from './agreement.ts';
import { messageOf } from './arbitrary.ts';
import { descriptorSetOf, registryOf, runProtoc } from './protobuf-es.ts';
import { randomSchema } from './random-schema.ts';
import { messageTypesBelow } from './types.ts';

const SCHEMAS = 12;
const RUNS = Number(process.env['PIPIT_RUNS'] ?? 5);
/** Fixed, so that CI fails only for what a commit changed; `PIPIT_SEED=$RANDOM` looks elsewhere. */
const seed = Number(process.env['PIPIT_SEED'] ?? 1);

const require = createRequire(import.meta.url);
// Not in the system's temporary folder: the generated code must find the runtime.
const dir = fileURLToPath(new URL(`.random/${process.pid}/`, import.meta.url));
const paths = Array.from({ length: SCHEMAS }, (_, i) => `random${i}.proto`);
mkdirSync(dir, { recursive: true });
afterAll(() => rmSync(dir, { recursive: true }));
for (const [i, path] of paths.entries()) writeFileSync(join(dir, path), randomSchema(seed, i));

const plugin = fileURLToPath(
  new URL('../../packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js', import.meta.url),
);
const registry = registryOf(dir);
const withoutCode = dynamicTypes(readDescriptorSet(descriptorSetOf(dir)));
runProtoc([
  `-I${dir}`,
  `--plugin=protoc-gen-twirp-ts=${plugin}`,
  `--twirp-ts_out=${dir}`,
  '--twirp-ts_opt=import_extension=ts',
  ...paths,
]);

const types = await messageTypesBelow(dir);
const declared = [...registry].filter(
  (desc) => desc.kind === 'message' && desc.typeName.startsWith('random'),
);

/** protobufjs trips over fields called like what every object has, so it is not asked about files that have some. */
const INHERITED = /\b(constructor|toString|__proto__|value_of|toJSON|to_json|prototype)(?= = )/;
const include = join(dirname(require.resolve('protoc/package.json')), 'include');
const root = new protobuf.Root();
root.resolvePath = (_origin, target) => join(target.startsWith('google/') ? include : dir, target);
root.loadSync(paths.filter((_, i) => !INHERITED.test(randomSchema(seed, i))));

describe(`seed ${seed}`, () => {
  test('every message was generated', () => {
    expect(types.map((type) => type.typeName).toSorted()).toEqual(
      declared.map((desc) => desc.typeName).toSorted(),
    );
  });

  test('generated code compiles', () => {
    const compilerOptions = {
      extends: join(fileURLToPath(new URL('../../', import.meta.url)), 'tsconfig.base.json'),
      compilerOptions: {
        noEmit: true,
        composite: false,
        incremental: false,
        allowImportingTsExtensions: true,
        rewriteRelativeImportExtensions: false,
      },
      include: ['*.ts'],
    };
    writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(compilerOptions));
    const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' });
    expect(stdout).toBe('');
  });

  describe.each(types.map((type): [string, AnyType] => [type.typeName, type]))('%s', (typeName, type) => {
    const desc = registry.getMessage(typeName)!;

    test('binary', () => {
      const other = root.lookup(typeName);
      fc.assert(
        fc.property(messageOf(desc, { json: false, depth: 4 }), (message) =>
          agreeOnBinary(type, desc, message, other instanceof protobuf.Type ? other : undefined),
        ),
        { numRuns: RUNS, seed },
      );
    });

    test('JSON', () => {
      fc.assert(
        fc.property(messageOf(desc, { json: true, depth: 4 }), (message) =>
          agreeOnJson(type, desc, registry, message),
        ),
        { numRuns: RUNS, seed },
      );
    });

    test('without generated code', () => {
      const dynamic = withoutCode.message(typeName) as AnyType;
      expectSameMessages(type, dynamic, desc, { numRuns: RUNS, seed });
      if (desc.fields.length > 0) expectSameForms(type, dynamic, desc, { numRuns: RUNS, seed });
    });
  });
});
