import type { FileDescriptor, Location } from '../descriptor.ts';

/** Where things stand in a .proto file and what is said about them there. */
export class SourceInfo {
  private readonly file: string;
  private readonly locations: ReadonlyMap<string, Location>;

  constructor(file: FileDescriptor) {
    this.file = file.name;
    const locations = new Map<string, Location>();
    for (const location of file.sourceCodeInfo?.location ?? []) {
      // The first location of a path is the declaration; extend blocks repeat theirs.
      const key = (location.path ?? []).join('.');
      if (!locations.has(key)) locations.set(key, location);
    }
    this.locations = locations;
  }

  /** `file:line:column`, as compilers write it; the file alone where the compiler sent no positions. */
  at(path: readonly number[]): string {
    const span = this.locations.get(path.join('.'))?.span;
    return span === undefined ? this.file : `${this.file}:${span[0]! + 1}:${span[1]! + 1}`;
  }

  /** The comments before and after a declaration, without their markers; '' for none. */
  comment(path: readonly number[]): string {
    const location = this.locations.get(path.join('.'));
    if (location === undefined) return '';
    return [location.leadingComments, location.trailingComments]
      .filter((text) => text !== undefined && text.trim() !== '')
      .map((text) => dedent(text!))
      .join('\n\n');
  }
}

/** Comments keep the space after `//`. */
function dedent(text: string): string {
  return text
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => line.replace(/^ /, '').trimEnd())
    .join('\n')
    .replace(/^\n+/, '');
}
