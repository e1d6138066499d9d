import { plainObject } from '../codec/plain-object.ts';
import { kindOf, wrongValue } from '../codec/wrong-value.ts';
import type { TimestampInit } from '../google/protobuf/timestamp.pb.ts';
import { timestampFromMs } from './timestamp.ts';

/**
 * A Date, of any realm, as the Timestamp it stands for; a Timestamp as it is.
 * @throws {EncodeError} for what is neither, and for a Date outside the years 1 to 9999
 */
export function fromDate(given: TimestampInit | Date): TimestampInit {
  const { seconds } = given as TimestampInit;
  // All but a few have seconds, and no Date has.
  if (seconds !== undefined && seconds !== null) return given as TimestampInit;
  if (typeof given !== 'object' || given === null || kindOf(given) !== 'Date') {
    return plainObject(given as TimestampInit, 'a Timestamp or a Date');
  }
  try {
    return timestampFromMs((given as Date).getTime());
  } catch {
    throw wrongValue('a Date from year 1 to 9999', given);
  }
}
