import { FormError } from '../codec/errors.ts';

/** More keys than this are refused (wire.md, Form). */
export const MAX_KEYS = 1000;
export const TOO_MANY: string = `the form has more than ${MAX_KEYS} keys`;

/** A form that is wrong as a whole. */
export function malformed(message: string): FormError {
  return new FormError(undefined, message);
}
