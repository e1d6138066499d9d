import { createHash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync } from 'node:fs';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';

/** A file as it is on disk. */
export interface FileState {
  /** Its real path: links are followed, so that a linked file stays linked. */
  readonly path: string;
  /** null for no file. */
  readonly content: Buffer | null;
  /** Permissions and owner of a file that is there. */
  readonly stats: { readonly mode: number; readonly uid: number; readonly gid: number } | undefined;
}

/** @throws {CliError} for a folder, a dangling link and whatever else is not a file */
export function readState(path: string): FileState {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return { path, content: null, stats };
  if (stats.isSymbolicLink()) {
    try {
      return readState(realpathSync(path));
    } catch (cause) {
      throw new CliError(
        `${displayPath(path)} links to a file that cannot be read. Mend the link or remove it`,
        { cause },
      );
    }
  }
  if (!stats.isFile()) throw new CliError(`${displayPath(path)} is in the way: it is not a file. Move it`);
  return { path, content: readFileSync(path), stats };
}

/** Tells whether a file holds this; null for no file. */
export function holds(state: FileState, content: Uint8Array | string | null): boolean {
  if (state.content === null || content === null) return state.content === content;
  return state.content.equals(Buffer.from(content as string));
}

/** The SHA-256 of a content, by which a journal knows it; null for no file. */
export function digest(content: Uint8Array | null): string | null {
  return content === null ? null : createHash('sha256').update(content).digest('hex');
}
