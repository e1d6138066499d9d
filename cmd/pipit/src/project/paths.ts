import { isAbsolute, relative, sep } from 'node:path';

/** A path as people see it: relative to where they are, with `/`; a file elsewhere in full. */
export function displayPath(path: string, from: string = process.cwd()): string {
  const shown = relative(from, path);
  if (shown === '') return '.';
  // Up to three folders up is still easier to read than the whole path.
  if (isAbsolute(shown) || shown.startsWith(`..${sep}..${sep}..${sep}..`)) return path;
  return slashed(shown);
}

/** With `/` between folders, as in imports and protos, whatever the platform writes. */
export function slashed(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path;
}
