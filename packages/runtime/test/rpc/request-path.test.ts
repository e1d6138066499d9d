import { expect, test } from 'vitest';
import { decodePath, pathOf, queryOf, quote, quotePath } from '../../src/rpc/request-path.ts';

test.each([
  ['/a/b?c=d?e', '/a/b', 'c=d?e'],
  ['/a', '/a', undefined],
  ['/a?', '/a', ''],
  ['http://example.test:80/a/b?c', '/a/b', 'c'],
  ['http://example.test', '', undefined],
  ['*', '*', undefined],
])('the target %s', (target, path, query) => {
  expect(pathOf(target)).toBe(path);
  expect(queryOf(target)).toBe(query);
});

test.each([
  ['/Make%48at', '/MakeHat', '"/MakeHat"'],
  ['/a%2Fb%2f%61', '/a%2Fb%2fa', '"/a%2Fb%2fa"'],
  ['/%e2%98%83', '/☃', '"/☃"'],
  ['/%ff', '/\ufffd', String.raw`"/\xff"`],
  ['/%zz%', '/%zz%', '"/%zz%"'],
  ['/a%22%5c%0a', '/a"\\\n', String.raw`"/a\"\\\x0a"`],
])('the path %s', (path, decoded, quoted) => {
  expect(decodePath(path)).toBe(decoded);
  expect(quotePath(path)).toBe(quoted);
});

test('quote escapes quotes and backslashes', () => {
  expect(quote(String.raw`text/"q\u"`)).toBe(String.raw`"text/\"q\\u\""`);
});
