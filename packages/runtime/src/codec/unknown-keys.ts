import type { MessageType } from './message-type.ts';
import { kindOf } from './wrong-value.ts';

/** So many of a method's messages are looked at: a list may be empty at first. */
const LOOKED_AT = 100;
/** An error shows so many keys. */
const MAX_SHOWN = 5;

/**
 * Looks at a message before it is written.
 * @returns the keys that no field has, in words; undefined where there is nothing to say
 */
export type KeyCheck = (message: unknown) => string | undefined;

/**
 * A check for development: rows of a database and untyped code bring keys that no field has (`price_cents`, where the
 * property is `priceCents`), and their values would be lost in silence. It finds some once, in one of the first 100
 * messages.
 * @param type of the messages; no other are to be given
 */
// oxlint-disable-next-line typescript/no-explicit-any
export function keyCheck(type: MessageType<any, any>): KeyCheck {
  let left = LOOKED_AT;
  return (message) => {
    if (left === 0) return undefined;
    left--;
    const found = new Set<string>();
    try {
      // What is made of the message has a key for each field, and no other.
      compare(message, type.create(message), '', found);
    } catch {
      // It cannot be written, and that says more.
      return undefined;
    }
    if (found.size === 0) return undefined;
    left = 0;
    const shown = [...found].slice(0, MAX_SHOWN).join(', ');
    const more = found.size > MAX_SHOWN ? ` and ${found.size - MAX_SHOWN} more` : '';
    return `keys that no field of ${type.typeName} has, whose values are lost: ${shown}${more}`;
  };
}

/** @param made of `given`; both are messages, lists, maps or single values */
function compare(given: unknown, made: unknown, path: string, found: Set<string>): void {
  if (typeof given !== 'object' || given === null || typeof made !== 'object' || made === null) return;
  // A Date has no keys, whatever it was made of.
  if (ArrayBuffer.isView(made) || kindOf(made) === 'Date') return;
  if (Array.isArray(made)) {
    made.forEach((element, i) => compare((given as unknown[])[i], element, `${path}[]`, found));
    return;
  }
  for (const [key, value] of Object.entries(given)) {
    // What libraries note on a message, ours among them, and methods.
    if (key.startsWith('$') || value === undefined || typeof value === 'function') continue;
    const at = path === '' ? key : `${path}.${key}`;
    if (Object.hasOwn(made, key)) compare(value, (made as Record<string, unknown>)[key], at, found);
    else found.add(at + hint(key, made));
  }
}

/** The property that was meant, where that can be told. */
function hint(key: string, made: object): string {
  const property = key.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
  return property !== key && Object.hasOwn(made, property) ? ` (use ${property})` : '';
}
