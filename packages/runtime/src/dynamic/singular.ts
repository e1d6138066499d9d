import type { BinaryWriter, JsonKey, JsonWriter } from '../codec/index.ts';
import { defaultOf, type FieldSchema } from '@pipit/schema';
import type { Member, ReadField } from './field.ts';
import { readFormField, refuse } from './form.ts';
import { closedEnum, type ValueCodec } from './value.ts';
import { valueType } from './well-known.ts';

/** A field that is neither a list nor a map nor in a oneof. @param envelope it is the `data` of an envelope */
export function singularField(
  field: FieldSchema,
  slot: number,
  value: ValueCodec,
  key: JsonKey,
  envelope: boolean,
): Member {
  const read: ReadField = value.closed
    ? closedEnum(value, (message, number) => (message.values[slot] = number))
    : (r, message, end) => (message.values[slot] = value.read(r, end, message.values[slot]));
  const initial = field.presence === 'implicit' ? defaultOf(field) : undefined;
  const write = binaryWriter(field, value);
  const writeJson = jsonWriter(field, value, key, envelope);
  const form = readFormField(field, value);
  return {
    initial,
    ...(field.presence === 'required' && { required: field.name }),
    read: [[value.tag, read]],
    readJson: [
      [
        field.number,
        (r, message) => {
          const next = value.readJson(r);
          if (next !== undefined) message.values[slot] = next;
        },
      ],
    ],
    write: (message, w) => write(w, message.values[slot]),
    writeJson: (message, w, mark) => writeJson(w, message.values[slot], mark),
    readForm: (reader, message) => {
      if (form === undefined) refuse(reader, field);
      else message.values[slot] = form(reader) ?? message.values[slot];
    },
  };
}

function binaryWriter(field: FieldSchema, value: ValueCodec): (w: BinaryWriter, value: unknown) => void {
  if (field.presence === 'required') {
    return (w, set) => (set === undefined ? w.missing(field.name) : value.write(w, set));
  }
  if (field.presence === 'explicit') {
    return (w, set) => {
      if (set !== undefined) value.write(w, set);
    };
  }
  const { isZero } = value;
  return (w, set) => {
    if (!isZero(set)) value.write(w, set);
  };
}

type WriteJson = (w: JsonWriter, value: unknown, mark: number) => void;

function jsonWriter(field: FieldSchema, value: ValueCodec, key: JsonKey, envelope: boolean): WriteJson {
  const write: WriteJson = (w, set) => {
    w.key(key);
    value.writeJson(w, set);
  };
  if (field.value.kind === 'message') {
    const unset = unsetMessage(field, key, envelope);
    return (w, set, mark) => (set === undefined ? unset(w, mark) : write(w, set, mark));
  }
  if (field.presence === 'required') {
    return (w, set, mark) => (set === undefined ? w.missing(field.name) : write(w, set, mark));
  }
  if (field.presence === 'explicit') {
    return (w, set, mark) => {
      if (set !== undefined) write(w, set, mark);
    };
  }
  return (w, set) => value.writeJsonField(w, key, set);
}

function unsetMessage(
  field: FieldSchema,
  key: JsonKey,
  envelope: boolean,
): (w: JsonWriter, mark: number) => void {
  if (field.presence === 'required') return (w) => w.missing(field.name);
  if (envelope) return (w, mark) => w.unsetData(key, mark);
  // Null is one of its values.
  if (field.value.kind === 'message' && field.value.type.fullName === valueType) return () => undefined;
  return (w) => w.default(key, 'null');
}
