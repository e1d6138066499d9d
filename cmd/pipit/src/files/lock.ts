import {
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';

const patienceMs = 30_000;
/** A lock without a process id is one being written, or its writer was killed. */
const unsignedMs = 2_000;

/** Runs `work` while no other pipit writes to the same project. Waits for one that does. */
export async function withLock<T>(stateDir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(stateDir, 'lock');
  prepareStateDir(stateDir);
  const until = Date.now() + patienceMs;
  while (!take(lock)) {
    if (isAbandoned(lock)) discard(lock);
    else if (Date.now() > until) {
      throw new CliError(
        `another pipit is writing to this project (process ${readOr(lock)}). Wait for it, or remove ${displayPath(lock)}`,
      );
    } else await delay(20);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** The folder keeps itself out of git, whatever the project's .gitignore says. */
function prepareStateDir(stateDir: string): void {
  mkdirSync(stateDir, { recursive: true });
  try {
    writeFileSync(join(stateDir, '.gitignore'), '*\n', { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function take(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(lock: string): boolean {
  const owner = Number(readOr(lock));
  if (owner > 0) return !isRunning(owner);
  const written = statSync(lock, { throwIfNoEntry: false });
  return written !== undefined && Date.now() - written.mtimeMs > unsignedMs;
}

/** Renamed before it is removed: of two that find a lock abandoned, only one may remove it. */
function discard(lock: string): void {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    // Somebody was faster, and this is the new owner's.
    if (isRunning(Number(readOr(aside)))) renameSync(aside, lock);
  } catch {
    // Gone: somebody was faster.
  }
  rmSync(aside, { force: true });
}

function isRunning(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOr(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
