/**
 * Functions for well-known types beside their codecs: times, spans of time, and messages of any type.
 * The messages themselves come from `@pipit/runtime/google/protobuf/timestamp` and its neighbours.
 */
export { anyIs, anyPack, anyUnpack } from './any.ts';
export { createDate, readDate, readJsonDate } from './date.ts';
export { durationFromMs, durationFromNanos, durationToMs, durationToNanos } from './duration.ts';
export {
  timestampFromDate,
  timestampFromMs,
  timestampFromNanos,
  timestampNow,
  timestampToDate,
  timestampToMs,
  timestampToNanos,
} from './timestamp.ts';
