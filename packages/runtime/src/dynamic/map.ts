import { type BinaryReader, emptyMap, type JsonKey, setEntry } from '../codec/index.ts';
import type { FieldSchema } from '@pipit/schema';
import type { Member, ReadField } from './field.ts';
import { refuse } from './form.ts';
import type { DynamicMessage } from './message.ts';
import type { Scalar } from './scalars.ts';
import { tagOf, type ValueCodec } from './value.ts';

/** @param value as field 2 of an entry */
export function mapField(
  field: FieldSchema,
  slot: number,
  keyScalar: Scalar,
  value: ValueCodec,
  key: JsonKey,
): Member {
  const tag = tagOf(field.number, 2);
  const { wire, text } = keyScalar;
  const keyTag = tagOf(1, wire.wireType);
  const nextKey = text.mapKey!;
  const mapOf = (message: DynamicMessage): Record<string, unknown> =>
    (message.values[slot] ??= emptyMap()) as Record<string, unknown>;

  const readEntry = (r: BinaryReader, message: DynamicMessage, end: number): void => {
    let entryKey = String(wire.zero);
    let entryValue: unknown;
    const start = r.pos;
    while (r.pos < end) {
      const next = r.tag();
      if (next === keyTag) entryKey = String(wire.read(r));
      else if (next === value.tag) entryValue = value.read(r, end, entryValue);
      else r.skip(next);
    }
    r.leave(end, 0);
    entryValue ??= value.zero();
    if (value.closed && !value.enum!.names.has(entryValue as number)) r.unknownEntry(message, tag, start);
    else setEntry(mapOf(message), entryKey, entryValue);
  };
  const read: ReadField = (r, message) => readEntry(r, message, r.enter());

  return {
    initial: undefined,
    read: [[tag, read]],
    readJson: [
      [
        field.number,
        (r, message) => {
          const map = emptyMap<string, unknown>();
          message.values[slot] = map;
          r.beginMap();
          for (let next = nextKey(r); next !== undefined; next = nextKey(r)) {
            const item = value.readJson(r);
            if (item !== undefined) setEntry(map, next, item);
          }
        },
      ],
    ],
    write: (message, w) => {
      const map = message.values[slot] as Record<string, unknown> | undefined;
      for (const name in map) {
        const entry = w.begin(tag);
        wire.write(w, keyTag, wire.fromKey(name));
        value.write(w, map[name]);
        w.end(entry);
      }
    },
    writeJson: (message, w) => {
      const map = message.values[slot] as Record<string, unknown> | undefined;
      if (map === undefined) {
        w.default(key, '{}');
        return;
      }
      const mark = w.beginMap(key);
      for (const name in map) {
        w.mapKey(name);
        value.writeJson(w, map[name]);
      }
      w.endMap(mark, key);
    },
    readForm: (reader) => refuse(reader, field),
  };
}
