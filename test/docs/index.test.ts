import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);

test('the index links every page, once', () => {
  const index = readFileSync(new URL('README.md', docs), 'utf8');
  const linked = [...index.matchAll(/^- \[\S+\]\((\S+\.md)\)/gm)].map(([, page]) => page);
  const pages = readdirSync(docs).filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(new Set(linked)).toEqual(new Set(pages));
  expect(linked).toHaveLength(pages.length);
});
