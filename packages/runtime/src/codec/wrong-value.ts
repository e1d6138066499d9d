import { brand } from './brand.ts';
import { EncodeError } from './errors.ts';

/** How much of a text an error shows. */
const MAX_SHOWN = 40;

/** A value that its field cannot hold, before anybody knows where in the message that is. */
export class WrongValueError extends EncodeError {
  static {
    brand(this, 'WrongValueError');
  }
}

export function wrongValue(expected: string, value: unknown): WrongValueError {
  return new WrongValueError(`expected ${expected}, got ${shown(value)}`);
}

export function wrongKey(kind: string, key: string): WrongValueError {
  return new WrongValueError(`expected a key of kind ${kind}, got ${shown(key)}`);
}

export function missingField(name: string): WrongValueError {
  return new WrongValueError(`required field ${name} is not set`);
}

/** A value in a few words. Runs no code of the value's own, which may throw. */
function shown(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value);
    case 'function':
      return 'a function';
    case 'symbol':
      return 'a symbol';
    case 'object':
      return value === null ? 'null' : `[${kindOf(value)}]`;
    default:
      return String(value);
  }
}

/** The class of an object as the language tells it: `Object`, `Array`, `Date`, `Map`. */
export function kindOf(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1);
  } catch {
    // A proxy that is revoked, or a getter that throws.
    return 'unreadable object';
  }
}
