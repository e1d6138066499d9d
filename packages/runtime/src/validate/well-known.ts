import type { Violations } from './violations.ts';

/** The type URL of an Any. */
export function anyIn(v: Violations, at: string, url: string, list: readonly string[]): void {
  if (!list.includes(url)) v.add(at, 'any.in', 'type URL must be in the allow list');
}

export function anyNotIn(v: Violations, at: string, url: string, list: readonly string[]): void {
  if (list.includes(url)) v.add(at, 'any.not_in', 'type URL must not be in the block list');
}

/** The paths of a FieldMask. */
export function pathsEqual(
  v: Violations,
  at: string,
  paths: readonly string[],
  list: readonly string[],
): void {
  if (paths.length === list.length && paths.every((path, i) => path === list[i])) return;
  v.add(at, 'field_mask.const', `must equal paths [${list.join(', ')}]`);
}

export function pathsIn(v: Violations, at: string, paths: readonly string[], list: readonly string[]): void {
  if (paths.every((path) => covers(list, path))) return;
  v.add(at, 'field_mask.in', `must only contain paths in [${list.join(', ')}]`);
}

export function pathsNotIn(
  v: Violations,
  at: string,
  paths: readonly string[],
  list: readonly string[],
): void {
  if (!paths.some((path) => covers(list, path))) return;
  v.add(at, 'field_mask.not_in', `must not contain any paths in [${list.join(', ')}]`);
}

/** The path, or one that holds it, is in the list. */
function covers(list: readonly string[], path: string): boolean {
  return list.some((listed) => path === listed || path.startsWith(`${listed}.`));
}
