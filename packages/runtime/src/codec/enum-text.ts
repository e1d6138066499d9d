import type { EnumType } from './enum-type.ts';
import type { JsonKey } from './json-key.ts';
import type { JsonWriter } from './json-writer.ts';
import { int32 } from './valid.ts';
import { wrongValue } from './wrong-value.ts';

/**
 * Enums whose values are their names (the plugin's option `enum=string`). A number that has no name, such as that of a value
 * which only newer peers know, stays a number, so that it is passed on as it came.
 */

/** The value that a number stands for. */
export function enumName(type: EnumType, number: number): string | number {
  return type.names.get(number) ?? number;
}

/**
 * The number of a value; that of one that is not set is for the writer to judge.
 * @throws {EncodeError} for a name that the enum does not have
 */
export function enumNumber(type: EnumType, value: string | number): number;
export function enumNumber(
  type: EnumType,
  value: string | number | null | undefined,
): number | null | undefined;
export function enumNumber(
  type: EnumType,
  value: string | number | null | undefined,
): number | null | undefined {
  if (typeof value !== 'string') return value;
  const number = type.numbers.get(value);
  if (number === undefined) throw wrongValue(`a value of ${type.typeName}`, value);
  return number;
}

/** Writes a field whose presence is implicit as JSON. */
export function writeEnumField(
  w: JsonWriter,
  key: JsonKey,
  type: EnumType,
  value: string | number | null | undefined,
): void {
  // The key comes first: errors tell by it where they are.
  if (typeof value === 'string' && !type.numbers.has(value)) w.key(key);
  w.enumField(key, type, enumNumber(type, value));
}

/** Takes a value from a caller: a name, an alias among them, or a number. */
export function takeEnum<T extends string>(type: EnumType): (value: T) => T {
  return (value) => enumName(type, int32(enumNumber(type, value))) as T;
}
