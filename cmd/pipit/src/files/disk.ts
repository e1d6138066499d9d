import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { slashed } from '../project/paths.ts';

/** undefined where it cannot be written back byte for byte: another encoding than UTF-8. */
export function readText(path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

const realPaths = new Map<string, string>();

/** One name for a file however it is reached; of one that is not there yet, the folder's. */
export function realPath(path: string): string {
  const known = realPaths.get(path);
  if (known !== undefined) return known;
  if (existsSync(path)) {
    // With `/`, as TypeScript has it on every platform.
    const real = slashed(realpathSync(path));
    realPaths.set(path, real);
    return real;
  }
  const folder = dirname(path);
  return folder === path ? path : slashed(join(realPath(folder), basename(path)));
}
