import { expect, test } from 'vitest';
import { camelCase } from '../../src/rpc/camel-case.ts';

// What Twirp's Go generator makes of them.
test.each([
  ['MakeHat', 'MakeHat'],
  ['make_hat', 'MakeHat'],
  ['Haberdasher_v1', 'HaberdasherV1'],
  ['_my_2', 'XMy_2'],
  ['_My', 'XMy'],
  ['X_Foo', 'X_Foo'],
  ['a__b', 'A_B'],
  ['a2b', 'A2B'],
  ['HTTPGet', 'HTTPGet'],
])('%s is %s', (name, camel) => {
  expect(camelCase(name)).toBe(camel);
});
