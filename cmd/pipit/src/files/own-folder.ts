import { lstatSync, mkdirSync, readFileSync, type Stats, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';

/** More than any file that the command line keeps for itself. */
const mostBytes = 256 * 1024 * 1024;

/**
 * Tells whether the command line's own folder in a project is there.
 * @throws {CliError} for a link, which may lead anywhere, and for a file
 */
export function hasOwnFolder(stateDir: string): boolean {
  const stats = lstatSync(stateDir, { throwIfNoEntry: false });
  if (stats === undefined) return false;
  if (stats.isDirectory()) return true;
  const what = stats.isSymbolicLink() ? 'a link' : 'not a folder';
  throw new CliError(
    `${displayPath(stateDir)} is ${what}, and pipit keeps its own files there: remove it and run again`,
  );
}

/** Makes it where it is not there. It keeps itself out of git, whatever the project's .gitignore says. */
export function makeOwnFolder(stateDir: string): void {
  if (!hasOwnFolder(stateDir)) mkdirSync(stateDir, { recursive: true });
  try {
    // Never through a link.
    writeFileSync(join(stateDir, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** The text of a file in it; undefined for none, and for a link, a device or whatever else a stranger may put there. */
export function readOwnFile(path: string): string | undefined {
  const stats = statsOf(path);
  if (stats === undefined || !stats.isFile() || stats.size > mostBytes) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Of the link itself, where it is one; undefined where there is nothing. */
export function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
