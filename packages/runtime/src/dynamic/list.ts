import type { JsonKey } from '../codec/index.ts';
import type { FieldSchema } from '@pipit/schema';
import type { Member, ReadField } from './field.ts';
import { readFormField, refuse } from './form.ts';
import type { DynamicMessage } from './message.ts';
import { closedEnum, tagOf, type ValueCodec } from './value.ts';

export function listField(field: FieldSchema, slot: number, value: ValueCodec, key: JsonKey): Member {
  const form = readFormField(field, value);
  const { packed } = value;
  const isBytes = field.value.kind === 'scalar' && field.value.scalar === 'bytes';
  const readElement: ValueCodec['read'] = isBytes ? (r) => r.bytesElement() : value.read;
  const readJsonElement: ValueCodec['readJson'] = isBytes ? (r) => r.bytesElement() : value.readJson;
  const packedTag = tagOf(field.number, 2);
  const listOf = (message: DynamicMessage): unknown[] => (message.values[slot] ??= []) as unknown[];

  const read: ReadField = value.closed
    ? closedEnum(value, (message, number) => listOf(message).push(number))
    : (r, message, end) => listOf(message).push(readElement(r, end, undefined));
  const readPacked: ReadField = (r, message, end) => {
    const stop = r.packed();
    while (r.pos < stop) read(r, message, end);
    r.packedEnd(stop);
  };

  return {
    initial: undefined,
    // A reader takes a list packed or not, whatever the schema says.
    read:
      packed === undefined
        ? [[value.tag, read]]
        : [
            [value.tag, read],
            [packedTag, readPacked],
          ],
    readJson: [
      [
        field.number,
        (r, message) => {
          const list: unknown[] = [];
          message.values[slot] = list;
          r.beginList();
          while (r.element()) {
            const item = readJsonElement(r);
            if (item !== undefined) list.push(item);
          }
        },
      ],
    ],
    write: (message, w) => {
      const list = message.values[slot] as readonly unknown[] | undefined;
      if (list === undefined || list.length === 0) return;
      if (field.packed) packed!(w, packedTag, list as never[]);
      else for (const item of list) value.write(w, item);
    },
    writeJson: (message, w) => {
      const list = message.values[slot] as readonly unknown[] | undefined;
      if (list === undefined || list.length === 0) {
        w.default(key, '[]');
        return;
      }
      const mark = w.beginList(key);
      for (const item of list) {
        w.comma();
        value.writeJson(w, item);
      }
      w.endList(mark);
    },
    readForm: (reader, message) => {
      if (form === undefined) refuse(reader, field);
      else message.values[slot] = form(reader) ?? message.values[slot];
    },
  };
}
