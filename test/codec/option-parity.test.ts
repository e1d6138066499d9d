import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DescMessage, isMessage, type Message } from '@bufbuild/protobuf';
import { type Timestamp, TimestampSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { rulesProtoPath } from 'protoc-gen-twirp-ts';
import { pluginBin } from '../../packages/protoc-gen-twirp-ts/test/protoc.ts';
import { expectSameForms, expectSameMessages } from '../transcode/same-as-generated.ts';
import { agreeOnBinary, agreeOnJson, type AnyType } from './agreement.ts';
import { messageOf } from './arbitrary.ts';
import { allDescriptors, runProtoc } from './protobuf-es.ts';
import { messageTypesBelow } from './types.ts';

// Options of the plugin change what TypeScript sees, and nothing on the wire: every message of test/proto, in code made
// with them, is what it is in code made without.

const numRuns = Number(process.env['PIPIT_RUNS'] ?? 5);
const seed = Number(process.env['PIPIT_SEED'] ?? 1);
const runs = { numRuns, seed };

// Not in the system's temporary folder: the generated code must find the runtime.
const dir = fileURLToPath(new URL(`.random/options-${process.pid}/`, import.meta.url));
afterAll(() => rmSync(dir, { recursive: true }));

const protos = fileURLToPath(new URL('../proto/', import.meta.url));
const registry = allDescriptors();

async function typesWith(option: string): Promise<ReadonlyMap<string, AnyType>> {
  const out = join(dir, option.replaceAll(/\W/g, '-'));
  mkdirSync(out, { recursive: true });
  const files = readdirSync(protos, { recursive: true, encoding: 'utf8' });
  runProtoc([
    `-I${protos}`,
    `-I${rulesProtoPath}`,
    `--plugin=protoc-gen-twirp-ts=${pluginBin}`,
    `--twirp-ts_out=${out}`,
    `--twirp-ts_opt=import_extension=ts,${option}`,
    ...files.filter((path) => path.endsWith('.proto')),
  ]);
  return byName(await messageTypesBelow(out));
}

function byName(types: readonly AnyType[]): ReadonlyMap<string, AnyType> {
  const own = types.filter(
    ({ typeName }) => registry.getMessage(typeName) !== undefined && !typeName.startsWith('google.protobuf.'),
  );
  return new Map(own.map((type) => [type.typeName, type]));
}

const plain = byName(await messageTypesBelow(fileURLToPath(new URL('../gen/', import.meta.url))));
const names = [...plain.keys()].toSorted();

/** Where names cross, protobuf-es writes proto names that are others' JSON names (crossing.test.ts). */
const crossing = /^nasty\.crossing\.|^openapi\.v1\.Crossing$/;

describe.each(['enum=string,names=proto', 'enum=short,int64=string,timestamp=date'])('%s', async (option) => {
  const types = await typesWith(option);
  const hasDates = option.includes('date');

  test('every message is here', () => expect([...types.keys()].toSorted()).toEqual(names));

  test.each(names)('%s', (name) => {
    const desc = registry.getMessage(name)!;
    const type = types.get(name)!;
    if (!hasDates) expectSameMessages(plain.get(name)!, type, desc, runs);
    if (desc.fields.length > 0) expectSameForms(plain.get(name)!, type, desc, runs);
    expectAgreement(type, desc, hasDates ? toMilliseconds : (message) => message);
  });
});

function expectAgreement(type: AnyType, desc: DescMessage, cut: (message: Message) => Message): void {
  const binary = messageOf(desc, { json: false, depth: 3 }).map(cut);
  fc.assert(
    fc.property(binary, (message) => agreeOnBinary(type, desc, message)),
    runs,
  );
  if (crossing.test(type.typeName)) return;
  const json = messageOf(desc, { json: true, depth: 3 }).map(cut);
  fc.assert(
    fc.property(json, (message) => agreeOnJson(type, desc, registry, message)),
    runs,
  );
}

/** Makes every Timestamp in a message one that a Date stands for. */
function toMilliseconds<T>(value: T): T {
  if (isMessage(value, TimestampSchema)) return cutTimestamp(value) as T;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  for (const key of Object.keys(value)) {
    if (!key.startsWith('$')) toMilliseconds((value as Record<string, unknown>)[key]);
  }
  return value;
}

function cutTimestamp(timestamp: Timestamp): Timestamp {
  timestamp.seconds = BigInt.asIntN(36, timestamp.seconds);
  timestamp.nanos = Math.abs(timestamp.nanos % 1000) * 1_000_000;
  return timestamp;
}
