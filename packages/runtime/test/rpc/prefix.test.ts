import { expect, test } from 'vitest';
import { normalizePrefix } from '../../src/rpc/prefix.ts';

test.each([
  ['api', '/api'],
  ['/api', '/api'],
  ['/api/', '/api'],
  ['my/custom/prefix/', '/my/custom/prefix'],
  ['/', ''],
  ['', ''],
])('%j is %j', (given, normal) => {
  expect(normalizePrefix(given)).toBe(normal);
});

test.each([
  '//',
  '/a//b',
  '/a/../b',
  '.',
  '/:tenant',
  '/*',
  '/a b',
  '/a?b',
  '/a#b',
  '/%41',
  '/a\n',
  '/ä',
  '/a\\b',
])('%j is refused', (prefix) => {
  expect(() => normalizePrefix(prefix)).toThrow(/is not a path prefix: write it like \/api/);
});
