/**
 * A map field is a plain object, so that libraries which copy, compare or freeze state take it for what it is. Made by a
 * constructor of its own it keeps V8's fast properties, and its keys apart from those of all other literals.
 */
const EmptyMap = function EmptyMap() {} as unknown as { new (): Record<string, never>; prototype: unknown };
EmptyMap.prototype = Object.prototype;

export function emptyMap<K extends string | number, V>(): Record<K, V> {
  return new EmptyMap() as Record<K, V>;
}

/** Sets an entry whose key may be any text: `__proto__` is only a key too. */
export function setEntry<K extends string | number, V>(map: Record<K, V>, key: K, value: V): void {
  if (key === '__proto__') define(map, key, value);
  else {
    try {
      map[key] = value;
    } catch {
      // A host has frozen Object.prototype: what it holds can not be assigned to any object.
      define(map, key, value);
    }
  }
}

function define<K extends string | number, V>(map: Record<K, V>, key: K, value: V): void {
  Object.defineProperty(map, key, { value, writable: true, enumerable: true, configurable: true });
}
