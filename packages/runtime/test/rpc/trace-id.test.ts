import { describe, expect, test } from 'vitest';
import { traceIdOf } from '../../src/rpc/trace-id.ts';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a trace id', () => {
  test('is the trace of a valid traceparent, before X-Trace-Id', () => {
    expect(traceIdOf({ traceparent: `00-${trace}-00f067aa0ba902b7-01`, 'x-trace-id': 'mine' })).toBe(trace);
  });

  test.each([
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${trace}-0000000000000000-01`,
    `ff-${trace}-00f067aa0ba902b7-01`,
    `00-${trace.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${trace}`,
    '',
  ])('of the invalid traceparent %s is not taken', (traceparent) => {
    expect(traceIdOf({ traceparent, 'x-trace-id': 'mine' })).toBe('mine');
  });

  test.each(['', 'a b', 'a\nb', 'ä', '<b>', 'x'.repeat(129)])('%j is not taken from X-Trace-Id', (id) => {
    expect(traceIdOf({ 'x-trace-id': id })).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is new for each call that brings none', () => {
    const ids = Array.from({ length: 1_000 }, () => traceIdOf({}));
    expect(new Set(ids).size).toBe(1_000);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
  });
});
