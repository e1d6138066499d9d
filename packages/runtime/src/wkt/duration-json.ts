import { EncodeError, type JsonReader, type JsonWriter, valid } from '../codec/index.ts';
import { wrongValue } from '../codec/wrong-value.ts';
import type { Duration, DurationInit } from '../google/protobuf/duration.pb.ts';
import { readFraction } from './fraction.ts';

/** About 10,000 years (duration.proto). */
const MAX_SECONDS = 315_576_000_000;

/** Seconds with 0, 3, 6 or 9 digits of a fraction and an `s` (duration.proto). */
export function Duration$writeJson(m: DurationInit, w: JsonWriter): void {
  w.message(m);
  const seconds = Number(valid.int64(m.seconds ?? 0n));
  const nanos = m.nanos ?? 0;
  if (Math.abs(seconds) > MAX_SECONDS)
    throw new EncodeError(`a Duration has at most ${MAX_SECONDS} seconds, got ${seconds}`);
  if (!Number.isInteger(nanos) || Math.abs(nanos) > 999_999_999)
    throw wrongValue('nanos of a Duration, a whole number below a second', nanos);
  if (seconds * nanos < 0)
    throw new EncodeError(`seconds and nanos of a Duration have one sign, got ${seconds} and ${nanos}`);
  const sign = seconds < 0 || nanos < 0 ? '-' : '';
  w.text(`"${sign}${Math.abs(seconds)}`);
  w.nanos(Math.abs(nanos), 's"');
}

export function Duration$readJson(r: JsonReader): Duration {
  r.count();
  return r.parsed('a duration like "1.5s"', parse);
}

function parse(text: string): Duration | undefined {
  const negative = text.charCodeAt(0) === 0x2d;
  const start = negative ? 1 : 0;
  let seconds = 0;
  let at = start;
  for (
    let digit = text.charCodeAt(at) - 0x30;
    digit >= 0 && digit <= 9;
    digit = text.charCodeAt(++at) - 0x30
  ) {
    seconds = seconds * 10 + digit;
  }
  const [nanos, end] = readFraction(text, at);
  const isWhole = at > start && end === text.length - 1 && text.charCodeAt(end) === 0x73;
  if (!isWhole || seconds > MAX_SECONDS || Number.isNaN(nanos)) return undefined;
  // -0 is no number of nanoseconds.
  return negative ? { seconds: BigInt(-seconds), nanos: 0 - nanos } : { seconds: BigInt(seconds), nanos };
}
