/** The rules as OpenAPI says them, beside protovalidate, at, below and above each edge. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  clone,
  create,
  createFileRegistry,
  type DescField,
  type DescMessage,
  fromBinary,
  type Message,
  toBinary,
} from '@bufbuild/protobuf';
import {
  FeatureSet_FieldPresence,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from '@bufbuild/protobuf/wkt';
import { pathToString, reflect } from '@bufbuild/protobuf/reflect';
import { createValidator } from '@bufbuild/protovalidate';
import { openApi, type OpenApiDocument } from '@pipit/openapi';
import type { MessageType } from '@pipit/runtime/codec';
import { dynamicTypes } from '@pipit/runtime/dynamic';
import { readDescriptorSet, Schema } from '@pipit/schema';
import { afterAll, expect, test } from 'vitest';
import { DocumentValidator } from '../openapi/validator.ts';
import { compiledRules } from './compiled-rules.ts';
import { EdgeSchema } from './edge-schema.ts';

/** As in edges.test.ts. */
const stride = Math.max(1, Math.floor(4000 / Number(process.env['PIPIT_RUNS'] ?? 1)));
const dir = mkdtempSync(join(tmpdir(), 'pipit-edges-'));
afterAll(() => rmSync(dir, { recursive: true }));
const schema = new EdgeSchema(compiledRules(dir), stride, Number(process.env['PIPIT_SEED'] ?? 1));
const types = dynamicTypes(readDescriptorSet(toBinary(FileDescriptorSetSchema, schema.set)));
const registry = createFileRegistry(schema.set);
const validator = createValidator({ registry });

/** Where a rule of an element stands. */
const inside = /^(?:repeated\.items|map\.values)\./;

/** What JSON Schema has no words for, or says less about. Bounds of 64 bits are digits of a text. */
const unsaid =
  /^(?:|map\.keys\..*|string\.(?:\w+_bytes|pattern|email|hostname|ip|address|uri|uri_ref|host_and_port|\w+_prefix|\w+_prefixlen|ipv[46]|well_known_regex)|bytes\.(?:len|min_len|max_len|prefix|suffix|contains|pattern|ip|ipv[46]|uuid)|(?:duration|timestamp)\.(?!const|in$|not_in)\w+|field_mask\.\w+|any\.\w+|\w*64\.[gl]te?|enum\.\w+|\w+\.cel\b.*|.*\bcel.*|.*\[.*|message.*|oneof.*|fields?.*)$/;

test('a value that keeps its rules is valid, and one that breaks a rule with a keyword is not', () => {
  const ruled = documentOf('edge.Nothing');
  const plain = documentOf(undefined);
  const wrong: string[] = [];
  let kept = 0;
  const refused = new Set<string>();
  for (const { typeName, inits } of schema.messages) {
    const desc = registry.getMessage(typeName)!;
    const type = types.message(typeName)!;
    const required = new Set(ruled.required(typeName));
    for (const init of inits) {
      const message = fromBinary(desc, toBinary(desc, create(desc, init as never)));
      const result = validator.validate(desc, message);
      if (result.kind === 'error') continue;
      const { fields, without } = jsonOf(desc, type, message);
      const violations = result.kind === 'valid' ? [] : result.violations;
      for (const { name } of desc.fields) {
        if (without.has(name)) continue;
        const value = fields[name];
        const own = violations.filter(({ field }) => field[0]?.kind === 'field' && field[0].name === name);
        const rules = own.map(({ rule }) => pathToString(rule).replace(inside, ''));
        const shown = `${typeName}.${name} ${JSON.stringify(value)} ${rules.join()} ${JSON.stringify(ruled.schema(typeName, name))}`;
        // To rules this is not zero; to JSON Schema it is.
        if (Object.is(value, -0)) continue;
        // What the type itself does not take: numbers that an enum does not name.
        if (value !== undefined && plain.problems(typeName, name, value) !== '') continue;
        const isValid =
          value === undefined ? !required.has(name) : ruled.problems(typeName, name, value) === '';
        if (own.length === 0) {
          if (!isValid) wrong.push(`refused: ${shown}`);
          kept += 1;
        } else if (!rules.every((rule) => unsaid.test(rule))) {
          if (isValid) wrong.push(`taken: ${shown}`);
          for (const rule of rules) refused.add(rule);
        }
      }
    }
  }
  expect(wrong.length, wrong.slice(0, 20).join('\n')).toBe(0);
  expect(kept).toBeGreaterThan(1000);
  const rules = schema.ruleNames.filter((name) => !unsaid.test(name) && !/example$|strict$/.test(name));
  expect(rules.filter((name) => !refused.has(name))).toEqual([]);
}, 3_600_000);

/** The document of a service that takes every message, and answers all with one or each with itself. */
function documentOf(output: string | undefined): Described {
  const dependency = schema.set.file.map(({ name }) => name);
  const method = schema.messages.map(({ typeName }, i) => ({
    name: `Call${i}`,
    inputType: `.${typeName}`,
    outputType: `.${output ?? typeName}`,
  }));
  const file = create(FileDescriptorProtoSchema, {
    name: 'service.proto',
    syntax: 'proto3',
    package: 'edge',
    dependency,
    messageType: [{ name: 'Nothing' }],
    service: [{ name: 'Edges', method }],
  });
  const set = create(FileDescriptorSetSchema, { file: [...schema.set.file, file] });
  const { services } = new Schema(readDescriptorSet(toBinary(FileDescriptorSetSchema, set)));
  return new Described(openApi([...services.values()]));
}

class Described {
  readonly #document: OpenApiDocument;
  readonly #validator: DocumentValidator;
  readonly #validates = new Map<string, (value: unknown) => string>();

  constructor(document: OpenApiDocument) {
    this.#document = document;
    this.#validator = new DocumentValidator(document);
  }

  required(typeName: string): readonly string[] {
    return (this.#document.components.schemas[typeName]!['required'] ?? []) as string[];
  }

  schema(typeName: string, field: string): unknown {
    return (this.#document.components.schemas[typeName]!['properties'] as Record<string, unknown>)[field];
  }

  problems(typeName: string, field: string, value: unknown): string {
    const at = ['components', 'schemas', typeName, 'properties', field];
    const key = at.join('/');
    let validate = this.#validates.get(key);
    if (validate === undefined) this.#validates.set(key, (validate = this.#validator.at(...at)));
    return validate(value);
  }
}

interface FieldsInJson {
  readonly fields: Readonly<Record<string, unknown>>;
  /** Fields with a value that has no JSON, as an Any of an unknown type. */
  readonly without: ReadonlySet<string>;
}

/** One value without JSON does not hide the fields beside it. */
function jsonOf(desc: DescMessage, type: MessageType<unknown>, message: Message): FieldsInJson {
  // Not protobuf-es's JSON, which writes a float with the digits of a double.
  const write = (each: Message): Record<string, unknown> | undefined => {
    try {
      return JSON.parse(type.toJsonString(type.decode(toBinary(desc, each)))) as Record<string, unknown>;
    } catch {
      return undefined;
    }
  };
  const whole = write(message);
  if (whole !== undefined) return { fields: whole, without: new Set() };
  const fields: Record<string, unknown> = {};
  const without = new Set<string>();
  for (const field of desc.fields) {
    const alone = write(withOnly(desc, message, field));
    if (alone === undefined) without.add(field.name);
    // The others are in it too, where their zero is written.
    else fields[field.name] = alone[field.name];
  }
  return { fields, without };
}

/** The message with one field, and those without which it cannot be. */
function withOnly(desc: DescMessage, message: Message, field: DescField): Message {
  const copy = clone(desc, message);
  const fields = reflect(desc, copy);
  for (const other of desc.fields) {
    if (other !== field && other.presence !== FeatureSet_FieldPresence.LEGACY_REQUIRED) fields.clear(other);
  }
  return copy;
}
