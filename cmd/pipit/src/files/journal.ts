import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { digest, readState } from './file-state.ts';
import { replaceFile } from './replace-file.ts';

/**
 * A rename or removal that is about to happen, so that a run that was killed in between can be finished.
 * A journal that is there is complete; staged files without one were never meant to be used.
 */
export interface JournalEntry {
  /** Relative to the project, or absolute if elsewhere (a link's target). */
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
}

export const stagingOf = (stateDir: string): string => join(stateDir, 'stage');
const journalOf = (stateDir: string): string => join(stateDir, 'journal.json');

/** Tells whether a run was killed, or is at work. */
export function isPending(stateDir: string): boolean {
  return existsSync(journalOf(stateDir)) || existsSync(stagingOf(stateDir));
}

/** From here on the change will happen, whoever finishes it. */
export function writeJournal(stateDir: string, files: readonly JournalEntry[]): void {
  const journal: Journal = { version: 1, files };
  const draft = join(stagingOf(stateDir), 'journal.json');
  const file = openSync(draft, 'w');
  writeSync(file, JSON.stringify(journal));
  fsyncSync(file);
  closeSync(file);
  renameSync(draft, journalOf(stateDir));
  syncFolder(stateDir);
}

/** The journal goes last: without it nothing of the rest counts. */
export function clearJournal(stateDir: string): void {
  rmSync(journalOf(stateDir), { force: true });
  rmSync(stagingOf(stateDir), { recursive: true, force: true });
}

export function entryPath(root: string, path: string): string {
  const inside = relative(root, path);
  return inside.startsWith('..') ? path : inside;
}

/**
 * Finishes what a killed run left, or drops what it had only prepared. Call it under the lock.
 * A file that was edited since the kill is the user's: it stays.
 * @returns what to tell the user, a line each
 */
export function finishJournal(root: string, stateDir: string): string[] {
  if (!isPending(stateDir)) return [];
  const journal = readJournal(stateDir);
  const told: string[] = [];
  let finished = 0;
  for (const entry of journal?.files ?? []) {
    const target = resolve(root, entry.path);
    const current = digest(readState(target).content);
    if (current === entry.after) continue;
    const staged = entry.staged === null ? null : join(stagingOf(stateDir), entry.staged);
    if (current !== entry.before || (staged !== null && !existsSync(staged))) {
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
  clearJournal(stateDir);
  if (finished > 0)
    told.unshift(`finished what a killed run left: ${finished} file${finished === 1 ? '' : 's'}`);
  return told;
}

function readJournal(stateDir: string): Journal | undefined {
  const path = journalOf(stateDir);
  if (!existsSync(path)) return undefined;
  try {
    const journal = JSON.parse(readFileSync(path, 'utf8')) as Journal;
    if (journal.version === 1 && Array.isArray(journal.files)) return journal;
  } catch {
    // Told below.
  }
  throw new CliError(
    `${displayPath(path)} is not what this pipit writes. Remove ${displayPath(stateDir)} and run again`,
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
