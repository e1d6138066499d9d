import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DescMessage, fromBinary, type Message, toBinary } from '@bufbuild/protobuf';
import { violationsToProto } from '@bufbuild/protovalidate';
import fc from 'fast-check';
import { violationsError } from '@pipit/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { runProtoc } from '../codec/protobuf-es.ts';
import { Random } from '../codec/random.ts';
import {
  TestConformanceRequest,
  TestConformanceResponse,
} from '../gen/buf/validate/conformance/harness/harness.pb.ts';
import { runCases } from '../interop/validate-conformance-executor.ts';
import { Compared } from './compared.ts';
import { randomRules } from './random-rules.ts';
import type { Syntax } from './random-standard-rules.ts';
import { randomMessage } from './random-values.ts';

const count = 60;
const runs = Number(process.env['PIPIT_RUNS'] ?? 15);
/** Fixed, so that CI fails only for what a commit changed; `PIPIT_SEED=$RANDOM` looks elsewhere. */
const seed = Number(process.env['PIPIT_SEED'] ?? 1);
const syntaxes: readonly Syntax[] = ['proto2', 'proto3', 'editions'];

const require = createRequire(import.meta.url);
// Not in the system's temporary folder: the generated code must find the runtime.
const dir = fileURLToPath(new URL(`.random/${process.pid}/`, import.meta.url));
const rules = fileURLToPath(new URL('../../packages/protoc-gen-twirp-ts/proto/', import.meta.url));
const plugin = fileURLToPath(
  new URL('../../packages/protoc-gen-twirp-ts/bin/protoc-gen-twirp-ts.js', import.meta.url),
);
mkdirSync(dir, { recursive: true });
afterAll(() => rmSync(dir, { recursive: true }));

const paths = syntaxes.map((syntax) => `${syntax}.proto`);
for (const [i, syntax] of syntaxes.entries()) {
  writeFileSync(join(dir, paths[i]!), randomRules(seed * 3 + i, syntax, count));
}
const set = join(dir, 'set.bin');
runProtoc([
  `-I${dir}`,
  `-I${rules}`,
  '--include_imports',
  `--descriptor_set_out=${set}`,
  `--plugin=protoc-gen-twirp-ts=${plugin}`,
  `--twirp-ts_out=${dir}`,
  '--twirp-ts_opt=import_extension=ts',
  ...paths,
]);
const descriptors = readFileSync(set);
const compared = new Compared(descriptors, dir);
const { registry, validator } = compared;

test('generated checks compile under the strictest options', () => {
  const tsconfig = {
    extends: join(fileURLToPath(new URL('../../', import.meta.url)), 'tsconfig.base.json'),
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      allowImportingTsExtensions: true,
      rewriteRelativeImportExtensions: false,
      noUnusedLocals: true,
      noUnusedParameters: true,
    },
    include: ['*.ts'],
  };
  writeFileSync(join(dir, 'tsconfig.json'), JSON.stringify(tsconfig));
  const tsc = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', dir], { encoding: 'utf8' });
  expect(stdout).toBe('');
});

describe.each(syntaxes)('%s', (syntax) => {
  test('violations of generated and of dynamic checks are those of protovalidate, in its order', async () => {
    let broken = 0;
    for (let i = 0; i < count; i++) {
      const { desc, compare } = await compared.message(syntax, `rules.${syntax}.M${i}`);
      fc.assert(
        fc.property(fc.nat(), (at) => {
          broken += compare(toBinary(desc, randomMessage(desc, new Random(at)))).length;
        }),
        { numRuns: runs, seed },
      );
    }
    // The rules were met from both sides.
    expect(broken).toBeGreaterThan(count);
  });

  test('the executor for the official harness answers as protovalidate does', async () => {
    const messages = new Map<string, { readonly desc: DescMessage; readonly message: Message }>();
    for (let i = 0; i < count; i++) {
      const desc = registry.getMessage(`rules.${syntax}.M${i}`)!;
      for (let at = 0; at < runs / 3; at++) {
        messages.set(`${i} ${at}`, { desc, message: randomMessage(desc, new Random(seed + at)) });
      }
    }
    const cases = Object.fromEntries(
      [...messages].map(([name, { desc, message }]) => [
        name,
        { typeUrl: `type.googleapis.com/${desc.typeName}`, value: toBinary(desc, message) },
      ]),
    );
    const request = TestConformanceRequest.encode({ fdset: descriptors, cases });
    const { results } = TestConformanceResponse.decode(await runCases(request));
    expect(Object.keys(results)).toEqual([...messages.keys()]);
    for (const [name, { desc, message }] of messages) {
      const { result } = results[name]!;
      const expected = validator.validate(desc, message);
      if (expected.kind === 'valid') expect(result).toEqual({ case: 'success', value: true });
      else if (expected.kind === 'error') throw expected.error;
      else {
        const [list, schema] = violationsToProto(expected.violations);
        if (result?.case !== 'validationError') throw new Error(`${name}: ${JSON.stringify(result)}`);
        expect(fromBinary(schema, result.value)).toEqual(list);
      }
    }
  });

  test('an error has them as the message of protovalidate, whose fields are told by name', async () => {
    for (let i = 0; i < count; i++) {
      const { desc, violations } = await compared.message(syntax, `rules.${syntax}.M${i}`);
      for (let at = 0; at < 5; at++) {
        const message = randomMessage(desc, new Random(seed + at));
        const result = validator.validate(desc, message);
        if (result.kind !== 'invalid') continue;
        const [expected, schema] = violationsToProto(result.violations);
        const [detail] = violationsError(violations(toBinary(desc, message))).details;
        expect(detail!.typeUrl).toBe('type.googleapis.com/buf.validate.Violations');
        const told = namesIn(fromBinary(schema, detail!.value));
        const all = namesIn(expected);
        // As many as trailers can carry.
        if (told.length < all.length) expect(detail!.value.length).toBeGreaterThan(6_000);
        expect(told).toEqual(all.slice(0, told.length));
      }
    }
  });
});

type ProtoViolations = ReturnType<typeof violationsToProto>[0];

/** Violations with the names of fields alone. That a key has no sign is not in the name. */
function namesIn({ violations }: ProtoViolations): object[] {
  const names = (path: ProtoViolations['violations'][number]['field']): object[] | undefined =>
    path?.elements.map(({ fieldName, subscript }) => ({ fieldName, key: subscript.value }));
  return violations.map(({ ruleId, message, forKey, field, rule }) => ({
    ruleId,
    message,
    forKey,
    field: names(field),
    rule: names(rule),
  }));
}
