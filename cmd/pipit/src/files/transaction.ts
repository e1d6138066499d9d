import { chmod, chown, open } from 'node:fs/promises';
import { mkdirSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import type { Project } from '../project/project.ts';
import { digest, type FileState, holds, readState } from './file-state.ts';
import {
  clearJournal,
  entryPath,
  finishJournal,
  isPending,
  stagingOf,
  syncFolder,
  writeJournal,
} from './journal.ts';
import { withLock } from './lock.ts';
import { replaceFile } from './replace-file.ts';

/** One file as it shall be. */
export interface FileChange {
  /** Absolute. */
  readonly path: string;
  /** Its content to be; null for no file. */
  readonly content: Uint8Array | string | null;
  /**
   * Its content when the change was planned, null for no file. Where it holds something else by now,
   * nothing at all is written: the user saved in the meantime.
   */
  readonly before?: Uint8Array | string | null;
  /** Permissions of a file that is not there yet; default what the process's umask leaves. */
  readonly mode?: number;
}

/** The files by what became of them: absolute paths, in the order of the changes. */
export interface Applied {
  readonly created: readonly string[];
  readonly updated: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: readonly string[];
}

type Place = Pick<Project, 'root' | 'stateDir'>;

/** A change that has something to do. */
interface Step {
  readonly change: FileChange;
  readonly state: FileState;
  /** Its name in the staging folder; null where the file goes. */
  readonly staged: string | null;
}

/** Staged files written at a time: a disk takes many fsyncs at once better than one after the other. */
const atOnce = 16;

/**
 * Makes a set of changes, all of them or none, whenever the process is killed: new contents are staged in
 * `.pipit/`, a journal names them, and they are renamed into place without anything running in between.
 * After a kill during the renames the next command finishes them (`recover`). What is unchanged is not
 * touched. Permissions and owner stay; links stay links.
 * @throws {CliError} where a file changed since the plan was made, is read-only or is not a file; nothing is written
 */
export function applyFiles(project: Place, changes: readonly FileChange[]): Promise<Applied> {
  const first = inspect(changes);
  if (first.length === 0) return Promise.resolve(summary(changes, first));
  return withLock(project.root, project.stateDir, async () => {
    finishJournal(project.root, project.stateDir);
    const steps = inspect(changes);
    await stage(project.stateDir, steps);
    // Once more: staging took a moment, and the editor may have saved.
    for (const { change } of steps) demandUnchanged(change, readState(change.path));
    commit(project, steps);
    return summary(changes, steps);
  });
}

/**
 * Finishes or drops what a killed run left; every command that works on a project begins with it.
 * @returns what to tell the user, a line each; mostly none
 */
export async function recover(project: Place): Promise<string[]> {
  if (!isPending(project.stateDir)) return [];
  return await withLock(project.root, project.stateDir, () =>
    Promise.resolve(finishJournal(project.root, project.stateDir)),
  );
}

function inspect(changes: readonly FileChange[]): Step[] {
  return changes.flatMap((change, index): Step[] => {
    const state = readState(change.path);
    if (holds(state, change.content)) return [];
    demandUnchanged(change, state);
    // A rename would not mind; whoever took the permission away would.
    if (state.stats !== undefined && (state.stats.mode & 0o200) === 0) {
      throw new CliError(
        `${displayPath(change.path)} is read-only: nothing was written. Make it writable and run again`,
      );
    }
    return [{ change, state, staged: change.content === null ? null : String(index) }];
  });
}

function demandUnchanged({ path, before }: FileChange, state: FileState): void {
  if (before === undefined || holds(state, before)) return;
  throw new CliError(
    `${displayPath(path)} changed while pipit was at work: nothing was written. Run it again`,
  );
}

async function stage(stateDir: string, steps: readonly Step[]): Promise<void> {
  const folder = stagingOf(stateDir);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (let at = 0; at < steps.length; at += atOnce) {
    // oxlint-disable-next-line no-await-in-loop -- a few at a time is the point
    await Promise.all(steps.slice(at, at + atOnce).map((step) => stageFile(folder, step)));
  }
  syncFolder(folder);
}

async function stageFile(folder: string, { change, state, staged }: Step): Promise<void> {
  if (staged === null || change.content === null) return;
  const path = join(folder, staged);
  // Never more open than it will be, not for a moment.
  const file = await open(path, 'w', state.stats?.mode ?? change.mode);
  try {
    await file.writeFile(change.content);
    await file.sync();
  } finally {
    await file.close();
  }
  if (state.stats === undefined) return;
  await chmod(path, state.stats.mode & 0o7777);
  // As root, in a container say: what belongs to somebody stays theirs.
  if (process.getuid?.() === 0) await chown(path, state.stats.uid, state.stats.gid);
}

/** Synchronous from the journal on: nothing else of this process runs between two renames. */
function commit({ root, stateDir }: Place, steps: readonly Step[]): void {
  const folder = stagingOf(stateDir);
  writeJournal(
    root,
    stateDir,
    steps.map(({ change, state, staged }) => ({
      path: entryPath(root, state.path),
      staged,
      before: digest(state.content),
      after: change.content === null ? null : digest(Buffer.from(change.content as string)),
    })),
  );
  const done: Step[] = [];
  const folders: string[] = [];
  try {
    for (const { state } of steps) {
      const made = mkdirSync(dirname(state.path), { recursive: true });
      if (made !== undefined) folders.push(dirname(state.path));
    }
    for (const step of steps) {
      if (step.staged === null) rmSync(step.state.path);
      else replaceFile(join(folder, step.staged), step.state.path);
      done.push(step);
    }
  } catch (cause) {
    undo(done, folders);
    clearJournal(stateDir);
    throw new CliError(`nothing was written: ${(cause as Error).message}`, { cause });
  }
  for (const parent of new Set(steps.map(({ state }) => dirname(state.path)))) syncFolder(parent);
  clearJournal(stateDir);
}

/** Puts back what was there: the disk refused one of the files. */
function undo(done: readonly Step[], folders: readonly string[]): void {
  for (const { state } of done.toReversed()) {
    if (state.content === null) rmSync(state.path, { force: true });
    else writeFileSync(state.path, state.content, { mode: state.stats?.mode });
  }
  for (const folder of folders.toReversed()) {
    try {
      rmdirSync(folder);
    } catch {
      // Somebody else has put something there.
    }
  }
}

function summary(changes: readonly FileChange[], steps: readonly Step[]): Applied {
  const paths = (which: (step: Step) => boolean): string[] =>
    steps.filter(which).map(({ change }) => change.path);
  const touched = new Set(steps.map(({ change }) => change));
  return {
    created: paths(({ state }) => state.content === null),
    updated: paths(({ change, state }) => state.content !== null && change.content !== null),
    deleted: paths(({ change }) => change.content === null),
    unchanged: changes.filter((change) => !touched.has(change)).map(({ path }) => path),
  };
}
