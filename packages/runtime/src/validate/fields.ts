import type { Check, Violations } from './violations.ts';

/** A field that is not set and must be. */
export function required(v: Violations, at: string): void {
  v.add(at, 'required', 'value is required');
}

/** A message in a field. */
export function nested<M>(v: Violations, at: string, message: M, check: Check<M>): void {
  v.nested(at, message, check);
}

/** Each item of a list. */
export function eachItem<T>(v: Violations, at: string, list: readonly T[], check: Check<T>): void {
  for (let i = 0; i < list.length; i++) v.element(at, i, 'repeated.items.', false, list[i]!, check);
}

/** The keys of a map as they are: object keys are strings. */
type KeyOf<K> = (key: string) => K;

/** Each key and value of a map. @param keyOf the key that an object's key stands for: `String`, `Number`, `BigInt` */
export function eachEntry<K extends string | number | bigint | boolean, T>(
  v: Violations,
  at: string,
  map: Readonly<Record<string, T>>,
  keyOf: KeyOf<K>,
  checkKey: Check<K> | undefined,
  checkValue: Check<T> | undefined,
): void {
  for (const name of Object.keys(map)) {
    const key = keyOf(name);
    const step = { key };
    if (checkKey !== undefined) v.element(at, step, 'map.keys.', true, key, checkKey);
    if (checkValue !== undefined) v.element(at, step, 'map.values.', false, map[name]!, checkValue);
  }
}

/** A boolean key of a map. */
export function isTrue(key: string): boolean {
  return key === 'true';
}

/** How many entries a map has. */
export function size(map: object): number {
  return Object.keys(map).length;
}

/** A oneof of which one member must be set. */
export function oneofRequired(v: Violations, at: string, oneof: unknown): void {
  if (oneof === undefined) v.add(at, 'required', 'exactly one field is required in oneof', '');
}

/** Fields of which one at most is set, and exactly one where one is required. */
export function oneOf(
  v: Violations,
  names: readonly string[],
  isRequired: boolean,
  ...isSet: readonly boolean[]
): void {
  const count = isSet.filter(Boolean).length;
  if (count > 1) v.add('', 'message.oneof', `only one of ${names.join(', ')} can be set`, '');
  if (isRequired && count === 0) v.add('', 'message.oneof', `one of ${names.join(', ')} must be set`, '');
}
