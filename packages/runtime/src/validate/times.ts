import { durationText } from './shown.ts';
import type { Violations } from './violations.ts';

/** A Duration or Timestamp in nanoseconds. */
export { toNanos as nanosOf } from '../wkt/nanos.ts';

/** The same of a Timestamp that is a Date. */
export function nanosOfDate(date: Date): bigint {
  return BigInt(date.getTime()) * 1_000_000n;
}

export function ltNow(v: Violations, at: string, nanos: bigint): void {
  if (nanos > v.now) v.add(at, 'timestamp.lt_now', 'must be less than now');
}

export function gtNow(v: Violations, at: string, nanos: bigint): void {
  if (nanos < v.now) v.add(at, 'timestamp.gt_now', 'must be greater than now');
}

/** @param distance in nanoseconds */
export function withinOfNow(v: Violations, at: string, nanos: bigint, distance: bigint): void {
  if (nanos >= v.now - distance && nanos <= v.now + distance) return;
  v.add(at, 'timestamp.within', `must be within ${durationText(distance)} of now`);
}
