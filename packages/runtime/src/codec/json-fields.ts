import { toUtf8 } from './utf8.ts';

/** A JSON key and the number of the field it names. */
export interface JsonKey {
  readonly bytes: Uint8Array;
  readonly number: number;
}

/** The JSON keys of a message: what `JsonReader.field` looks its keys up in. */
export interface JsonFields {
  /** Proto names and JSON names, in the order of declaration. */
  readonly keys: readonly JsonKey[];
  readonly numbers: ReadonlyMap<string, number>;
  /** Fields for which `null` is a value and not "unset": google.protobuf.Value and NullValue. */
  readonly nullable: ReadonlySet<number>;
  /** The message's full name where it has extensions, which come under keys like `[pkg.name]`. */
  readonly extendee: string | undefined;
  /** Which key probably comes next: callers send fields in a steady order. */
  hint: number;
}

/** `[field number, proto name, JSON name where it differs]`; a negative number marks a nullable field. */
export type JsonFieldNames = readonly [number: number, name: string, jsonName?: string];

export function jsonFields(...fields: readonly JsonFieldNames[]): JsonFields {
  return extendableJsonFields(undefined, ...fields);
}

/** The same for a message with extensions. */
export function extendableJsonFields(extendee: string | undefined, ...fields: readonly JsonFieldNames[]): JsonFields {
  const keys: JsonKey[] = [];
  const numbers = new Map<string, number>();
  const nullable = new Set<number>();
  for (const [signed, ...names] of fields) {
    const number = Math.abs(signed);
    if (signed < 0) nullable.add(number);
    for (const name of names) {
      if (name === undefined || numbers.has(name)) continue;
      numbers.set(name, number);
      keys.push({ bytes: toUtf8(name), number });
    }
  }
  return { keys, numbers, nullable, extendee, hint: 0 };
}
