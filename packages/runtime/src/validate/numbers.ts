import { shown, shownList } from './shown.ts';
import type { Violations } from './violations.ts';

// For whatever has an order: numbers, and durations and timestamps as nanoseconds. `kind` is that of the rules.

type Ordered = number | bigint;

/** A value that must be one and no other. */
export function equal<T extends Ordered | string | boolean>(
  v: Violations,
  at: string,
  value: T,
  kind: string,
  constant: T,
): void {
  if (value === constant) return;
  const text = shown(kind, constant);
  v.add(at, `${kind}.const`, `must equal ${kind === 'string' ? `\`${text}\`` : text}`);
}

// The comparisons are written so that NaN breaks every one of them.

export function gt<T extends Ordered>(v: Violations, at: string, value: T, kind: string, low: T): void {
  if (!isAbove(value, 'gt', low)) outside(v, at, value, kind, 'gt', low);
}

export function gte<T extends Ordered>(v: Violations, at: string, value: T, kind: string, low: T): void {
  if (!isAbove(value, 'gte', low)) outside(v, at, value, kind, 'gte', low);
}

export function lt<T extends Ordered>(v: Violations, at: string, value: T, kind: string, high: T): void {
  if (!isBelow(value, 'lt', high)) outside(v, at, value, kind, 'lt', high);
}

export function lte<T extends Ordered>(v: Violations, at: string, value: T, kind: string, high: T): void {
  if (!isBelow(value, 'lte', high)) outside(v, at, value, kind, 'lte', high);
}

function outside<T extends Ordered>(
  v: Violations,
  at: string,
  value: T,
  kind: string,
  rule: keyof typeof words,
  bound: T,
): void {
  // Nothing is above or below NaN, so such a bound only keeps NaN itself out.
  if (bound !== bound && value === value) return;
  v.add(at, `${kind}.${rule}`, `must be ${words[rule]} ${shown(kind, bound)}`);
}

const words = {
  gt: 'greater than',
  gte: 'greater than or equal to',
  lt: 'less than',
  lte: 'less than or equal to',
} as const;

/** Both bounds. Where the upper one is below the lower one, the value must be outside of what is between them. */
export function within<T extends Ordered>(
  v: Violations,
  at: string,
  value: T,
  kind: string,
  lower: 'gt' | 'gte',
  low: T,
  upper: 'lt' | 'lte',
  high: T,
): void {
  const isInside = high >= low;
  const above = isAbove(value, lower, low);
  const below = isBelow(value, upper, high);
  if (isInside ? above && below : above || below) return;
  // A bound that is NaN has no other side.
  if (!isInside && !(high < low)) return;
  const text = `must be ${words[lower]} ${shown(kind, low)} ${isInside ? 'and' : 'or'} ${words[upper]} ${shown(kind, high)}`;
  v.add(at, `${kind}.${lower}_${upper}${isInside ? '' : '_exclusive'}`, text, `${kind}.${lower}`);
}

function isAbove<T extends Ordered>(value: T, lower: 'gt' | 'gte', low: T): boolean {
  return lower === 'gt' ? value > low : value >= low;
}

function isBelow<T extends Ordered>(value: T, upper: 'lt' | 'lte', high: T): boolean {
  return upper === 'lt' ? value < high : value <= high;
}

export function isIn<T extends Ordered | string>(
  v: Violations,
  at: string,
  value: T,
  kind: string,
  list: readonly T[],
): void {
  if (list.indexOf(value) < 0) v.add(at, `${kind}.in`, `must be in list ${shownList(kind, list)}`);
}

export function notIn<T extends Ordered | string>(
  v: Violations,
  at: string,
  value: T,
  kind: string,
  list: readonly T[],
): void {
  if (list.indexOf(value) >= 0) v.add(at, `${kind}.not_in`, `must not be in list ${shownList(kind, list)}`);
}

export function finite(v: Violations, at: string, value: number, kind: string): void {
  if (!Number.isFinite(value)) v.add(at, `${kind}.finite`, 'must be finite');
}

/** An enum's value among those that the proto names. */
export function definedOnly(v: Violations, at: string, value: number, numbers: readonly number[]): void {
  if (!numbers.includes(value))
    v.add(at, 'enum.defined_only', 'value must be one of the defined enum values');
}
