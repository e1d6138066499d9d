import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { displayPath } from '../project/paths.ts';
import { digest } from './file-state.ts';
import { hasOwnFolder, readOwnFile, statsOf } from './own-folder.ts';
import { replaceFile } from './replace-file.ts';
import { isSealed, sealOf } from './seal.ts';

/**
 * A rename or removal that is about to happen, so that a run that was killed in between can be finished.
 * A journal that is there is complete; staged files without one were never meant to be used.
 */
export interface JournalEntry {
  /** Relative to the project, or absolute if elsewhere (a link's target), where it is never finished. */
  readonly path: string;
  /** The file in the staging folder that takes its place; null where the file goes. */
  readonly staged: string | null;
  /** SHA-256 of what is there now and of what shall be; null for no file. */
  readonly before: string | null;
  readonly after: string | null;
}

interface Journal {
  readonly version: 1;
  readonly files: readonly JournalEntry[];
  /** The proof that this machine wrote `files`: what a repository brings along is not believed. */
  readonly seal: string;
}

export const stagingOf = (stateDir: string): string => join(stateDir, 'stage');
const journalOf = (stateDir: string): string => join(stateDir, 'journal.json');

/** Tells whether a run was killed, or is at work. @throws {CliError} where the folder for it is a link */
export function isPending(stateDir: string): boolean {
  return (
    hasOwnFolder(stateDir) &&
    (statsOf(journalOf(stateDir)) !== undefined || statsOf(stagingOf(stateDir)) !== undefined)
  );
}

/** Writes the journal: from here on the change will happen, whoever finishes it. */
export function writeJournal(root: string, stateDir: string, files: readonly JournalEntry[]): void {
  const journal: Journal = { version: 1, files, seal: sealOf('journal', root, JSON.stringify(files)) };
  const draft = join(stagingOf(stateDir), 'journal.json');
  const file = openSync(draft, 'w');
  writeSync(file, JSON.stringify(journal));
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, journalOf(stateDir));
  syncFolder(stateDir);
}

/** Removes the journal, then the staged files: without it nothing of them counts. */
export function clearJournal(stateDir: string): void {
  rmSync(journalOf(stateDir), { recursive: true, force: true });
  rmSync(stagingOf(stateDir), { recursive: true, force: true });
}

export function entryPath(root: string, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') ? path : inside;
}

/**
 * Finishes what a killed run left, or drops what it had only prepared. Call it under the lock.
 * A file that was edited since the kill is the user's: it stays. Nothing outside of the project is touched.
 * @returns lines to tell the user
 */
export function finishJournal(root: string, stateDir: string): string[] {
  if (!isPending(stateDir)) return [];
  const journal = readJournal(root, stateDir);
  const told: string[] = [];
  let finished = 0;
  for (const entry of journal?.files ?? []) {
    const target = resolve(root, entry.path);
    if (!isInside(root, target)) {
      told.push(
        `${displayPath(target)} is not inside the project any more: left as it is. Run the command again`,
      );
      continue;
    }
    const current = digestOf(target);
    if (current === entry.after) continue;
    const staged = entry.staged === null ? null : join(stagingOf(stateDir), entry.staged);
    if (current !== entry.before || (staged !== null && !isStaged(stateDir, staged, entry))) {
      told.push(
        `${displayPath(target)} was edited after a run was killed: left as it is. Run the command again`,
      );
      continue;
    }
    if (staged === null) rmSync(target, { force: true });
    else {
      mkdirSync(dirname(target), { recursive: true });
      replaceFile(staged, target);
    }
    finished++;
  }
  if (journal === undefined && statsOf(journalOf(stateDir)) !== undefined) {
    told.push(
      `${displayPath(journalOf(stateDir))} was not written here, or was changed since: removed, and nothing done of it`,
    );
  }
  clearJournal(stateDir);
  if (finished > 0)
    told.unshift(`finished what a killed run left: ${finished} file${finished === 1 ? '' : 's'}`);
  return told;
}

/** Undefined for none, and for one that this machine did not write. */
function readJournal(root: string, stateDir: string): Journal | undefined {
  try {
    const journal = JSON.parse(readOwnFile(journalOf(stateDir)) ?? '') as Journal;
    const isOurs =
      journal.version === 1 && isSealed('journal', root, JSON.stringify(journal.files), journal.seal);
    return isOurs ? journal : undefined;
  } catch {
    return undefined;
  }
}

/** Tells whether a path, with links followed, is below the root: a folder may have become a link in the meantime. */
function isInside(root: string, path: string): boolean {
  let folder = dirname(path);
  while (statsOf(folder) === undefined && dirname(folder) !== folder) folder = dirname(folder);
  try {
    const real = relative(realpathSync(root), realpathSync(folder));
    const written = relative(resolve(root), path);
    return [real, written].every(
      (inside) => inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside),
    );
  } catch {
    // A link to nowhere.
    return false;
  }
}

/** Of a file; null for none, and something that no journal has for a link and whatever else is not a file. */
function digestOf(path: string): string | null {
  const stats = statsOf(path);
  if (stats === undefined) return null;
  return stats.isFile() ? digest(readFileSync(path)) : '';
}

/** Tells whether a staged file holds what the journal says. */
function isStaged(stateDir: string, path: string, { staged, after }: JournalEntry): boolean {
  return (
    /^\d+$/.test(staged ?? '') &&
    statsOf(stagingOf(stateDir))?.isDirectory() === true &&
    after !== null &&
    digestOf(path) === after
  );
}

/** So that a power cut does not undo a rename. Not every platform opens folders. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // What the platform cannot do.
  }
}
