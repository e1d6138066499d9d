import type { JsonKey } from './json-key.ts';
import { type NameTable, nameTable } from './name-table.ts';

/** The JSON keys of a message: what `JsonReader.field` looks its keys up in. */
export interface JsonFields {
  /** Proto names and JSON names. */
  readonly names: NameTable;
  /** Fields for which `null` is a value and not "unset": google.protobuf.Value and NullValue. */
  readonly nullable: ReadonlySet<number> | undefined;
  /** The message's full name where it has extensions, which come under keys like `[pkg.name]`. */
  readonly extendee: string | undefined;
}

/** A field's number and key; a negative number marks a field for which `null` is a value. */
export type NumberedKey = readonly [number: number, key: JsonKey];

export function jsonFields(...fields: readonly NumberedKey[]): JsonFields {
  return extendableJsonFields(undefined, ...fields);
}

/** The same for a message with extensions. */
export function extendableJsonFields(
  extendee: string | undefined,
  ...fields: readonly NumberedKey[]
): JsonFields {
  const numbers = new Map<string, number>();
  const nullable = new Set<number>();
  // A caller uses names of one kind, so those of a kind follow each other.
  for (const [signed, { name }] of fields) {
    numbers.set(name, Math.abs(signed));
    if (signed < 0) nullable.add(-signed);
  }
  for (const [signed, { jsonName }] of fields) numbers.set(jsonName, Math.abs(signed));
  return { names: nameTable(numbers), nullable: nullable.size > 0 ? nullable : undefined, extendee };
}
