import { expect, test } from 'vitest';
import { compileErrors } from '../../packages/protoc-gen-twirp-ts/test/protoc.ts';
import { randomNames } from './random-names.ts';

/** A thousand in `npm run test:full`. */
const schemas = 10 * Number(process.env['PIPIT_RUNS'] ?? 2);
/** A thousand in one program take TypeScript 17 GB, and more. */
const perProgram = 100;
const seed = Number(process.env['PIPIT_SEED'] ?? 1);
const programs = Array.from({ length: Math.ceil(schemas / perProgram) }, (_, i) => i * perProgram);

test.each(programs)(
  `any two names in any two roles give code that compiles (seed ${seed}, from schema %i)`,
  { timeout: 600_000 },
  (first) => {
    const count = Math.min(perProgram, schemas - first);
    const files = Array.from({ length: count }, (_, i) => randomNames(seed, first + i));
    expect(compileErrors(Object.assign({}, ...files) as Record<string, string>)).toBe('');
  },
);
