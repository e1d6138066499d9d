import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { create, type DescMessage, isFieldSet, type Message, toBinary } from '@bufbuild/protobuf';
import { reflect } from '@bufbuild/protobuf/reflect';
import { CodeGeneratorRequestSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { decodeRequest, generate } from 'protoc-gen-twirp-ts';
import { afterAll, expect, test, vi } from 'vitest';
import { Compared } from './compared.ts';
import { compiledRules } from './compiled-rules.ts';
import { EdgeSchema } from './edge-schema.ts';

/** Each rule is there at each of its edges whatever the stride, in fewer places; `PIPIT_RUNS=4000` takes all. */
const stride = Math.max(1, Math.floor(4000 / Number(process.env['PIPIT_RUNS'] ?? 1)));
const seed = Number(process.env['PIPIT_SEED'] ?? 1);

// Not in the system's temporary folder: the generated code must find the runtime.
const dir = fileURLToPath(new URL(`.random/edges-${process.pid}/`, import.meta.url));
mkdirSync(dir, { recursive: true });
// Rules that compare with now have their edge right there, for everybody.
vi.useFakeTimers({ toFake: ['Date'] });
afterAll(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

const schema = new EdgeSchema(compiledRules(dir), stride, seed);
const { set } = schema;
const descriptors = toBinary(FileDescriptorSetSchema, set);
const request = create(CodeGeneratorRequestSchema, {
  fileToGenerate: ['proto2.proto', 'proto3.proto', 'editions.proto'],
  parameter: 'import_extension=ts',
  protoFile: set.file,
});
for (const { name, content } of generate(decodeRequest(toBinary(CodeGeneratorRequestSchema, request)))) {
  writeFileSync(join(dir, name), content);
}
const compared = new Compared(descriptors, dir);

test('at, below and above each edge the violations are those of protovalidate', async () => {
  const broken = new Set<string>();
  for (const { stem, typeName, inits } of schema.messages) {
    const { desc, compare } = await compared.message(stem, typeName);
    for (const init of inits) {
      for (const { rulePath } of compare(toBinary(desc, create(desc, init as never)))) {
        broken.add(rulePath.replace(/^(?:repeated\.items|map\.keys|map\.values)\./, ''));
      }
    }
  }
  // What cannot be broken: examples, and what only says how others are meant.
  const rules = schema.ruleNames.filter((name) => !/^(?:.*\.example|string\.strict)$/.test(name));
  expect(rules.filter((name) => !broken.has(name))).toEqual([]);
  // Whole it takes long.
}, 3_600_000);

test('no field of the messages of rules is forgotten', () => {
  const names = new Set<string>();
  const used = new Set<string>();
  const walk = (desc: DescMessage): void => {
    for (const field of desc.fields) {
      const name = `${desc.typeName}.${field.name}`;
      if (names.has(name)) continue;
      names.add(name);
      if (field.message?.typeName.startsWith('buf.validate.') === true) walk(field.message);
    }
  };
  const use = (desc: DescMessage, message: Message): void => {
    for (const field of desc.fields) {
      if (!isFieldSet(message, field)) continue;
      used.add(`${desc.typeName}.${field.name}`);
      if (field.message?.typeName.startsWith('buf.validate.') !== true) continue;
      const r = reflect(desc, message);
      if (field.fieldKind === 'list')
        for (const item of r.get(field)) use(field.message, (item as { message: Message }).message);
      else if (field.fieldKind === 'message') use(field.message, r.get(field).message);
    }
  };
  for (const name of ['FieldRules', 'MessageRules', 'OneofRules']) {
    walk(compared.registry.getMessage(`buf.validate.${name}`)!);
  }
  for (const message of schema.options) use(compared.registry.getMessage(message.$typeName)!, message);
  expect([...names].filter((name) => !used.has(name))).toEqual([]);
  expect(names.size).toBeGreaterThan(150);
});
