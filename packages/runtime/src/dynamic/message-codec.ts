import {
  type FormReader,
  type JsonFields,
  jsonFields,
  jsonKey,
  type JsonReader,
  type JsonWriter,
  type BinaryReader,
  type BinaryWriter,
  type MessageCodec,
} from '../codec/index.ts';
import { type FieldSchema, type MessageSchema } from '@pipit/schema';
import type { Member, ReadField, ReadJsonField } from './field.ts';
import { listField } from './list.ts';
import { mapField } from './map.ts';
import { checkOutput, type DynamicMessage, newMessage } from './message.ts';
import { type OneofField, oneofMember } from './oneof.ts';
import { scalarOf } from './scalars.ts';
import { singularField } from './singular.ts';
import { slotsOf } from './slots.ts';
import { spreadNames } from './spread-names.ts';
import type { TypeSource } from './type-source.ts';
import { valueCodec } from './value.ts';
import { acceptsNull } from './well-known.ts';

/** The codec of one message whose code was never generated. */
interface Plan {
  readonly members: readonly Member[];
  readonly defaults: readonly unknown[];
  /** Slots of fields that must be set, and their names. */
  readonly required: readonly (readonly [slot: number, name: string])[];
  readonly read: ReadonlyMap<number, ReadField>;
  readonly readJson: ReadonlyMap<number, ReadJsonField>;
  readonly jsonFields: JsonFields;
}

/** The codec of a message, planned when it is first used. It does what a generated codec does, field by field. */
export function dynamicCodec(
  declared: MessageSchema,
  types: TypeSource,
): MessageCodec<DynamicMessage, DynamicMessage> {
  let made: Plan | undefined;
  const plan = (): Plan => (made ??= planOf(declared, types));
  return {
    create: (init) => (init === undefined ? newMessage(plan().defaults) : init),
    write: (message, w: BinaryWriter) => {
      checkOutput(w);
      for (const member of plan().members) member.write(message, w);
      if (message.$unknown !== undefined) w.unknown(message.$unknown);
    },
    read: (r: BinaryReader, end: number, before?: DynamicMessage, group = 0) => {
      const { read, defaults, required } = plan();
      const message = before ?? newMessage(defaults);
      while (r.pos < end) {
        const tag = r.tag();
        const field = read.get(tag);
        if (field !== undefined) field(r, message, end);
        else if (r.unknown(message, tag, group)) return whole(message, required, r);
      }
      r.leave(end, group);
      return whole(message, required, r);
    },
    writeJson: (message, w: JsonWriter) => {
      checkOutput(w);
      const mark = w.beginObject();
      for (const member of plan().members) member.writeJson(message, w, mark);
      w.endObject(mark);
    },
    readJson: (r: JsonReader) => {
      const { readJson, defaults, required, jsonFields: keys } = plan();
      const message = newMessage(defaults);
      r.beginObject();
      for (let number = r.field(keys); number !== 0; number = r.field(keys))
        readJson.get(number)!(r, message);
      return whole(message, required, r);
    },
    readForm: (form: FormReader) => {
      const { members, defaults, required } = plan();
      const message = newMessage(defaults);
      for (const member of members) member.readForm(form, message);
      return whole(message, required, form);
    },
  };
}

/** Tells a reader of required fields that nobody sent. */
function whole(
  message: DynamicMessage,
  required: Plan['required'],
  r: BinaryReader | JsonReader | FormReader,
): DynamicMessage {
  for (const [slot, name] of required) {
    if (message.values[slot] === undefined) r.missing(message.values, String(slot), name);
  }
  return message;
}

function planOf(declared: MessageSchema, types: TypeSource): Plan {
  const { fields } = declared;
  const members = membersOf(declared, types);
  const keys = jsonFields(
    ...fields.map((field) => [takesNull(field) ? -field.number : field.number, keyOf(field)] as const),
  );
  return {
    members,
    defaults: members.map(({ initial }) => initial),
    required: members.flatMap(({ required }, slot) =>
      required === undefined ? [] : [[slot, required] as const],
    ),
    read: new Map(members.flatMap(({ read }) => read)),
    readJson: new Map(members.flatMap(({ readJson }) => readJson)),
    jsonFields: { ...keys, names: spreadNames(keys.names) },
  };
}

function membersOf(message: MessageSchema, types: TypeSource): Member[] {
  const envelope = message.kind === 'envelope';
  return slotsOf(message).map((fields, slot) => {
    const [first] = fields;
    if (first!.oneof === undefined) return memberOf(first!, slot, types, envelope);
    const parts = fields.map((part): OneofField => ({
      field: part,
      value: valueCodec(part.value, part.number, types),
      key: keyOf(part),
    }));
    return oneofMember(first!.oneof, slot, parts);
  });
}

function memberOf(field: FieldSchema, slot: number, types: TypeSource, envelope: boolean): Member {
  const key = keyOf(field);
  if (field.shape === 'map') {
    const { scalar, checkUtf8 } = field.key!;
    return mapField(field, slot, scalarOf(scalar, checkUtf8), valueCodec(field.value, 2, types), key);
  }
  const value = valueCodec(field.value, field.number, types);
  if (field.shape === 'repeated') return listField(field, slot, value, key);
  return singularField(field, slot, value, key, envelope);
}

function keyOf(field: FieldSchema): ReturnType<typeof jsonKey> {
  return jsonKey(field.protoKey, field.jsonKey);
}

function takesNull({ shape, value }: FieldSchema): boolean {
  if (shape !== 'singular' || value.kind === 'scalar') return false;
  return acceptsNull.has(value.type.fullName);
}
