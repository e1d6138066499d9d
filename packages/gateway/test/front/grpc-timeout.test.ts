import { expect, test } from 'vitest';
import { grpcTimeout } from '../../src/front/grpc-timeout.ts';

test.for([
  ['1H', 3_600_000],
  ['2M', 120_000],
  ['3S', 3_000],
  ['1219m', 1_219],
  ['4500u', 4.5],
  ['99999999n', 99.999999],
  ['0m', 0],
] as const)('grpc-timeout %s is %d ms', ([header, ms]) => {
  expect(grpcTimeout(header)).toBeCloseTo(ms, 9);
});

test.for(['', '1', 'm', '123456789m', '-1m', '1.5S', '1 S', '1h', '1S1S'])(
  'grpc-timeout "%s" is none',
  (header) => {
    expect(grpcTimeout(header)).toBeUndefined();
  },
);
