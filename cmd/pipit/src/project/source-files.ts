import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { isGeneratedName } from './generated-file.ts';

const skipped = new Set(['node_modules', 'dist', 'build', 'coverage', 'test', 'tests', '__tests__']);

/** Files of TypeScript that people write, below a folder: nothing generated, no tests, no declarations. */
export function sourceFiles(folder: string): string[] {
  const found: string[] = [];
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || skipped.has(entry.name)) continue;
      const inside = join(path, entry.name);
      if (entry.isDirectory()) visit(inside);
      else if (isSource(entry.name)) found.push(inside);
    }
  };
  try {
    visit(folder);
  } catch {
    // A folder that is not there yet has none.
  }
  return found.sort();
}

function isSource(name: string): boolean {
  return /\.[cm]?tsx?$/.test(name) && !/\.(?:d|test|spec)\.[cm]?tsx?$/.test(name) && !isGeneratedName(name);
}
