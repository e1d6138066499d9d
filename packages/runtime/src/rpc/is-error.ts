import { kindOf } from '../codec/wrong-value.ts';

/**
 * Reports whether a value is an Error, of this realm or another. All but a few values are literals, for which this
 * costs nothing.
 */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null || value.constructor === Object) return false;
  return value instanceof Error || kindOf(value) === 'Error';
}
