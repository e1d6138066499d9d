import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Tells whether a project in a folder gets a repository: there is git, and the folder will be in none already. */
export function wantsRepository(dir: string): boolean {
  const path = resolve(dir);
  return git(process.cwd(), '--version') && !git(nearestFolder(path), 'rev-parse', '--is-inside-work-tree');
}

/** Makes a folder a repository, without a commit: that is the user's. */
export function gitInit(folder: string): void {
  git(folder, 'init', '--quiet');
}

function git(cwd: string, ...args: string[]): boolean {
  return spawnSync('git', args, { cwd, stdio: 'ignore' }).status === 0;
}

/** The folder, or the one above that is there. */
function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
