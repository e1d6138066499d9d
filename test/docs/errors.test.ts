import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { httpStatusOf } from '../../packages/runtime/src/protocol/twirp/error.ts';

const doc = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md lists every code with its status, and no other', () => {
  const listed = [...doc.matchAll(/^\| `(\w+)`\s*\| (\d{3})\s*\|/gm)].map(([, code, status]) => [
    code,
    Number(status),
  ]);
  expect(Object.fromEntries(listed)).toEqual(httpStatusOf);
  expect(listed).toHaveLength(Object.keys(httpStatusOf).length);
});

test('docs/errors.md lists every class the codecs throw', () => {
  const source = readFileSync(new URL('../../packages/runtime/src/codec/errors.ts', import.meta.url), 'utf8');
  for (const [, name] of source.matchAll(/export class (\w+)/g)) expect(doc).toContain(`| \`${name}\``);
});
