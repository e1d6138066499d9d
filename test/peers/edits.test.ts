import { expect, test } from 'vitest';
import {
  type Breaks,
  breaksOf,
  type Flow,
  type Format,
  showBreaks,
} from '../../cmd/pipit/src/check/compare/breaks.ts';
import { base, edited, edits, type Probe, probes } from '../../cmd/pipit/test/check/edits.ts';
import { parseForm } from '../../packages/runtime/src/form/parse-form.ts';
import type { AnyType } from '../codec/agreement.ts';
import { messageTypesBelow } from '../codec/types.ts';
import { versionOf } from './version-of.ts';

// What `pipit check` says of an edit is what the code of the two versions does to each other.

/** A value in the code of one version. */
interface Side {
  readonly type: AnyType;
  readonly value: object;
  readonly keys: readonly string[];
  readonly same: Readonly<Record<string, string>>;
}

type Json = Readonly<Record<string, unknown>>;

async function typesOf(proto: string): Promise<ReadonlyMap<string, AnyType>> {
  const types = await messageTypesBelow((await versionOf(proto)).root);
  return new Map(types.map((type) => [type.typeName.split('.').at(-1)!, type]));
}

/** Sends the writer's value to the reader's code, and tells whether it means there what it meant. */
function arrives({ format, writer, reader, to }: Flow<Side>): boolean {
  const sent = jsonOf(writer);
  try {
    const read = received(format, writer, reader, to);
    return reader.keys.every((key, i) => textOf(read[key], reader) === textOf(sent[writer.keys[i]!], writer));
  } catch {
    return false;
  }
}

/** The message as the reader has it, in JSON. @throws {Error} where it cannot be read */
function received(format: Format, writer: Side, reader: Side, to: 'server' | 'client'): Json {
  const { type } = reader;
  if (format === 'protobuf')
    return jsonOf({ ...reader, value: type.decode(writer.type.encode(writer.value)) });
  const json = jsonOf(writer);
  if (format === 'JSON' && to === 'server') return jsonOf({ ...reader, value: type.fromJson(json as never) });
  if (format === 'JSON') {
    // Who has no codecs takes an answer as it is, and wants the types that he knows.
    const own = jsonOf(reader);
    const wrong = reader.keys.filter((key) => kindOf(own[key]) !== kindOf(json[key]));
    if (wrong.length > 0) throw new TypeError(wrong.join());
    return json;
  }
  const form = new URLSearchParams();
  for (const key of writer.keys) {
    for (const each of [json[key]].flat()) if (each !== undefined) form.append(key, textOf(each, writer));
  }
  return jsonOf({ ...reader, value: type.fromForm(parseForm(Buffer.from(form.toString()), undefined)) });
}

/** As servers write it. */
function jsonOf({ type, value }: Pick<Side, 'type' | 'value'>): Json {
  return type.toJson(type.create(value)) as Json;
}

function kindOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value;
  return `${Array.isArray(value) ? 'list' : 'object'} of ${[...new Set(Object.values(value).map(kindOf))].join()}`;
}

/** A value as a text: 7, "7" and [7] mean the same. */
function textOf(value: unknown, side: Side): string {
  if (Array.isArray(value)) return value.length === 1 ? textOf(value[0], side) : JSON.stringify(value);
  const text = typeof value === 'object' ? JSON.stringify(value) : `${value as string | number | boolean}`;
  return side.same[text] ?? text;
}

const old = await typesOf(base);

test.each(Object.entries(probes))('%s', async (name, all) => {
  const edit = edits.find((candidate) => candidate.name === name)!;
  const now = await typesOf(edited(edit));
  const said = edit.findings.map((finding) =>
    finding.replace(/^.* \| /, '').replaceAll(', links in pages', ''),
  );
  const seen = new Set(all.map((probe) => showBreaks(broken(probe, old, now))));
  expect([...seen].filter((breaks) => breaks !== '')).toEqual([...new Set(said)]);
});

function broken(
  { message, to, keys, old: was, now: is, same = {} }: Probe,
  before: ReadonlyMap<string, AnyType>,
  after: ReadonlyMap<string, AnyType>,
): Breaks {
  const isForm = to === 'server' && !keys.flat().includes('color');
  const formats = isForm ? (['JSON', 'protobuf', 'forms'] as const) : (['JSON', 'protobuf'] as const);
  const older: Side = { type: before.get(message)!, value: was, keys: keys.map(([key]) => key), same: {} };
  const newer: Side = { type: after.get(message)!, value: is, keys: keys.map(([, key]) => key), same };
  return breaksOf({ to, formats }, older, newer, arrives);
}
