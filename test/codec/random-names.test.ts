import { expect, test } from 'vitest';
import { compileErrors } from '../../packages/protoc-gen-twirp-ts/test/protoc.ts';
import { randomNames } from './random-names.ts';

/** A thousand in `npm run test:full`. */
const schemas = 10 * Number(process.env['PIPIT_RUNS'] ?? 2);
const seed = Number(process.env['PIPIT_SEED'] ?? 1);

test(`any two names in any two roles give code that compiles (seed ${seed})`, { timeout: 1_800_000 }, () => {
  const files = Array.from({ length: schemas }, (_, i) => randomNames(seed, i));
  expect(compileErrors(Object.assign({}, ...files) as Record<string, string>)).toBe('');
});
