import { Duration } from '@pipit/runtime/google/protobuf/duration';
import { describe, expect, test } from 'vitest';
import { durationFromMs, durationFromNanos, durationToMs, durationToNanos } from '@pipit/runtime/wkt';

describe('helpers', () => {
  test.each([
    [0, 0n, 0],
    [1500, 1n, 500_000_000],
    [-1500, -1n, -500_000_000],
    [-1, 0n, -1_000_000],
    [0.000001, 0n, 1],
    [315_576_000_000_000, 315_576_000_000n, 0],
  ])('%d ms', (ms, seconds, nanos) => {
    expect(durationFromMs(ms)).toEqual({ seconds, nanos });
    expect(durationToMs({ seconds, nanos })).toBe(ms);
  });

  test('nanoseconds are exact', () => {
    for (const total of [0n, 1n, -1n, 1_999_999_999n, -315_576_000_000_999_999_999n]) {
      expect(durationToNanos(durationFromNanos(total))).toBe(total);
    }
    expect(durationFromNanos(-1n)).toEqual({ seconds: 0n, nanos: -1 });
    expect(durationFromMs(9_007_199_254_740.25)).toEqual({ seconds: 9_007_199_254n, nanos: 740_250_000 });
  });

  test('what no Duration can be is refused', () => {
    expect(() => durationFromMs(NaN)).toThrow(RangeError);
    expect(() => durationFromMs(315_576_000_001_000)).toThrow(/at most 315576000000 seconds/);
    expect(() => durationFromNanos(-315_576_000_001_000_000_000n)).toThrow(RangeError);
  });
});

describe('JSON', () => {
  test.each([
    ['0s', 0n, 0],
    ['1s', 1n, 0],
    ['-1s', -1n, 0],
    ['1.500s', 1n, 500_000_000],
    ['-0.000001s', 0n, -1000],
    ['-0.000000001s', 0n, -1],
    ['-1.000000001s', -1n, -1],
    ['315576000000.999999999s', 315_576_000_000n, 999_999_999],
    ['-315576000000s', -315_576_000_000n, 0],
  ])('%s', (text, seconds, nanos) => {
    expect(Duration.toJson({ seconds, nanos })).toBe(text);
    expect(Duration.fromJson(text)).toEqual({ seconds, nanos });
  });

  test('a fraction of any length up to nine digits is read, and -0 is 0', () => {
    expect(Duration.fromJson('1.5s')).toEqual({ seconds: 1n, nanos: 500_000_000 });
    const zero = Duration.fromJson('-0s');
    expect(Object.is(zero.nanos, 0)).toBe(true);
    expect(Duration.toJson(zero)).toBe('0s');
  });

  test.each([
    '',
    's',
    '1',
    '1 s',
    '1.s',
    '.5s',
    '+1s',
    '1e3s',
    '1.0000000001s',
    '315576000001s',
    '1m',
    '--1s',
    'NaNs',
    '1S',
  ])('"%s" is refused', (text) => {
    expect(() => Duration.fromJson(text)).toThrow(`expected a duration like "1.5s", got "${text}"`);
  });

  test('what is no string is refused', () => {
    expect(() => Duration.fromJson(1)).toThrow('expected a duration like "1.5s", got 1');
  });

  test.each([
    [{ seconds: 315_576_000_001n }, /at most/],
    [{ nanos: 1_000_000_000 }, /below a second/],
    [{ nanos: 0.5 }, /below a second/],
    [{ seconds: 1n, nanos: -1 }, /one sign/],
    [{ seconds: -1n, nanos: 1 }, /one sign/],
  ])('%o has no JSON', (duration, message) => {
    expect(() => Duration.toJson(duration)).toThrow(message);
  });
});
