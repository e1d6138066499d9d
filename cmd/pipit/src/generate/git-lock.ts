import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A lock that is older is what a killed git left, in milliseconds. */
const longestMs = 10_000;

/**
 * Waits while git writes to a working tree: a checkout, a stash or a rebase removes files before it writes them again.
 * @param root a folder in the tree; one in none is not waited for
 * @throws where the signal ends it
 */
export async function untilGitIsDone(root: string, ended: AbortSignal): Promise<void> {
  const folder = gitFolder(root);
  if (folder === undefined) return;
  // oxlint-disable-next-line no-await-in-loop -- nothing tells when a file goes that may not be there
  while (isFresh(join(folder, 'index.lock'))) await delay(20, undefined, { signal: ended });
}

function isFresh(lock: string): boolean {
  const stats = statSync(lock, { throwIfNoEntry: false });
  return stats !== undefined && Math.abs(Date.now() - stats.mtimeMs) < longestMs;
}

/** Upward; the `.git` of a worktree and of a submodule is a file that says where. */
function gitFolder(folder: string): string | undefined {
  const path = join(folder, '.git');
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats?.isDirectory() === true) return path;
  const target = stats?.isFile() === true ? /^gitdir: (.*)/.exec(readFileSync(path, 'utf8'))?.[1] : undefined;
  if (target !== undefined) return resolve(folder, target);
  const above = dirname(folder);
  return above === folder ? undefined : gitFolder(above);
}
