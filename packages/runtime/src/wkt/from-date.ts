import { plainObject } from '../codec/plain-object.ts';
import { kindOf, wrongValue } from '../codec/wrong-value.ts';

/** 0001-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z, in milliseconds since 1970 (timestamp.proto). */
const MIN_MS = -62_135_596_800_000;
const MAX_MS = 253_402_300_799_999;

/** Reports whether milliseconds since 1970 are within what a Timestamp may be. */
export function isTimestampMs(ms: number): boolean {
  return ms >= MIN_MS && ms <= MAX_MS;
}

/** The input of a Timestamp, but for a Date. */
interface Fields {
  seconds?: bigint | null | undefined;
  nanos?: number | null | undefined;
}

/**
 * A Date, of any realm, as the Timestamp it stands for; a Timestamp as it is.
 * @throws {EncodeError} for what is neither, and for a Date outside the years 1 to 9999
 */
export function fromDate<T extends Fields>(given: T | Date): T | Fields {
  // All but a few have seconds, and no Date has.
  if ((given as T | null)?.seconds !== undefined) return given as T;
  if (typeof given !== 'object' || given === null || kindOf(given) !== 'Date') {
    return plainObject(given as T, 'a Timestamp or a Date');
  }
  const ms = Number(given);
  if (!isTimestampMs(ms)) throw wrongValue('a Date from year 1 to 9999', given);
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanos: (ms - seconds * 1000) * 1_000_000 };
}
