/**
 * An object for a map field: it has no prototype to reach, so any key is only a key (`__proto__` included).
 * Made by `new`, it keeps V8's fast properties, which Object.create(null) does not (bench/codec).
 */
const EmptyMap = function EmptyMap() {} as unknown as { new (): Record<string, never>; prototype: unknown };
EmptyMap.prototype = Object.freeze(Object.create(null));

export function emptyMap<K extends string | number, V>(): Record<K, V> {
  return new EmptyMap() as Record<K, V>;
}

/** A copy of a map; `create` copies its values where they are messages. */
export function copyMap<K extends string | number, I, V = I>(
  map: Readonly<Record<K, I>>,
  create?: (value: I) => V,
): Record<K, V> {
  const copy = emptyMap<K, V>();
  for (const key in map) copy[key] = create === undefined ? (map[key] as unknown as V) : create(map[key]);
  return copy;
}
