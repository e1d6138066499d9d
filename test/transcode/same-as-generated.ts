import { type DescMessage, toBinary } from '@bufbuild/protobuf';
import type { FormReader, FromJsonOptions, ToJsonOptions } from '@pipit/runtime/codec';
import fc from 'fast-check';
import { expect } from 'vitest';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import type { AnyType } from '../codec/agreement.ts';
import { messageOf } from '../codec/arbitrary.ts';
import { outcome } from './outcome.ts';

const TO_JSON: readonly ToJsonOptions[] = [
  {},
  { jsonNames: 'camel' },
  { emitDefaults: false },
  { envelope: true },
];
const FROM_JSON: readonly FromJsonOptions[] = [{ firstValueOnly: true }, { strict: true }];

/** What damage puts into JSON: values of other kinds, and what ends or begins something. */
const TOKENS = [
  'null',
  '0',
  '-1',
  '1.5',
  '1e99',
  '""',
  '"x"',
  '[]',
  '{}',
  'true',
  ',',
  ':',
  '"',
  '}',
  ']',
  '\u00e9',
];
const VALUES = [
  '',
  '0',
  '-1',
  '1,2',
  '4294967296',
  '18446744073709551616',
  '1.5',
  'NaN',
  'true',
  'x',
  '%ff',
  'a%2Cb',
];

export interface Runs {
  readonly numRuns: number;
  readonly seed: number;
}

/** Every message through both codecs, whole and damaged, in binary and JSON, in and out. */
export function expectSameMessages(
  generated: AnyType,
  dynamic: AnyType,
  desc: DescMessage,
  runs: Runs,
): void {
  const message = fc.boolean().chain((json) => messageOf(desc, { json, depth: 4 }));
  fc.assert(
    fc.property(message, message, (first, second) => {
      // Two messages, one behind the other, are one in which what the second says wins or is merged.
      expectSameBytes(generated, dynamic, Buffer.concat([toBinary(desc, first), toBinary(desc, second)]));
    }),
    runs,
  );
  fc.assert(
    fc.property(message, fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 3 }), (random, damage) => {
      const bytes = toBinary(desc, random);
      expectSameBytes(generated, dynamic, bytes);
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of damage) changed[at % (bytes.length + 1)] = value;
      expectSameBytes(generated, dynamic, changed);
      expectSameBytes(generated, dynamic, bytes.subarray(0, (damage[0]?.[0] ?? 0) % (bytes.length + 1)));
      for (const options of TO_JSON) {
        const json = outcome(() => generated.toJsonBytes(generated.decode(bytes), options));
        expectSameJson(generated, dynamic, Buffer.from(json, 'latin1'));
        expectSameJson(generated, dynamic, Buffer.from(damaged(json, damage), 'latin1'));
      }
    }),
    runs,
  );
}

/** Forms whose keys are the message's own names, and some others. */
export function expectSameForms(generated: AnyType, dynamic: AnyType, desc: DescMessage, runs: Runs): void {
  const names = desc.fields.flatMap(({ name, jsonName }) => [name, jsonName, `${name}[]`, `${name}.x`]);
  const key = fc.constantFrom(...names, 'unknown').map((name) => encodeURIComponent(name));
  const pair = fc.tuple(key, fc.constantFrom(...VALUES)).map(([name, value]) => `${name}=${value}`);
  const form = fc.array(pair, { maxLength: 4 }).map((pairs) => pairs.join('&'));
  fc.assert(
    fc.property(form, form, (body, query) => {
      const read = (type: AnyType): string =>
        outcome(() => {
          const reader: FormReader = parseForm(Buffer.from(body), query);
          return type.encode(type.fromForm(reader));
        });
      expectSame(read(dynamic), read(generated));
    }),
    runs,
  );
}

/** Generated code reads fields of `jstype = JS_NUMBER` as numbers, which do not hold all that they may. */
const BEYOND_NUMBERS = '2^53';

function expectSame(actual: string, expected: string): void {
  if (!expected.includes(BEYOND_NUMBERS)) expect(actual).toBe(expected);
}

function expectSameBytes(generated: AnyType, dynamic: AnyType, bytes: Uint8Array): void {
  for (const options of TO_JSON) {
    const json = (type: AnyType): string => outcome(() => type.toJsonBytes(type.decode(bytes), options));
    expectSame(json(dynamic), json(generated));
  }
  // JavaScript does not say which of the many NaNs it writes; that one is there, only JSON tells.
  const again = (type: AnyType): string => outcome(() => type.encode(type.decode(bytes)));
  const json = outcome(() => generated.toJsonBytes(generated.decode(bytes)));
  if (!json.includes('NaN') && !json.includes('Error')) expectSame(again(dynamic), again(generated));
}

function expectSameJson(generated: AnyType, dynamic: AnyType, json: Uint8Array): void {
  for (const options of FROM_JSON) {
    const read = (type: AnyType): string => outcome(() => type.encode(type.fromJsonBytes(json, options)));
    expectSame(read(dynamic), read(generated));
  }
}

/** Puts tokens in place of others. */
function damaged(json: string, damage: readonly (readonly [number, number])[]): string {
  const parts = json.split(/(?<=[,:{[\]}])|(?=[,:{[\]}])/);
  for (const [at, value] of damage) parts[at % parts.length] = TOKENS[value % TOKENS.length]!;
  return parts.join('');
}
