import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, samplesOf } from './page.ts';

test('the Dockerfile of docs/recipes.md is that of pipit new', () => {
  const template = readFileSync(join(root, 'cmd/pipit/templates/project/Dockerfile'), 'utf8');
  expect(samplesOf('docs/recipes.md', 'dockerfile')).toEqual([template.replace('__copyVendor__', '')]);
});
