import { defaultOf, type FieldSchema, type MessageSchema } from '@pipit/schema';
import type { DynamicMessage } from './message.ts';
import type { Chosen } from './oneof.ts';
import { slotsOf } from './slots.ts';

/** A field of a message as it is looked at from outside of the codec. */
export interface FieldReader {
  /** The value; an empty list or map where there is none. */
  readonly get: (message: DynamicMessage) => unknown;
  readonly isSet: (message: DynamicMessage) => boolean;
}

const emptyList: readonly unknown[] = [];
const noEntries: Readonly<Record<string, unknown>> = {};

export function fieldReader(message: MessageSchema, field: FieldSchema): FieldReader {
  const { number, shape, presence } = field;
  const slot = slotsOf(message).findIndex((fields) => fields.some((each) => each.number === number));
  if (field.oneof !== undefined) {
    const chosen = ({ values }: DynamicMessage): Chosen | undefined => {
      const set = values[slot] as Chosen | undefined;
      return set?.of.field.number === number ? set : undefined;
    };
    return { get: (m) => chosen(m)?.value, isSet: (m) => chosen(m) !== undefined };
  }
  const get = ({ values }: DynamicMessage): unknown => values[slot];
  if (shape === 'repeated') {
    const list = (m: DynamicMessage): readonly unknown[] => (get(m) as unknown[] | undefined) ?? emptyList;
    return { get: list, isSet: (m) => list(m).length > 0 };
  }
  if (shape === 'map') {
    const map = (m: DynamicMessage): object => (get(m) as object | undefined) ?? noEntries;
    return { get: map, isSet: (m) => Object.keys(map(m)).length > 0 };
  }
  if (presence !== 'implicit') return { get, isSet: (m) => get(m) !== undefined };
  const zero = defaultOf(field);
  if (zero instanceof Uint8Array) return { get, isSet: (m) => (get(m) as Uint8Array).length > 0 };
  // Object.is: -0 is a value to send.
  return { get, isSet: (m) => !Object.is(get(m), zero) };
}
