import { EncodeError, type JsonReader, type JsonWriter } from '../codec/index.ts';
import type { Timestamp, TimestampInit } from '../google/protobuf/timestamp.pb.ts';
import { fraction, nanosOf } from './fraction.ts';

const RFC3339 = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:Z|([+-])(\d{2}):(\d{2}))$/;
/** 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z */
const MIN_SECONDS = -62135596800;
const MAX_SECONDS = 253402300799;

/** RFC 3339 in UTC with 0, 3, 6 or 9 digits of a second (timestamp.proto). */
export function Timestamp$writeJson(m: TimestampInit, w: JsonWriter): void {
  const seconds = Number(m.seconds ?? 0n);
  const nanos = m.nanos ?? 0;
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) {
    throw new EncodeError(`a Timestamp in JSON is from year 1 to 9999, but seconds is ${seconds}`);
  }
  if (!(nanos >= 0 && nanos <= 999_999_999)) {
    throw new EncodeError(`nanos of a Timestamp are from 0 to 999999999, got ${nanos}`);
  }
  w.key(`"${new Date(seconds * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z"`);
}

export function Timestamp$readJson(r: JsonReader): Timestamp {
  return r.parsed('an RFC 3339 time', parse);
}

function parse(text: string): Timestamp | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, digits, sign, offsetHour, offsetMinute] = match;
  const at = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const ms = Date.parse(`${at}Z`);
  // Date.parse takes 24:00:00 and days a month does not have; what it takes as written it writes back.
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 19) !== at) return undefined;
  let seconds = ms / 1000;
  if (sign !== undefined) {
    if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
    const offset = Number(offsetHour) * 3600 + Number(offsetMinute) * 60;
    seconds += sign === '+' ? -offset : offset;
  }
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) return undefined;
  return { seconds: BigInt(seconds), nanos: nanosOf(digits) };
}
