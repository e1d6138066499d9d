import { randomBytes } from 'node:crypto';
import { linkSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import { makeOwnFolder, readOwnFile, statsOf } from './own-folder.ts';
import { isSealed, sealOf } from './seal.ts';

/** The longest wait for another run, in milliseconds. */
const patienceMs = 30_000;
/** A lock without a seal is one that is being written, but for so long only, in milliseconds. */
const unsealedMs = 2_000;

/**
 * Runs `work` while no other pipit of this user writes to the same project. Waits for one that does.
 * @throws {CliError} where that takes longer than half a minute
 */
export async function withLock<T>(root: string, stateDir: string, work: () => Promise<T>): Promise<T> {
  const lock = join(stateDir, 'lock');
  makeOwnFolder(stateDir);
  const until = Date.now() + patienceMs;
  while (!take(root, lock)) {
    if (isAbandoned(root, lock)) discard(root, lock);
    else if (Date.now() > until) {
      throw new CliError(
        `another pipit is writing to this project (process ${ownerOf(root, lock) ?? 'unknown'}). Wait for it, or remove ${displayPath(lock)}`,
      );
    } else await delay(20);
  }
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** Written beside it and linked into place: nobody sees half of it, and of two only one succeeds. */
function take(root: string, lock: string): boolean {
  const pid = String(process.pid);
  const text = `${pid} ${sealOf('lock', root, ownerText(pid))}`;
  const draft = `${lock}.${pid}.${randomBytes(4).toString('hex')}`;
  writeFileSync(draft, text, { flag: 'wx' });
  try {
    linkSync(draft, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return takeWithoutLink(lock, text);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** For disks without hard links. */
function takeWithoutLink(lock: string, text: string): boolean {
  try {
    writeFileSync(lock, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that has a lock; undefined where this machine did not write it: a repository may bring one along. */
function ownerOf(root: string, lock: string): number | undefined {
  const [pid = '', seal] = readOwnFile(lock)?.split(' ') ?? [];
  return isSealed('lock', root, ownerText(pid), seal) ? Number(pid) : undefined;
}

/** A number of a process says nothing on another machine that has the same home. */
function ownerText(pid: string): string {
  return `${hostname()} ${pid}`;
}

function isAbandoned(root: string, lock: string): boolean {
  const owner = ownerOf(root, lock);
  if (owner !== undefined) return !isRunning(owner);
  const stats = statsOf(lock);
  // The clock of whoever packed it may be ahead.
  return stats !== undefined && (!stats.isFile() || Math.abs(Date.now() - stats.mtimeMs) > unsealedMs);
}

/** Renamed before it is removed: of two that find a lock abandoned, only one may remove it. */
function discard(root: string, lock: string): void {
  const aside = `${lock}.${process.pid}`;
  rmSync(aside, { recursive: true, force: true });
  try {
    renameSync(lock, aside);
    // Somebody was faster, and this is the new owner's.
    if (isRunning(ownerOf(root, aside) ?? 0)) renameSync(aside, lock);
  } catch {
    // Gone: somebody was faster.
  }
  rmSync(aside, { recursive: true, force: true });
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
