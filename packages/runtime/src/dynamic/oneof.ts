import type { JsonKey } from '../codec/index.ts';
import { type FieldSchema, propertyName } from '@pipit/schema';
import type { Member, ReadField } from './field.ts';
import { readFormField, refuse } from './form.ts';
import type { DynamicMessage } from './message.ts';
import { closedEnum, type ValueCodec } from './value.ts';

export interface OneofField {
  readonly field: FieldSchema;
  readonly value: ValueCodec;
  readonly key: JsonKey;
}

/** The member of a oneof that is set. */
export interface Chosen {
  /** Its name in generated code: errors name it. */
  readonly case: string;
  readonly of: OneofField;
  readonly value: unknown;
}

export function oneofMember(name: string, slot: number, fields: readonly OneofField[]): Member {
  const chosen = (message: DynamicMessage): Chosen | undefined => message.values[slot] as Chosen | undefined;
  const members = fields.map((of) => {
    const { field, value } = of;
    const property = propertyName(field.name);
    const choose = (message: DynamicMessage, set: unknown): void => {
      message.values[slot] = { case: property, of, value: set } satisfies Chosen;
    };
    return { of, choose, form: readFormField(field, value) };
  });
  return {
    initial: undefined,
    read: members.map(({ of, choose }) => {
      const { value } = of;
      const read: ReadField = value.closed
        ? closedEnum(value, choose)
        : (r, message, end) => {
            const before = chosen(message);
            choose(message, value.read(r, end, before?.of === of ? before.value : undefined));
          };
      return [value.tag, read];
    }),
    readJson: members.map(({ of, choose }) => [
      of.field.number,
      (r, message) => {
        r.oneof(chosen(message));
        const set = of.value.readJson(r);
        if (set !== undefined) choose(message, set);
      },
    ]),
    write: (message, w) => {
      const set = chosen(message);
      set?.of.value.write(w, set.value);
    },
    writeJson: (message, w) => {
      const set = chosen(message);
      if (set === undefined) return;
      w.key(set.of.key);
      set.of.value.writeJson(w, set.value);
    },
    readForm: (form, message) => {
      for (const member of members) {
        const { field } = member.of;
        if (member.form === undefined) {
          refuse(form, field);
          continue;
        }
        const set = member.form(form);
        if (set === undefined) continue;
        form.oneof(chosen(message), name, field.name);
        member.choose(message, set);
      }
    },
  };
}
