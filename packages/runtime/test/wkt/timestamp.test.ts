import { Timestamp } from '@pipit/runtime/google/protobuf/timestamp';
import { describe, expect, test } from 'vitest';
import {
  timestampFromDate,
  timestampFromMs,
  timestampFromNanos,
  timestampNow,
  timestampToDate,
  timestampToMs,
  timestampToNanos,
} from '@pipit/runtime/wkt';

describe('helpers', () => {
  test.each([
    ['1970-01-01T00:00:00.000Z', 0n, 0],
    ['1969-12-31T23:59:59.999Z', -1n, 999_000_000],
    ['2026-11-20T12:34:56.789Z', 1795178096n, 789_000_000],
    ['0001-01-01T00:00:00.000Z', -62135596800n, 0],
    ['9999-12-31T23:59:59.999Z', 253402300799n, 999_000_000],
  ])('Date %s', (text, seconds, nanos) => {
    const date = new Date(text);
    const timestamp = timestampFromDate(date);
    expect(timestamp).toEqual({ seconds, nanos });
    expect(timestampToDate(timestamp)).toEqual(date);
    expect(timestampToMs(timestamp)).toBe(date.getTime());
    expect(timestampFromMs(date.getTime())).toEqual(timestamp);
  });

  test('nanoseconds are exact, before 1970 too', () => {
    for (const total of [
      0n,
      1n,
      -1n,
      1795178096_123456789n,
      -62135596800_000000000n,
      253402300799_999999999n,
    ]) {
      const timestamp = timestampFromNanos(total);
      expect(timestampToNanos(timestamp)).toBe(total);
      expect(timestamp.nanos).toBeGreaterThanOrEqual(0);
      expect(Timestamp.fromJson(Timestamp.toJson(timestamp))).toEqual(timestamp);
    }
    expect(timestampFromNanos(-1n)).toEqual({ seconds: -1n, nanos: 999_999_999 });
    // A Date is cut towards the past, so that it never lies after the moment.
    expect(timestampToDate({ seconds: -1n, nanos: 999_999_999 }).getTime()).toBe(-1);
    expect(timestampToMs({ seconds: 1n, nanos: 999_999 })).toBe(1000);
  });

  test('fractions of a millisecond are kept', () => {
    expect(timestampFromMs(1795178096789.25)).toEqual({ seconds: 1795178096n, nanos: 789_250_000 });
    expect(timestampFromMs(-0.5)).toEqual({ seconds: -1n, nanos: 999_500_000 });
    expect(timestampFromMs(999.9999999)).toEqual({ seconds: 1n, nanos: 0 });
  });

  test('an Init does', () => {
    expect(timestampToDate({})).toEqual(new Date(0));
    expect(timestampToNanos({ nanos: 5 })).toBe(5n);
  });

  test('now', () => {
    const before = Date.now();
    const now = timestampToMs(timestampNow());
    expect(now).toBeGreaterThanOrEqual(before);
    expect(now).toBeLessThanOrEqual(Date.now());
  });

  test('what no Timestamp can be is refused', () => {
    expect(() => timestampFromDate(new Date(NaN))).toThrow(RangeError);
    expect(() => timestampFromDate(new Date('+010000-01-01T00:00:00Z'))).toThrow(/year 1 to 9999/);
    expect(() => timestampFromMs(Infinity)).toThrow(RangeError);
    expect(() => timestampFromNanos(-62135596800_000000001n)).toThrow(RangeError);
    expect(() => timestampFromNanos(253402300800_000000000n)).toThrow(RangeError);
  });
});

describe('JSON', () => {
  test.each([
    ['1970-01-01T00:00:00Z', 0n, 0],
    ['1970-01-01T00:00:00.500Z', 0n, 500_000_000],
    ['1970-01-01T00:00:00.000500Z', 0n, 500_000],
    ['1970-01-01T00:00:00.000000500Z', 0n, 500],
    ['1970-01-01T00:00:00.120Z', 0n, 120_000_000],
    ['1969-12-31T23:59:59.999999999Z', -1n, 999_999_999],
    ['0001-01-01T00:00:00Z', -62135596800n, 0],
    ['9999-12-31T23:59:59.999999999Z', 253402300799n, 999_999_999],
    ['2024-02-29T12:00:00Z', 1709208000n, 0],
  ])('%s', (text, seconds, nanos) => {
    expect(Timestamp.toJson({ seconds, nanos })).toBe(text);
    expect(Timestamp.fromJson(text)).toEqual({ seconds, nanos });
  });

  test.each([
    ['1970-01-01T00:00:00.1Z', 0n, 100_000_000],
    ['1970-01-01T01:30:00+01:30', 0n, 0],
    ['1969-12-31T22:00:00-02:00', 0n, 0],
    ['0001-01-01T01:00:00+01:00', -62135596800n, 0],
    ['1970-01-01T00:00:00.00Z', 0n, 0],
  ])('%s is read', (text, seconds, nanos) => {
    expect(Timestamp.fromJson(text)).toEqual({ seconds, nanos });
  });

  test.each([
    'x',
    '',
    '1970-01-01',
    '1970-01-01T00:00:00',
    '1970-01-01t00:00:00Z',
    '1970-01-01T00:00:00z',
    '1970-01-01 00:00:00Z',
    '1970-01-01T00:00:60Z',
    '1970-01-01T24:00:00Z',
    '1970-13-01T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '1970-01-01T00:00:00.Z',
    '1970-01-01T00:00:00.0000000001Z',
    '1970-01-01T00:00:00+24:00',
    '0001-01-01T00:00:00+00:01',
    '9999-12-31T23:59:59-00:01',
    '10000-01-01T00:00:00Z',
    '-0001-01-01T00:00:00Z',
    ' 1970-01-01T00:00:00Z',
  ])('%s is refused', (text) => {
    expect(() => Timestamp.fromJson(text)).toThrow(`expected an RFC 3339 time, got ${JSON.stringify(text)}`);
  });

  test('what is no string is refused', () => {
    expect(() => Timestamp.fromJsonString('0')).toThrow('expected an RFC 3339 time, got 0');
    expect(() => Timestamp.fromJsonString('{"seconds":1}')).toThrow(
      'expected an RFC 3339 time, got an object',
    );
  });

  test.each([
    [{ seconds: -62135596801n }, /year 1 to 9999/],
    [{ seconds: 253402300800n }, /year 1 to 9999/],
    [{ nanos: -1 }, /nanos of a Timestamp/],
    [{ nanos: 1_000_000_000 }, /nanos of a Timestamp/],
    [{ nanos: 0.5 }, /nanos of a Timestamp/],
    [{ nanos: NaN }, /nanos of a Timestamp/],
  ])('%o has no JSON', (timestamp, message) => {
    expect(() => Timestamp.toJson(timestamp)).toThrow(message);
  });
});
