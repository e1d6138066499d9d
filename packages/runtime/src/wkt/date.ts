import { type BinaryReader, DecodeError, type JsonReader } from '../codec/index.ts';
import { wrongValue } from '../codec/wrong-value.ts';
import { Timestamp, Timestamp$read, type TimestampInit } from '../google/protobuf/timestamp.pb.ts';
import { isTimestampMs } from './from-date.ts';
import { timestampToMs } from './timestamp.ts';
import { Timestamp$readJson } from './timestamp-json.ts';

/**
 * A field of google.protobuf.Timestamp as a Date (the plugin's option `timestamp=date`): what generated code calls in place
 * of the functions that make a Timestamp. Digits behind the milliseconds are cut off, towards the past. A time that is
 * outside the years 1 to 9999, which no Timestamp should be, is refused: it could not be written again.
 */

/** A Date of its own, made of what a caller gave; 1970 of nothing. @throws {EncodeError} */
export function createDate(given?: TimestampInit | Date): Date {
  const timestamp = Timestamp.create(given);
  const ms = timestampToMs(timestamp);
  if (!isTimestampMs(ms)) throw wrongValue('a Timestamp from year 1 to 9999', timestamp.seconds);
  return new Date(ms);
}

/** @param m the Date of an earlier part of the field, which protobuf merges. @throws {DecodeError} */
export function readDate(r: BinaryReader, end: number, m?: Date, group?: number): Date {
  const timestamp = Timestamp$read(r, end, m === undefined ? undefined : Timestamp.create(m), group);
  const ms = timestampToMs(timestamp);
  if (!isTimestampMs(ms)) {
    throw new DecodeError(`expected a Timestamp from year 1 to 9999, got seconds ${timestamp.seconds}`);
  }
  return new Date(ms);
}

export function readJsonDate(r: JsonReader): Date {
  return new Date(timestampToMs(Timestamp$readJson(r)));
}
