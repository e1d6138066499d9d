import { type JsonKeys, jsonKeys } from './json-keys.ts';

/** The JSON keys of a message: what `JsonReader.field` looks its keys up in. */
export interface JsonFields {
  /** Proto names and JSON names. */
  readonly keys: JsonKeys;
  /** Fields for which `null` is a value and not "unset": google.protobuf.Value and NullValue. */
  readonly nullable: ReadonlySet<number> | undefined;
  /** The message's full name where it has extensions, which come under keys like `[pkg.name]`. */
  readonly extendee: string | undefined;
}

/** `[field number, proto name, JSON name where it differs]`; a negative number marks a nullable field. */
export type JsonFieldNames = readonly [number: number, name: string, jsonName?: string];

export function jsonFields(...fields: readonly JsonFieldNames[]): JsonFields {
  return extendableJsonFields(undefined, ...fields);
}

/** The same for a message with extensions. */
export function extendableJsonFields(extendee: string | undefined, ...fields: readonly JsonFieldNames[]): JsonFields {
  const numbers = new Map<string, number>();
  const nullable = new Set<number>();
  // A caller uses names of one kind, so those of a kind follow each other.
  for (const [signed, name] of fields) {
    numbers.set(name, Math.abs(signed));
    if (signed < 0) nullable.add(-signed);
  }
  for (const [signed, , jsonName] of fields) {
    if (jsonName !== undefined && !numbers.has(jsonName)) numbers.set(jsonName, Math.abs(signed));
  }
  return { keys: jsonKeys(numbers), nullable: nullable.size > 0 ? nullable : undefined, extendee };
}
