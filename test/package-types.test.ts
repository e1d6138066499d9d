import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Manifest {
  readonly exports?: Readonly<Record<string, string | { readonly types: string }>>;
  readonly types?: string;
  readonly typesVersions?: { readonly '*': Readonly<Record<string, readonly string[]>> };
}

const packages = join(import.meta.dirname, '../packages');

test.each(readdirSync(packages))('%s: TypeScript with module commonjs finds the types of exports', (name) => {
  const manifest = JSON.parse(readFileSync(join(packages, name, 'package.json'), 'utf8')) as Manifest;
  const { exports = {}, types, typesVersions } = manifest;
  const typed = Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string' ? [] : [[path, target.types] as const],
  );
  const subpaths = typed.filter(([path]) => path !== '.').map(([path, file]) => [path.slice(2), [file]]);
  expect(types).toBe(new Map(typed).get('.'));
  expect(typesVersions?.['*'] ?? {}).toEqual(Object.fromEntries(subpaths));
});
