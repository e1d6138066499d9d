import { existsSync, lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';

/**
 * Makes a folder whole or not at all: `build` fills a new one beside it, which is then moved there.
 * @param dir missing, or with files of its own, which stay as they are
 * @param optional tells of a path in it whether the folder is whole without the file that was built: where there is
 *   one already, that is kept
 * @returns the paths of files that were kept
 * @throws {CliError} where another file is in the way, or the place cannot be written to; whatever `build` throws.
 *   Nothing is left behind
 */
export async function place(
  dir: string,
  build: (stage: string) => void | Promise<void>,
  optional: (path: string) => boolean = () => false,
): Promise<string[]> {
  const target = resolve(dir);
  const parent = dirname(target);
  let stage: string | undefined;
  // Of the folders above that are missing, the topmost: all that has to go if it fails.
  let made: string | undefined;
  let done = false;
  let kept: string[] = [];
  try {
    made = mkdirSync(parent, { recursive: true });
    stage = mkdtempSync(join(parent, `.${basename(target)}-`));
    const folder = join(stage, basename(target));
    mkdirSync(folder);
    await build(folder);
    if (existsSync(target)) kept = merge(folder, target, optional);
    else renameSync(folder, target);
    done = true;
    return kept;
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
function merge(from: string, to: string, optional: (path: string) => boolean): string[] {
  const { moves, taken } = compare(from, to, '');
  const inTheWay = taken.filter((path) => !optional(path));
  if (inTheWay.length > 0) {
    const some = inTheWay.slice(0, 5).join(', ');
    const more = inTheWay.length > 5 ? ` and ${inTheWay.length - 5} more` : '';
    throw new CliError(
      `${displayPath(to)} has ${some}${more} already: nothing was written. Move that away, or choose another folder`,
    );
  }
  const moved: string[] = [];
  try {
    for (const path of moves) {
      renameSync(join(from, path), join(to, path));
      moved.push(path);
    }
  } catch (error) {
    for (const path of moved) rmSync(join(to, path), { recursive: true, force: true });
    throw error;
  }
  return taken;
}

/** The files and whole folders that are only in one, and the files that something is in the way of. */
function compare(from: string, to: string, prefix: string): { moves: string[]; taken: string[] } {
  const result = { moves: [] as string[], taken: [] as string[] };
  for (const entry of readdirSync(join(from, prefix), { withFileTypes: true })) {
    const path = prefix + entry.name;
    const other = lstatSync(join(to, path), { throwIfNoEntry: false });
    if (other === undefined) result.moves.push(path);
    else if (entry.isDirectory() && other.isDirectory()) {
      const inside = compare(from, to, `${path}/`);
      result.moves.push(...inside.moves);
      result.taken.push(...inside.taken);
    } else result.taken.push(path);
  }
  return result;
}
