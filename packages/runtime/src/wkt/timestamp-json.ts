import { EncodeError, type JsonReader, type JsonWriter, valid } from '../codec/index.ts';
import { wrongValue } from '../codec/wrong-value.ts';
import type { Timestamp, TimestampInit } from '../google/protobuf/timestamp.pb.ts';
import { dateFromDays, daysFromDate } from './calendar.ts';
import { readFraction } from './fraction.ts';
import { fromDate } from './from-date.ts';

/** An offset from UTC. */
const OFFSET = /^([+-])(\d{2}):([0-5]\d)$/;
const SECONDS_OF_DAY = 86_400;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
const MIN_SECONDS = -62135596800;
const MAX_SECONDS = 253402300799;

/** RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second (timestamp.proto). */
export function Timestamp$writeJson(given: TimestampInit | Date, w: JsonWriter): void {
  const m = fromDate(given);
  w.message(m);
  const seconds = Number(valid.int64(m.seconds ?? 0n));
  const nanos = m.nanos ?? 0;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw new EncodeError(`a Timestamp in JSON is from year 1 to 9999, but seconds is ${seconds}`);
  }
  if (!Number.isInteger(nanos) || nanos < 0 || nanos > 999_999_999) {
    throw wrongValue('nanos of a Timestamp, from 0 to 999999999', nanos);
  }
  const days = Math.floor(seconds / SECONDS_OF_DAY);
  const { year, month, day } = dateFromDays(days);
  w.dateTime(year, month, day, seconds - days * SECONDS_OF_DAY);
  w.nanos(nanos, 'Z"');
}

export function Timestamp$readJson(r: JsonReader): Timestamp {
  r.count();
  return r.parsed('an RFC 3339 time', parse);
}

const DASH = 0x2d;
const COLON = 0x3a;

function parse(text: string): Timestamp | undefined {
  // 0123-56-89T12:45:78
  if (text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH || text.charCodeAt(10) !== 0x54)
    return undefined;
  if (text.charCodeAt(13) !== COLON || text.charCodeAt(16) !== COLON) return undefined;
  const days = daysFromDate(
    twoDigits(text, 0) * 100 + twoDigits(text, 2),
    twoDigits(text, 5),
    twoDigits(text, 8),
  );
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  if (days === undefined || !(hour < 24 && minute < 60 && second < 60)) return undefined;
  const [nanos, zone] = readFraction(text, 19);
  const offset = offsetAt(text, zone);
  const seconds = days * SECONDS_OF_DAY + hour * 3600 + minute * 60 + second - offset;
  // NaN, from what is no digit or no offset, is not within.
  if (!(seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) || Number.isNaN(nanos)) return undefined;
  return { seconds: BigInt(seconds), nanos };
}

/** Seconds east of UTC, NaN for none. */
function offsetAt(text: string, at: number): number {
  if (text.length === at + 1 && text.charCodeAt(at) === 0x5a) return 0;
  const match = OFFSET.exec(text.slice(at));
  if (match === null || Number(match[2]) > 23) return NaN;
  const offset = Number(match[2]) * 3600 + Number(match[3]) * 60;
  return match[1] === '-' ? -offset : offset;
}

/** NaN for anything else. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 0x30;
  const ones = text.charCodeAt(at + 1) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
