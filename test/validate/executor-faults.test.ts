/** Rules that cannot be, and rules that fail, by the executor for the official harness: as protovalidate has them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, createFileRegistry, fromBinary, fromJsonString, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { CompilationError, createValidator, RuntimeError } from '@bufbuild/protovalidate';
import { rulesProtoPath } from 'protoc-gen-twirp-ts';
import { afterAll, expect, test } from 'vitest';
import { runProtoc } from '../codec/protobuf-es.ts';
import {
  TestConformanceRequest,
  TestConformanceResponse,
} from '../gen/buf/validate/conformance/harness/harness.pb.ts';
import { runCases } from '../interop/validate-conformance-executor.ts';

const field = (rule: string): string => `[(buf.validate.field).${rule}]`;
const cel = (expression: string): string => `cel = { id: "own", expression: ${JSON.stringify(expression)} }`;

/** A message's fields, and a message of them. */
const faults: Readonly<Record<string, readonly [fields: string, json: string]>> = {
  Kept: [`string a = 1 ${field('string.min_len = 1')};`, '{"a":"x"}'],
  Broken: [`string a = 1 ${field('string.min_len = 1')};`, '{}'],
  NoCel: [`int32 a = 1 ${field(cel('this >'))};`, '{"a":1}'],
  NoName: [`int32 a = 1 ${field(cel('that > 1'))};`, '{"a":1}'],
  NoFunction: [`int32 a = 1 ${field(cel('this.isLarge()'))};`, '{"a":1}'],
  NoField: [`int32 a = 1; option (buf.validate.message).${cel('this.b > 1')};`, '{"a":1}'],
  OtherType: [`int32 a = 1 ${field(cel("this.startsWith('x')"))};`, '{"a":1}'],
  NeitherBoolNorText: [`int32 a = 1 ${field(cel('this + 1'))};`, '{"a":1}'],
  ByZero: [`int32 a = 1 ${field(cel('1 / this == 1'))};`, '{}'],
  ByOne: [`int32 a = 1 ${field(cel('1 / this == 1'))};`, '{"a":1}'],
  DynamicType: [`int32 a = 1; option (buf.validate.message).${cel('dyn(this.a).b == 1')};`, '{"a":1}'],
  RulesOfOthers: [`string a = 1 ${field('int32.gt = 1')};`, '{"a":"x"}'],
  RulesOfLists: [`string a = 1 ${field('repeated.min_items = 1')};`, '{"a":"x"}'],
  RulesOfOne: [`repeated string a = 1 ${field('string.min_len = 1')};`, '{"a":["x"]}'],
  RulesOfMaps: [`repeated string a = 1 ${field('map.min_pairs = 1')};`, '{"a":["x"]}'],
  RulesOfWrapped: [`google.protobuf.Int32Value a = 1 ${field('string.min_len = 1')};`, '{"a":1}'],
  RulesOfItems: [`repeated string a = 1 ${field('repeated.items.int32.gt = 1')};`, '{"a":["x"]}'],
  RulesOfKeys: [`map<string, string> a = 1 ${field('map.keys.int32.gt = 1')};`, '{"a":{"k":"x"}}'],
  NoPattern: [`string a = 1 ${field('string.pattern = "(?=a)"')};`, '{"a":"x"}'],
  OneofOfNone: ['string a = 1; option (buf.validate.message).oneof = {};', '{}'],
  OneofTwice: ['string a = 1; option (buf.validate.message).oneof = { fields: ["a", "a"] };', '{}'],
  OneofOfUnknown: ['string a = 1; option (buf.validate.message).oneof = { fields: ["b"] };', '{}'],
  InOther: ['NoCel a = 1;', '{"a":{"a":1}}'],
  InOtherUnset: ['NoCel a = 1;', '{}'],
  InIgnored: [`NoCel a = 1 ${field('ignore = IGNORE_ALWAYS')};`, '{"a":{"a":1}}'],
};

const dir = mkdtempSync(join(tmpdir(), 'pipit-faults-'));
afterAll(() => rmSync(dir, { recursive: true }));
writeFileSync(
  join(dir, 'faults.proto'),
  `syntax = "proto3";
  package faults;
  import "buf/validate/validate.proto";
  import "google/protobuf/wrappers.proto";
  ${Object.entries(faults)
    .map(([name, [fields]]) => `message ${name} { ${fields} }`)
    .join('\n')}`,
);
const out = join(dir, 'set.bin');
runProtoc([
  `-I${dir}`,
  `-I${rulesProtoPath}`,
  '--include_imports',
  `--descriptor_set_out=${out}`,
  'faults.proto',
]);
const fdset = readFileSync(out);
const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fdset));

async function answers(
  cases: Readonly<Record<string, { readonly typeUrl: string; readonly value: Uint8Array }>>,
): Promise<Record<string, string | undefined>> {
  const response = await runCases(TestConformanceRequest.encode({ fdset, cases }));
  const { results } = TestConformanceResponse.decode(response);
  return Object.fromEntries(Object.entries(results).map(([name, { result }]) => [name, result?.case]));
}

function expectedOf(name: string): string {
  const desc = registry.getMessage(`faults.${name}`)!;
  const result = createValidator({ registry }).validate(desc, fromJsonString(desc, faults[name]![1]));
  if (result.kind === 'valid') return 'success';
  if (result.kind === 'invalid') return 'validationError';
  if (result.error instanceof CompilationError) return 'compilationError';
  return result.error instanceof RuntimeError ? 'runtimeError' : 'unexpectedError';
}

test('each fault is of the kind that protovalidate says, and leaves the cases beside it alone', async () => {
  const cases = Object.entries(faults).map(([name, [, json]]) => {
    const desc = registry.getMessage(`faults.${name}`)!;
    const value = toBinary(desc, fromJsonString(desc, json));
    return [name, { typeUrl: `type.googleapis.com/faults.${name}`, value }] as const;
  });
  const expected = {
    ...Object.fromEntries(cases.map(([name]) => [name, expectedOf(name)])),
    // Ours are compiled before there is a value, patterns too.
    InOtherUnset: 'compilationError',
    NoPattern: 'compilationError',
  };
  expect(await answers(Object.fromEntries(cases))).toEqual(expected);
  expect(new Set(Object.values(expected))).toEqual(
    new Set(['success', 'validationError', 'compilationError', 'runtimeError']),
  );
});

test('a message that is not in the set, and bytes that are none of it, are unexpected errors', async () => {
  const kept = registry.getMessage('faults.Kept')!;
  const typeUrl = 'type.googleapis.com/faults.Kept';
  const cases = {
    unknown: { typeUrl: 'type.googleapis.com/faults.Nowhere', value: new Uint8Array() },
    cut: { typeUrl, value: Uint8Array.of(0x0a, 5, 0x41) },
    kept: { typeUrl, value: toBinary(kept, create(kept, { a: 'x' })) },
    anyHost: { typeUrl: 'example.com/types/faults.Kept', value: new Uint8Array() },
  };
  expect(await answers(cases)).toEqual({
    unknown: 'unexpectedError',
    cut: 'unexpectedError',
    kept: 'success',
    anyHost: 'validationError',
  });
});
