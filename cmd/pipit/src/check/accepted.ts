import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../cli-error.ts';
import { displayPath } from '../project/paths.ts';
import type { Project } from '../project/project.ts';

/** The changes that somebody decided to make although they break callers: a committed file, one a line and sorted, so that branches merge. */
export class AcceptedChanges {
  readonly path: string;
  readonly #changes: Set<string>;

  private constructor(path: string, changes: Iterable<string>) {
    this.path = path;
    this.#changes = new Set(changes);
  }

  /** @throws {CliError} for a file that cannot be read */
  static of({ rpcDir }: Project): AcceptedChanges {
    const path = join(rpcDir, 'accepted-changes.json');
    if (!existsSync(path)) return new AcceptedChanges(path, []);
    try {
      const { accepted } = JSON.parse(readFileSync(path, 'utf8')) as { accepted?: unknown };
      if (Array.isArray(accepted) && accepted.every((each) => typeof each === 'string')) {
        return new AcceptedChanges(path, accepted);
      }
    } catch (cause) {
      throw unreadable(path, (cause as Error).message, cause);
    }
    throw unreadable(path, 'it is not {"accepted": [texts]}');
  }

  has(change: string): boolean {
    return this.#changes.has(change);
  }

  /** Writes the file with these too. */
  add(changes: Iterable<string>): void {
    for (const change of changes) this.#changes.add(change);
    writeFileSync(this.path, `${JSON.stringify({ accepted: [...this.#changes].sort() }, null, 2)}\n`);
  }
}

function unreadable(path: string, why: string, cause?: unknown): CliError {
  return new CliError(
    `${displayPath(path)} cannot be read (${why}): mend it, or remove it and accept again`,
    { cause },
  );
}
