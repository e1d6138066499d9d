import { fileURLToPath } from 'node:url';
import { dynamicTypes } from '@pipit/runtime/dynamic';
import { readDescriptorSet } from '@pipit/schema';
import { describe, expect, test } from 'vitest';
import type { AnyType } from '../codec/agreement.ts';
import { allDescriptors, descriptorSetOf } from '../codec/protobuf-es.ts';
import { messageTypesBelow } from '../codec/types.ts';
import { expectSameForms, expectSameMessages } from './same-as-generated.ts';

const numRuns = Number(process.env['PIPIT_RUNS'] ?? 5);
const seed = Number(process.env['PIPIT_SEED'] ?? 1);

const registry = allDescriptors();
const types = await messageTypesBelow(fileURLToPath(new URL('../gen/', import.meta.url)));
// The holder of an extension is no message of the schema.
const messages = types.filter((type) => registry.getMessage(type.typeName) !== undefined);
const set = descriptorSetOf(fileURLToPath(new URL('../proto/', import.meta.url)));
const withoutCode = dynamicTypes(readDescriptorSet(set));

test('there are messages to compare', () => expect(messages.length).toBeGreaterThan(50));

test('a map entry with two values merges them', () => {
  // Record.record["k"] = {"a": {}} and then {"b": {}}
  const bytes = Buffer.from('0a11 0a016b 1205 0a030a0161 1205 0a030a0162'.replaceAll(' ', ''), 'hex');
  const record = withoutCode.message('nasty.Record') as AnyType;
  expect(record.toJsonString(record.decode(bytes))).toBe(
    '{"record":{"k":{"record":{"a":{"record":{}},"b":{"record":{}}}}}}',
  );
});

describe.each(messages.map((type): [string, AnyType] => [type.typeName, type]))(
  '%s',
  (typeName, generated) => {
    const desc = registry.getMessage(typeName)!;
    const dynamic = withoutCode.message(typeName) as AnyType;

    test('does what generated code does with binary and JSON', () => {
      expectSameMessages(generated, dynamic, desc, { numRuns, seed });
    });

    test('does what generated code does with forms', () => {
      expectSameForms(generated, dynamic, desc, { numRuns, seed });
    });
  },
);
