import type { FileDescriptor } from './descriptors.ts';
import { type Shape, WireError, WireReader } from './wire-reader.ts';

/** The comments of a google.protobuf.SourceCodeInfo.Location; '' is no comment. */
interface Comments {
  readonly path: readonly number[];
  readonly leading: string;
  readonly trailing: string;
}

/** The place of the same Location: line, column, [end line,] end column, from zero. */
interface Span {
  readonly path: readonly number[];
  readonly span: readonly number[];
}

const comments: Shape<Comments> = {
  empty: () => ({ path: [], leading: '', trailing: '' }),
  fields: {
    1: (m, r) => r.int32s(m.path),
    3: (m, r) => (m.leading = r.string()),
    4: (m, r) => (m.trailing = r.string()),
  },
};

const span: Shape<Span> = {
  empty: () => ({ path: [], span: [] }),
  fields: {
    1: (m, r) => r.int32s(m.path),
    2: (m, r) => r.int32s(m.span),
  },
};

/**
 * Positions and comments of the declarations in a .proto file. A declaration's path is that of SourceCodeInfo, with
 * dots: `4.0.2.1` is the second field of the first message. Comments are read when one is first asked for.
 */
export class SourceInfo {
  readonly #file: FileDescriptor;
  #comments: ReadonlyMap<string, string> | undefined;

  constructor(file: FileDescriptor) {
    this.#file = file;
  }

  /** `file:line:column`, as compilers write it; the file alone where the compiler sent no positions. */
  at(path: string): string {
    let position = '';
    eachLocation(this.#file, span, (location) => {
      // The first location of a path is the declaration; extend blocks repeat theirs.
      if (position !== '' || location.path.join('.') !== path) return;
      const [line, column] = location.span;
      if (line === undefined || column === undefined) return;
      position = `:${line + 1}:${column + 1}`;
    });
    return this.#file.name + position;
  }

  /** The comments before and after a declaration, without their markers; '' for none. */
  comment(path: string): string {
    this.#comments ??= readComments(this.#file);
    return this.#comments.get(path) ?? '';
  }
}

function readComments(file: FileDescriptor): Map<string, string> {
  const found = new Map<string, string>();
  eachLocation(file, comments, ({ path, leading, trailing }) => {
    if (leading === '' && trailing === '') return;
    const texts = [dedent(leading), dedent(trailing)].filter((text) => text !== '');
    const key = path.join('.');
    if (!found.has(key)) found.set(key, texts.join('\n\n'));
  });
  return found;
}

/** Reads the locations one at a time: there are many more of them than anyone asks for. */
function eachLocation<T>(file: FileDescriptor, shape: Shape<T>, visit: (location: T) => void): void {
  try {
    new WireReader(file.sourceInfo).all({
      empty: () => ({}),
      fields: { 1: (_, r) => visit(r.message(shape)) },
    });
  } catch (error) {
    // A comment is not worth an error: what was read of them so far stands.
    if (!(error instanceof WireError)) throw error;
  }
}

/** Comments keep the space after `//`, and blank lines around them. */
function dedent(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith(' ') ? line.slice(1) : line).trimEnd())
    .join('\n')
    .replace(/^\n+/, '');
}
