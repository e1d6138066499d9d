import { areUnique } from './unique.ts';
import type { Violations } from './violations.ts';

export function minItems(v: Violations, at: string, list: readonly unknown[], count: number | bigint): void {
  if (list.length < count) v.add(at, 'repeated.min_items', `must contain at least ${count} item(s)`);
}

export function maxItems(v: Violations, at: string, list: readonly unknown[], count: number | bigint): void {
  if (list.length > count) v.add(at, 'repeated.max_items', `must contain no more than ${count} item(s)`);
}

/** Items that are all different. NaN differs from itself. */
export function unique(
  v: Violations,
  at: string,
  list: readonly (string | number | bigint | boolean | Uint8Array)[],
): void {
  if (!areUnique(list)) v.add(at, 'repeated.unique', 'repeated value must contain unique items');
}

export function minPairs(v: Violations, at: string, map: object, count: number | bigint): void {
  if (Object.keys(map).length < count) v.add(at, 'map.min_pairs', `map must be at least ${count} entries`);
}

export function maxPairs(v: Violations, at: string, map: object, count: number | bigint): void {
  if (Object.keys(map).length > count) v.add(at, 'map.max_pairs', `map must be at most ${count} entries`);
}
