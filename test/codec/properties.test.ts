import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agreeOnBinary, agreeOnJson, type AnyType } from './agreement.ts';
import { messageOf } from './arbitrary.ts';
import { allDescriptors } from './protobuf-es.ts';
import { messageTypesBelow } from './types.ts';

const RUNS = Number(process.env['PIPIT_RUNS'] ?? 10);
const seed = Number(process.env['PIPIT_SEED'] ?? 1);

const registry = allDescriptors();
const types = await messageTypesBelow(fileURLToPath(new URL('../gen/', import.meta.url)));
// The holder of an extension is no message of the schema, and public imports export well-known types.
const messages = types.filter(
  ({ typeName }) => registry.getMessage(typeName) !== undefined && !typeName.startsWith('google.protobuf.'),
);

test('every message of test/proto is here', () => {
  const declared = [...registry]
    .filter((desc) => desc.kind === 'message')
    .map((desc) => desc.typeName)
    .filter((name) => !name.startsWith('google.protobuf.'));
  expect(messages.map((type) => type.typeName).toSorted()).toEqual(declared.toSorted());
});

describe.each(messages.map((type): [string, AnyType] => [type.typeName, type]))('%s', (typeName, type) => {
  const desc = registry.getMessage(typeName)!;

  test('binary', () => {
    fc.assert(
      fc.property(messageOf(desc, { json: false, depth: 4 }), (message) =>
        agreeOnBinary(type, desc, message),
      ),
      { numRuns: RUNS, seed },
    );
  });

  // Where names cross, protobuf-es writes proto names that are others' JSON names (crossing.test.ts).
  test.skipIf(/^nasty\.crossing\.|^openapi\.v1\.Crossing$/.test(typeName))('JSON', () => {
    fc.assert(
      fc.property(messageOf(desc, { json: true, depth: 4 }), (message) =>
        agreeOnJson(type, desc, registry, message),
      ),
      { numRuns: RUNS, seed },
    );
  });
});
