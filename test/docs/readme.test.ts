import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './page.ts';

const english = readFileSync(join(root, 'README.md'), 'utf8');
const chinese = readFileSync(join(root, 'README.zh.md'), 'utf8');

const all = (pattern: RegExp, text: string): string[] => [...text.matchAll(pattern)].map(([found]) => found);

test.each([
  ['samples and commands', /^```.*?^```$/gms],
  ['numbers with a comma or a point', /\d+(?:[.,]\d+)+/g],
  ['dates', /\d{4}-\d\d-\d\d/g],
])('the README in Chinese has the same %s', (_what, pattern) => {
  expect(all(pattern, chinese)).toEqual(all(pattern, english));
});

test('the README in Chinese has the same sections, and what is code and where it links', () => {
  const outline = (text: string): number[] => all(/^#+ /gm, text).map(({ length }) => length);
  const sorted = (pattern: RegExp, text: string): string[] =>
    all(pattern, text.replaceAll(/^```.*?^```$/gms, '')).sort();
  expect(outline(chinese)).toEqual(outline(english));
  expect(sorted(/`[^`\n]+`/g, chinese)).toEqual(sorted(/`[^`\n]+`/g, english));
  const links = /\]\((?!README)[^)]+\)/g;
  expect(sorted(links, chinese)).toEqual(sorted(links, english));
});
