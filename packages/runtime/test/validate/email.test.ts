import { expect, test } from 'vitest';
import { isEmail } from '../../src/validate/is-host.ts';

const label = 'a'.repeat(63);

// Short addresses are held against one expression, long ones against several that need less memory.
test.each([
  ['@example.com', true],
  [`@${label}.example`, true],
  [`@x${label}.example`, false],
  ['@-example.com', false],
  ['@example-.com', false],
  ['@example..com', false],
  ['@example.com.', false],
  ['@.example.com', false],
  ['@example_1.com', false],
  ['@', false],
  ['@a@b', false],
  [' @a', false],
  ['', false],
])('what ends in %j is an address of any length: %j', (end, is) => {
  for (const length of [80, 319, 320, 321, 2_000]) {
    expect([length, isEmail(end.padStart(length, 'x'))]).toEqual([length, is]);
  }
});
