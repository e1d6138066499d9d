import type { Timestamp, TimestampInit } from '../google/protobuf/timestamp.pb.ts';
import { msToNanos, splitNanos, toNanos } from './nanos.ts';

/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z, in seconds since 1970 (timestamp.proto). */
const MIN_SECONDS = -62_135_596_800n;
const MAX_SECONDS = 253_402_300_799n;

/**
 * This moment, as exact as the system clock's milliseconds.
 * @example
 * const order = Order.create({ placedAt: timestampNow() });
 */
export function timestampNow(): Timestamp {
  return timestampFromMs(Date.now());
}

/**
 * A Date as a Timestamp; nothing is lost.
 * @throws {RangeError} for an invalid Date, or one outside the years 1 to 9999
 * @example
 * timestampFromDate(new Date('2027-01-31'));
 */
export function timestampFromDate(date: Date): Timestamp {
  return timestampFromMs(date.getTime());
}

/**
 * A Timestamp as a Date, which has milliseconds only: the nanoseconds beyond them are cut off.
 * @example
 * timestampToDate(order.placedAt).toLocaleString();
 */
export function timestampToDate(timestamp: TimestampInit): Date {
  return new Date(timestampToMs(timestamp));
}

/**
 * Milliseconds since 1970-01-01T00:00:00Z, as Date.now() gives them; a fraction is kept to the nanosecond.
 * @throws {RangeError} for what is no finite number, or outside the years 1 to 9999
 * @example
 * timestampFromMs(Date.now());
 */
export function timestampFromMs(ms: number): Timestamp {
  return timestampFromNanos(msToNanos(ms));
}

/**
 * Whole milliseconds since 1970-01-01T00:00:00Z; the nanoseconds beyond them are cut off, towards the past.
 * @example
 * const age = Date.now() - timestampToMs(order.placedAt);
 */
export function timestampToMs(timestamp: TimestampInit): number {
  return Number(timestamp.seconds ?? 0n) * 1000 + Math.floor((timestamp.nanos ?? 0) / 1_000_000);
}

/**
 * Nanoseconds since 1970-01-01T00:00:00Z.
 * @throws {RangeError} outside the years 1 to 9999 (timestamp.proto)
 * @example
 * timestampFromNanos(1_801_353_600_000_000_001n);
 */
export function timestampFromNanos(total: bigint): Timestamp {
  let { seconds, nanos } = splitNanos(total);
  // Nanoseconds of a Timestamp count forward, before 1970 too.
  if (nanos < 0) {
    seconds -= 1n;
    nanos += 1_000_000_000;
  }
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw new RangeError(`a Timestamp is from year 1 to 9999, got ${total} nanoseconds since 1970`);
  }
  return { seconds, nanos };
}

/**
 * Nanoseconds since 1970-01-01T00:00:00Z.
 * @example
 * const earlier = timestampToNanos(a) < timestampToNanos(b);
 */
export function timestampToNanos(timestamp: TimestampInit): bigint {
  return toNanos(timestamp);
}
