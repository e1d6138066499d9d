import { kindOf, wrongValue } from './wrong-value.ts';

/**
 * Takes an object of fields or entries: a literal, an instance of a class, one of another realm. A Date, a Map, a list or
 * an Error has none.
 * @throws {WrongValueError}
 */
export function plainObject<T>(value: T, expected: string): T {
  if (typeof value !== 'object' || value === null) throw wrongValue(expected, value);
  // All but a few are literals; Object.getPrototypeOf takes ten times as long as this.
  if (value.constructor !== Object && kindOf(value) !== 'Object') throw wrongValue(expected, value);
  return value;
}
