import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allows, isPattern } from '../../src/keys/rights.ts';

/** Few different words, so that names often share their beginnings. */
const word = fc.constantFrom('a', 'ab', 'b', 'A', '_', 'a1');
const words = fc.array(word, { minLength: 1, maxLength: 4 });
const pattern = fc.oneof(
  fc.constant('*'),
  words.map((parts) => parts.join('.')),
  words.map((parts) => `${parts.join('.')}.*`),
);

/** What patterns mean, said word by word and not by characters. */
function covers(pattern: string, service: readonly string[]): boolean {
  const parts = pattern.split('.');
  const isOpen = parts.at(-1) === '*';
  const fixed = isOpen ? parts.slice(0, -1) : parts;
  const longEnough = isOpen ? service.length > fixed.length : service.length === fixed.length;
  return longEnough && fixed.every((part, index) => part === service[index]);
}

test('a pattern covers whole words only', () => {
  fc.assert(
    fc.property(fc.array(pattern, { maxLength: 4 }), words, (patterns, service) => {
      expect(allows(patterns, service.join('.'))).toBe(patterns.some((one) => covers(one, service)));
    }),
    { numRuns: 2000 },
  );
});

test('every pattern that is allowed is one, whatever is put around it is none', () => {
  fc.assert(
    fc.property(pattern, fc.constantFrom('.', '*', ' ', '-', '/', '\n'), (text, extra) => {
      expect(isPattern(text)).toBe(true);
      expect(isPattern(extra + text)).toBe(false);
      expect(isPattern(text + extra)).toBe(false);
    }),
  );
});

test.each(['', '.', '.*', '*.a', 'a.*.b', 'a.**', '1a', 'a..b', 'ä', 'post.PostService/Get'])(
  '%j is no pattern',
  (text) => {
    expect(isPattern(text)).toBe(false);
  },
);

test('a package does not cover another that begins like it, and not itself', () => {
  expect(allows(['post.*'], 'post.PostService')).toBe(true);
  expect(allows(['post.*'], 'post.v1.PostService')).toBe(true);
  expect(allows(['post.*'], 'poster.PosterService')).toBe(false);
  expect(allows(['post.*'], 'post')).toBe(false);
  expect(allows(['post.PostService'], 'post.PostServiceAdmin')).toBe(false);
  expect(allows(['post.PostService'], 'Post.postService')).toBe(false);
  expect(allows([], 'post.PostService')).toBe(false);
});
