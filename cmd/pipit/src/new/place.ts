import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';

/**
 * Makes a folder whole or not at all: `build` fills a new one beside it, which is then moved there.
 * @param dir missing, or empty but for a `.git`
 * @throws {CliError} where the place cannot be written to; whatever `build` throws. Nothing is left behind
 */
export async function place(dir: string, build: (stage: string) => void | Promise<void>): Promise<void> {
  const target = resolve(dir);
  const parent = dirname(target);
  let stage: string | undefined;
  // Of the folders above that are missing, the topmost: all that has to go if it fails.
  let made: string | undefined;
  let done = false;
  try {
    made = mkdirSync(parent, { recursive: true });
    stage = mkdtempSync(join(parent, `.${basename(target)}-`));
    const folder = join(stage, basename(target));
    mkdirSync(folder);
    await build(folder);
    if (existsSync(target)) moveEntries(folder, target);
    else renameSync(folder, target);
    done = true;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw new CliError(`cannot write ${displayPath(target)} (${code}): choose another folder`, {
      cause: error,
    });
  } finally {
    if (stage !== undefined) rmSync(stage, { recursive: true, force: true });
    if (made !== undefined && !done) rmSync(made, { recursive: true, force: true });
  }
}

/** Into a folder that is there and has to stay the one it is: it may be somebody's working directory. */
function moveEntries(from: string, to: string): void {
  const moved: string[] = [];
  try {
    for (const entry of readdirSync(from)) {
      renameSync(join(from, entry), join(to, entry));
      moved.push(entry);
    }
  } catch (error) {
    for (const entry of moved) rmSync(join(to, entry), { recursive: true, force: true });
    throw error;
  }
}
