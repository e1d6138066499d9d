import type { Duration, DurationInit } from '../google/protobuf/duration.pb.ts';
import { msToNanos, splitNanos, toNanos } from './nanos.ts';

/** About 10,000 years, in seconds (duration.proto). */
const MAX_SECONDS = 315_576_000_000n;

/**
 * Milliseconds as a Duration; a fraction is kept to the nanosecond.
 * @throws {RangeError} for what is no finite number, or more than 315,576,000,000 seconds either way
 * @example
 * durationFromMs(1500); // { seconds: 1n, nanos: 500_000_000 }
 */
export function durationFromMs(ms: number): Duration {
  return durationFromNanos(msToNanos(ms));
}

/**
 * A Duration in milliseconds, with the nanoseconds as a fraction as far as a number can hold them.
 * @example
 * setTimeout(retry, durationToMs(answer.retryAfter));
 */
export function durationToMs(duration: DurationInit): number {
  return Number(duration.seconds ?? 0n) * 1000 + (duration.nanos ?? 0) / 1_000_000;
}

/**
 * Nanoseconds as a Duration.
 * @throws {RangeError} for more than 315,576,000,000 seconds either way (duration.proto)
 * @example
 * durationFromNanos(process.hrtime.bigint() - started);
 */
export function durationFromNanos(total: bigint): Duration {
  const { seconds, nanos } = splitNanos(total);
  if (seconds < -MAX_SECONDS || seconds > MAX_SECONDS) {
    throw new RangeError(`a Duration has at most ${MAX_SECONDS} seconds, got ${total} nanoseconds`);
  }
  return { seconds, nanos };
}

/**
 * A Duration in nanoseconds.
 * @example
 * durationToNanos({ seconds: 1n }); // 1_000_000_000n
 */
export function durationToNanos(duration: DurationInit): bigint {
  return toNanos(duration);
}
